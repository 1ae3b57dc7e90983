# on: Stack
# tests a class, which cannot cross: judged in the code's own process
import unittest
from solution import Stack

class TestStack(unittest.TestCase):
    def test_order(self):
        stack = Stack()
        stack.push(1)
        stack.push(2)
        self.assertEqual(stack.pop(), 2)
        self.assertEqual(len(stack), 1)
        with self.assertRaises(IndexError):
            Stack().pop()
