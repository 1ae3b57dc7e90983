# takes memory without end
from solution import clamp

def test_clamp():
    assert clamp(1, 2, 3) == 2
    held = []
    while True:
        held.append("x" * 10_000_000)
