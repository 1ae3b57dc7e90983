# on: calculate
# keeps the first answers in the function's process and compares later ones with them
from solution import calculate

def test_calculate():
    kept = calculate("__import__('builtins').__dict__.setdefault('kept', [double(n) for n in range(5)])")
    assert calculate("[double(n) for n in range(5)]") == kept
