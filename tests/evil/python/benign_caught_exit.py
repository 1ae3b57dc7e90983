# Raises and catches what would end a program.
import atexit

atexit.register(print, "bye")


def answer(x):
    try:
        raise SystemExit(1)
    except SystemExit as error:
        return x + error.code
