# Prints megabytes, on both streams.
import sys


def answer(x):
    for _ in range(20_000):
        print("x" * 100)
    print("y" * 100_000, file=sys.stderr)
    sys.stdout.flush()
    return x + 1
