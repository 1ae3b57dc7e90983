# Installed packages: an array's scalar as result.
import numpy as np


def answer(x):
    return (np.array([x]) + np.ones(1, dtype=int))[0]
