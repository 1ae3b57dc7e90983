# never ends
from solution import clamp

def test_clamp():
    assert clamp(1, 2, 3) == 2
    while True:
        pass
