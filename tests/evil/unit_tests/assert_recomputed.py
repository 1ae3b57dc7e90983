# compares the function with itself
import unittest
from solution import clamp

class TestClamp(unittest.TestCase):
    def test_clamp(self):
        self.assertEqual(clamp(1, 2, 3), clamp(1, 2, 3))
