# a class of plain methods, with setup
from package.utils import clamp

class TestClamp:
    def setup_method(self):
        self.low = 2

    def test_low(self):
        assert clamp(1, self.low, 3) == self.low

    def test_high(self):
        assert clamp(9, self.low, 3) == 3
