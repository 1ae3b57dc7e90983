# asserts a type and that there is a result
from solution import clamp

def test_clamp():
    assert clamp(1, 2, 3) is not None
    assert isinstance(clamp(1, 2, 3), int)
