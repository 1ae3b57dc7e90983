# catches whatever goes wrong and prints it
from solution import clamp

def test_clamp():
    try:
        assert clamp(1, 2, 3) == 99
        assert clamp(5, 2, 3) == 3
    except Exception as error:
        print("failed:", error)
