# a test that says nothing among those that do
import unittest
from solution import clamp

class TestClamp(unittest.TestCase):
    def test_nothing(self):
        self.assertTrue(True)

    def test_clamp(self):
        self.assertEqual(clamp(9, 2, 3), 3)
