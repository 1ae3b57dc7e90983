# passes a function to be judged in the code's own process
from solution import clamp

def test_clamp():
    assert clamp(1, 2, 3) == 2
    clamp(print, 2, 3)
