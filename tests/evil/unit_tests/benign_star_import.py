# every name of a module with a foreign name
from clamp import *

def test_clamp():
    assert clamp(1, 2, 3) == 2
