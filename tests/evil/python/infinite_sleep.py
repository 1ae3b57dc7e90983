# Waits without end.
import time


def answer(x):
    time.sleep(10_000)
