# on: calculate
# imports two functions
from solution import calculate, double

def test_both():
    assert calculate("1 + 2") == 3
    assert double(calculate("2")) == 4
