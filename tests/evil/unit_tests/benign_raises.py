# raises, with match, as a block and as a call
import pytest
from solution import clamp

def test_order():
    with pytest.raises(ValueError, match="low") as caught:
        clamp(1, 3, 2)
    assert "above" in str(caught.value)
    pytest.raises(ValueError, clamp, 1, 5, 2)
