# approx on numbers and lists
import pytest
from solution import clamp

def test_clamp():
    assert clamp(0.1 + 0.2, 0, 1) == pytest.approx(0.3)
    assert [clamp(5.0, 0, 1), clamp(-1.0, 0, 1)] == pytest.approx([1.0, 0.0])
