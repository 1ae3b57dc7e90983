# A generator without end, of which the test takes three elements.
# TESTS: ["numbers = answer(2)\nassert [next(numbers) for _ in range(3)] == [2, 3, 4]"]
def answer(x):
    while True:
        yield x
        x += 1
