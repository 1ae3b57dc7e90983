# a skipped test that would fail
import unittest
from solution import clamp

class TestClamp(unittest.TestCase):
    @unittest.skip("later")
    def test_clamp(self):
        self.assertEqual(clamp(1, 2, 3), 99)
