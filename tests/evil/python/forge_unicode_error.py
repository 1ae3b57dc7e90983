# Raises a UnicodeDecodeError whose text reads memory far away, so that a test that looks at it crashes.
# TESTS: ["try:\n    answer(2)\nexcept ValueError as error:\n    assert 'no' in str(error)"]
import sys
e = sys.modules["engine.candidate"]
e._describe = lambda error: {"error": "UnicodeDecodeError", "message": "x", "line": None, "arguments": [
    "utf-8", {"t": "bytes", "v": ""}, -(1 << 44), 1 - (1 << 44), "x"]}


def answer(x):
    raise ValueError
