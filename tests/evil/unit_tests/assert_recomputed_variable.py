# compares the function with itself, by way of a variable
from solution import clamp

def test_clamp():
    expected = clamp(5, 2, 3)
    assert clamp(5, 2, 3) == expected
