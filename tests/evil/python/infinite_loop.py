# Computes without end, and does not listen to signals.
import signal

for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass


def answer(x):
    while True:
        pass
