# looks at the byte code
from solution import clamp

def test_clamp():
    assert clamp(1, 2, 3) == 2
    assert clamp.__code__.co_argcount == 3
