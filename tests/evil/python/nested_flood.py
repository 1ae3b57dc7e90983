# Returns an integer and an iterator that are dear to handle.
def answer(x):
    def endless():
        while True:
            yield 1

    return endless() if x == 2 else 1 << 10_000_000
