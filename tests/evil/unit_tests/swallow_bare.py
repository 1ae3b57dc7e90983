# a bare except around assertions, in a test case
import unittest
from solution import clamp

class TestClamp(unittest.TestCase):
    def test_clamp(self):
        try:
            self.assertEqual(clamp(1, 2, 3), 2)
        except:
            pass
