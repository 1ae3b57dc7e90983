# on: calculate
# has the function end its process
from solution import calculate

def test_calculate():
    assert calculate("1 + 1") == 2
    calculate("__import__('os')._exit(0)")
