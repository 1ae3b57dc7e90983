# A script with a main part that runs its own tests and leaves.
import sys
import unittest


def answer(x):
    return x + 1


class Test(unittest.TestCase):
    def test_answer(self):
        self.assertEqual(answer(1), 2)


if __name__ == "__main__":
    unittest.main()
    sys.exit(0)
