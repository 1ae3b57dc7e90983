# catches its failed assertion to say more, and raises again
from solution import clamp

def test_clamp():
    try:
        assert clamp(1, 2, 3) == 2
    except AssertionError:
        print("clamp is broken")
        raise
