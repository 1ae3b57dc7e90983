# Makes the interpreter crash.
import ctypes


def answer(x):
    ctypes.string_at(0)
