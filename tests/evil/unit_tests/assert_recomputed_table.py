# takes the expected values from the function
from solution import clamp

CASES = [(value, clamp(value, 0, 9)) for value in (-5, 3, 12)]

def test_clamp():
    for value, expected in CASES:
        assert clamp(value, 0, 9) == expected
