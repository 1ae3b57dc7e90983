# Returns far more data than a test can want.
def answer(x):
    return "x" * 50_000_000
