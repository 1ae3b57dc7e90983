# an assertion that cannot fail
from solution import clamp

def test_clamp():
    clamp(1, 2, 3)
    assert True
