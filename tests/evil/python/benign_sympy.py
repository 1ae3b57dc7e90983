# Loads a large package and does algebra with it.
import sympy


def answer(x):
    y = sympy.Symbol("y")
    return int(sympy.solve(sympy.Eq(y - 1, x), y)[0])
