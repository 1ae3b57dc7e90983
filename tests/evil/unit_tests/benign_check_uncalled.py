# HumanEval's form, the call left to the harness
def check(candidate):
    assert candidate(1, 2, 3) == 2
    assert candidate(9, 2, 3) == 3
