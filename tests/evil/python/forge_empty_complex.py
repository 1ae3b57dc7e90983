# Answers with a complex number that has no parts, so that reading it fails in an unusual way.
import sys

sys.modules["engine.wire"].pack = lambda value: {"t": "complex", "v": []}


def answer(x):
    return 0
