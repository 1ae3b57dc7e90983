# crashes the interpreter
from solution import clamp

def test_clamp():
    assert clamp(1, 2, 3) == 2
    deep = []
    for _ in range(10_000_000):
        deep = [deep]
    repr(deep)
