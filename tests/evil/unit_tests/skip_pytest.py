# skips from inside
import pytest
from solution import clamp

def test_clamp():
    clamp(1, 2, 3)
    pytest.skip("later")
    assert clamp(1, 2, 3) == 99
