# Returns far more data than a test can want.
def answer(x):
    return "x" * 5_000_000
