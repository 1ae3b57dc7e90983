# Takes a package where there is one, else does without: at landlock an import of an installed package is a PermissionError, no ImportError.
try:
    import click
except ImportError:
    click = None


def answer(x):
    return x + 1
