# calls without end
from solution import clamp

def test_clamp():
    while True:
        assert clamp(1, 2, 3) == 2
