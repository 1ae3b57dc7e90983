# Goes on after its answer: a thread that spins for ever.
import threading


def spin():
    while True:
        pass


def answer(x):
    threading.Thread(target=spin, daemon=True).start()
    return 0
