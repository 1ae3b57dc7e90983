"""pass@k of plain texts, run in the sandbox."""

from __future__ import annotations

import pytest

from codereflect.errors import UserError
from codereflect.scoring.executed import executed_pass_at_k

RIGHT, WRONG = "def f(x):\n    return x + 1\n", "def f(x):\n    return x\n"
TESTS = ["assert f(1) == 2", "def check(candidate):\n    assert candidate(3) == 4\n\ncheck(f)"]


def test_pass_at_k_by_hand() -> None:
    programs = [RIGHT, WRONG, WRONG, WRONG, "def f(x:", RIGHT]
    ids = ["one", "one", "two", "two", "one", "two"]
    tests = [TESTS[0] if task == "one" else TESTS[1] for task in ids]
    scores = executed_pass_at_k(programs, tests, ["f"] * 6, ids, k=[1, 2, 3], workers=1)
    assert scores["pass@1"] == 0.333333
    assert scores["pass@2"] == 0.666667
    assert scores["pass@3"] == 1
    assert (scores["n_tasks"], scores["n_samples"], scores["invalid"], scores["unsealed"]) == (2, 6, 0, 0)


def test_a_forged_pass_is_none() -> None:
    forged = "class Yes:\n    def __eq__(self, other):\n        return True\n\ndef f(x):\n    return Yes()\n"
    assert executed_pass_at_k([forged], [TESTS[0]], ["f"], ["one"], workers=1)["pass@1"] == 0


def test_lists_that_do_not_fit_are_refused() -> None:
    with pytest.raises(UserError, match="1 programs, 0 tests"):
        executed_pass_at_k([RIGHT], [], ["f"], ["one"])
    with pytest.raises(UserError, match="0 programs"):
        executed_pass_at_k([], [], [], [])
    with pytest.raises(UserError, match="'one' have different tests"):
        executed_pass_at_k([RIGHT, RIGHT], TESTS, ["f", "f"], ["one", "one"])
    with pytest.raises(UserError, match="pass@2"):
        executed_pass_at_k([RIGHT], TESTS[:1], ["f"], ["one"], k=[2], workers=1)
