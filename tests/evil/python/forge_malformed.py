# Answers with values whose description is deeply nested or not what it claims to be.
def answer(x):
    value = []
    for _ in range(900):
        value = [value]
    return value
