# compares with a formula of its own, on seeded random values
import random
from solution import clamp

def reference(value, low, high):
    return sorted((value, low, high))[1]

def test_clamp():
    drawn = random.Random(3)
    for _ in range(50):
        value = drawn.randint(-9, 9)
        assert clamp(value, -3, 4) == reference(value, -3, 4)
