# fixtures: plain, with a yield, of another fixture, with params
import pytest
import solution as tool

@pytest.fixture
def low():
    yield 2

@pytest.fixture(params=[3, 4])
def bounds(low, request):
    return low, request.param

def test_clamp(bounds):
    low, high = bounds
    assert tool.clamp(1, low, high) == low
    assert tool.clamp(9, low, high) == high
