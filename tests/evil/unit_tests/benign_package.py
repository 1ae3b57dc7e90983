# a module of a package that has the function's name
import src.clamp as module

def test_clamp():
    assert module.clamp(9, 2, 3) == 3
