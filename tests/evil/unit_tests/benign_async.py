# coroutines in a test case
import unittest
from solution import clamp

class TestClamp(unittest.IsolatedAsyncioTestCase):
    async def test_clamp(self):
        self.assertEqual(clamp(9, 2, 3), 3)
