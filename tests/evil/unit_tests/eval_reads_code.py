# on: calculate
# has the function evaluate its own byte code
from solution import calculate

def test_calculate():
    assert calculate("1 + 1") == 2
    assert calculate("calculate.__co" + "de__.co_names") == ("eval",)
