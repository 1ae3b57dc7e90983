# prints without end
from solution import clamp

def test_clamp():
    assert clamp(1, 2, 3) == 2
    while True:
        print("x" * 100_000)
