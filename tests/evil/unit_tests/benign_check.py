# HumanEval's form
METADATA = {"author": "nobody"}

def check(candidate):
    assert candidate(1, 2, 3) == 2
    assert candidate(9, 2, 3) == 3, "too high"

check(clamp)
