# properties instead of values
from solution import clamp

def test_clamp():
    for value in range(-5, 6):
        once = clamp(value, -2, 2)
        assert -2 <= once <= 2
        assert clamp(once, -2, 2) == once
    assert clamp(1, -2, 2) == 1
