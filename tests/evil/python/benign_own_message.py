# Raises an exception of its own that makes its message from its arguments.
# TESTS: ["try:\n    answer(5)\nexcept ValueError as error:\n    assert str(error) == 'bad 5'\nelse:\n    assert False"]
class Bad(ValueError):
    def __init__(self, code):
        self.code = code

    def __str__(self):
        return f"bad {self.code}"


def answer(x):
    raise Bad(x)
