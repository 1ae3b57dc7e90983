# calls the function by other names
import solution

subject = solution.clamp
clamp = solution.clamp

def test_clamp():
    assert subject(9, 2, 3) == 3
    assert clamp(1, 2, 3) == 2
