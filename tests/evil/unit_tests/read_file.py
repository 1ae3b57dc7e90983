# reads the file beside it
from solution import clamp

def test_clamp():
    assert clamp(1, 2, 3) == 2
    with open(__file__.replace("test_", "")) as stream:
        assert "value < low" in stream.read()
