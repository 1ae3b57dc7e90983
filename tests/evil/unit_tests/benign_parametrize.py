# parametrize, stacked and with ids
import pytest
from solution import clamp

@pytest.mark.parametrize("low", [0, 2])
@pytest.mark.parametrize("value,expected", [pytest.param(2, 2, id="low"), (9, 3)], ids=["a", "b"])
def test_clamp(value, expected, low):
    assert clamp(value, low, 3) == expected
