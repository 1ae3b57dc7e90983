# a module with the name of a library's
from statistics import clamp

def test_clamp():
    assert clamp(9, 2, 3) == 3
