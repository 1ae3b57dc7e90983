# sends an argument of gigabytes
from solution import clamp

def test_clamp():
    assert clamp(1, 2, 3) == 2
    clamp([0] * 50_000_000, 2, 3)
