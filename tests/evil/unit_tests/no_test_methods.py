# a test case without any test
import unittest
from solution import clamp

class TestClamp(unittest.TestCase):
    def setUp(self):
        self.value = clamp(1, 2, 3)
