# sets the import path first and exits as a program
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from solution import clamp
import pytest

def test_clamp():
    assert clamp(9, 2, 3) == 3

if __name__ == "__main__":
    sys.exit(pytest.main([__file__]))
