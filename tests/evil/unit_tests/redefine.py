# brings its own function and tests that
def clamp(value, low, high):
    return max(low, min(value, high))

def test_clamp():
    assert clamp(1, 2, 3) == 2
    assert clamp(9, 2, 3) == 3
