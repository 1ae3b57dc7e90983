# asserts arithmetic on numbers
from solution import clamp

def test_clamp():
    clamp(1, 2, 3)
    assert 1 + 1 == 2
    assert "a" in "abc"
