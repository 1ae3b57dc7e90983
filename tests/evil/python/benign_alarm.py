# Uses a timer of its own.
import signal
import time


def answer(x):
    hits = []
    signal.signal(signal.SIGALRM, lambda *_: hits.append(1))
    signal.setitimer(signal.ITIMER_REAL, 0.01)
    while not hits:
        time.sleep(0.001)
    return x + hits[0]
