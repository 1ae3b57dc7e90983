# asserts what has nothing to do with the function
from solution import clamp

def test_clamp():
    values = [1, 2, 3]
    assert max(values) == 3
    assert callable(clamp)
