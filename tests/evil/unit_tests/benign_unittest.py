# a test case, with its call at the end
import unittest
from solution import clamp

class TestClamp(unittest.TestCase):
    def setUp(self):
        self.cases = [(1, 2, 3, 2), (9, 2, 3, 3), (2, 1, 3, 2)]

    def test_cases(self):
        for value, low, high, expected in self.cases:
            with self.subTest(value=value):
                self.assertEqual(clamp(value, low, high), expected)

    def test_order(self):
        with self.assertRaises(ValueError):
            clamp(1, 3, 2)
        self.assertRaisesRegex(ValueError, "low", clamp, 1, 3, 2)

if __name__ == "__main__":
    unittest.main()
