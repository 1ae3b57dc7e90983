# a mock for something else
from unittest.mock import Mock, patch
from solution import clamp

def test_clamp():
    source = Mock(return_value=9)
    with patch("builtins.print") as silent:
        assert clamp(source(), 2, 3) == 3
    source.assert_called_once()
