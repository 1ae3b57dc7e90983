# on: apply
# passes functions, which cannot cross: judged in the code's own process
import pytest
from solution import apply

def test_apply():
    assert apply(lambda x: x * 2, 3) == 7
    assert apply(abs, -3) == 4
