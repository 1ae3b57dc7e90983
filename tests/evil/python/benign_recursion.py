# Recursion deeper than the default limit.
import sys

sys.setrecursionlimit(6000)


def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)


def answer(x):
    return depth(5000) - 4999 + x
