# Integers of thousands of digits.
def answer(x):
    big = 7 ** 20_000
    return x + (big + 1) - big
