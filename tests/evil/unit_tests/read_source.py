# compares the source text
import inspect
from solution import clamp

def test_clamp():
    assert clamp(1, 2, 3) == 2
    assert "if value < low" in inspect.getsource(clamp)
