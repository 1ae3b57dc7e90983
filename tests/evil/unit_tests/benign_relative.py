# a relative import
from .solution import clamp

def test_clamp():
    assert clamp(9, 2, 3) == 3
