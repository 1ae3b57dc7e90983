# compares with mock.ANY
from unittest.mock import ANY
from solution import clamp

def test_clamp():
    assert clamp(1, 2, 3) == ANY
