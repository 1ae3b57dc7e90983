# Kills its own process the way the engine would: that must not look like a failure of the engine.
import os
import signal


def answer(x):
    signal.raise_signal(signal.SIGKILL)
