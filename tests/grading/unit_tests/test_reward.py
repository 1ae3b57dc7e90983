"""Grades, the formula, equivalence, order and streaming, our own failures. Hacks: test_reward_hacks.py."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator

import pytest

from codereflect.grading.unit_tests import reward
from codereflect.grading.unit_tests.reward import Reward, Row, decide, grade_tests
from codereflect.grading.unit_tests.subject import prepare
from codereflect.records import Verdict, given
from codereflect.sandbox import Result, Sandbox, UnitSandbox
from codereflect.sandbox_params import SandboxLimits

LIMITS = SandboxLimits(cpu_seconds=0.5, memory_mb=256, output_kb=64, allow_weak=False, max_invalid=0.0)
CODE = "def f(a: int, b: int) -> int:\n    return a + b\n"
GOOD = "assert f(1, 2) == 3\n"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with UnitSandbox(LIMITS, 2) as running:
        yield running


def one(sandbox: Sandbox, test: str, code: str = CODE, entry_point: str = "f") -> Reward:
    (found,) = grade_tests([Row(code, entry_point, test)], sandbox)
    return found


@pytest.mark.parametrize(
    ("test", "word", "reward"),
    [
        (GOOD, "accepted", 1.0),
        ("assert f(1, 2) ==", "syntax", -1.0),
        ("assert f(1, 2) == 4", "failing", 0.2),
        (
            "import unittest\nclass T(unittest.TestCase):\n    def test(self): self.assertEqual(f(1, 2), 4)",
            "failing",
            0.2,
        ),
        ("assert f(1) == 4", "error", 0.1),
        ("from solution import g\nassert g(1) == 4", "error", 0.1),
        ("assert f(1, 2) == 3\nwhile True: pass", "timeout", 0.1),
        ("", "empty", 0.0),
    ],
)
def test_grades(sandbox: Sandbox, test: str, word: str, reward: float) -> None:
    found = one(sandbox, test)
    assert (found.word, found.reward) == (word, reward), found
    assert found.verdict == ("accept" if word == "accepted" else "reject")


def test_the_passing_grade_is_scaled_by_the_mutants_that_are_not_equivalent(sandbox: Sandbox) -> None:
    code = "def f(a: int) -> int:\n    if a < 0:\n        return 0\n    if a > 9:\n        return 9\n    return a\n"
    weak, strong = one(sandbox, "assert f(3) == 3", code), one(sandbox, CLAMPED, code)
    for found in (weak, strong):
        assert found.reward == round(found.mutants_killed / found.mutants, 6)
        assert found.equivalent >= 2 and found.inputs >= 20
        assert found.mutants + found.equivalent == len(prepare(code, "f", 50).mutants)
    assert weak.reward and strong.reward and 0 < weak.reward < 0.7 < strong.reward == 1.0


CLAMPED = "for a, b in ((-1, 0), (-2, 0), (0, 0), (1, 1), (8, 8), (9, 9), (10, 9), (11, 9)):\n    assert f(a) == b\n"


def test_counts(sandbox: Sandbox) -> None:
    found = one(
        sandbox,
        "def test_a():\n    assert f(1, 2) == 3\n    assert f(2, 2) == 4\ndef test_b():\n    assert f(0, 1) == 1\n",
    )
    assert (found.tests_run, found.calls, found.sealed) == (2, 3, True)


def test_a_mutant_that_never_ends_is_found_by_any_test_that_reaches_it(sandbox: Sandbox) -> None:
    code = "def f(n):\n    i = 0\n    while i < n:\n        i += 1\n    return i\n"
    found = one(sandbox, "assert f(3) == 3\nassert f(0) == 0\nassert f(-2) == 0", code)
    assert found.verdict == "accept" and found.mutants_killed == found.mutants > 5


def test_every_run_meets_a_fresh_function(sandbox: Sandbox) -> None:
    code = "seen = []\ndef f(x):\n    seen.append(x)\n    return len(seen)\n"
    assert one(sandbox, "assert f(5) == 1\nassert f(5) == 2\n", code).verdict == "accept"


def test_a_function_that_draws_numbers_is_seeded(sandbox: Sandbox) -> None:
    seeded = "import random\ndef f(x):\n    return random.randint(0, 10 ** 9) + x\n"
    assert one(sandbox, "assert isinstance(f(1), int)\nassert f(1) > 0", seeded).verdict == "accept"


def test_data_of_all_kinds_crosses(sandbox: Sandbox) -> None:
    code = "def f(*args, **kwargs):\n    return args, kwargs\n"
    test = (
        "values = (1, 2.5, 'é', b'x', None, [1], {'a': (1, 2)}, {3}, frozenset({4}), 1j, 10 ** 30, range(3))\n"
        "assert f(*values, key={1: 2}) == (values, {'key': {1: 2}})\n"
    )
    assert one(sandbox, test, code).verdict == "accept"


def test_containers_stay_the_test_s_own(sandbox: Sandbox) -> None:
    code = "def f(rows):\n    rows[0].append(1)\n    rows.append({1: {2}})\n    return rows\n"
    test = (
        "row = []\nrows = [row, row]\nresult = f(rows)\n"
        "assert result is rows and rows[0] is row is rows[1]\nassert rows == [[1], [1], {1: {2}}]\n"
    )
    found = one(sandbox, test, code)
    assert found.verdict == "accept" and found.sealed


def test_iterators_cross_up_to_a_length(sandbox: Sandbox) -> None:
    code = "def f(n):\n    for i in range(n):\n        yield i\n"
    assert one(sandbox, "assert list(f(5000)) == list(range(5000))\nassert next(f(2)) == 0", code).sealed
    endless = "def f(n):\n    while True:\n        yield n\n        n += 1\n"
    found = one(sandbox, "numbers = f(5)\nassert next(numbers) == 5\nassert next(numbers) == 6", endless)
    assert found.verdict == "accept" and not found.sealed


def test_what_needs_the_same_process_is_labelled(sandbox: Sandbox) -> None:
    code = "def f(g, x):\n    return g(x) + 1\n"
    found = one(sandbox, "assert f(lambda x: x * 2, 4) == 9", code)
    assert found.verdict == "accept" and not found.sealed
    # a function as a result is seen only when it comes
    code = "def f(n):\n    def add(x):\n        return x + n\n    return add\n"
    found = one(sandbox, "assert f(2)(3) == 5", code)
    assert found.verdict == "accept" and not found.sealed


def test_libraries_and_data_of_the_code_can_be_imported(sandbox: Sandbox) -> None:
    code = "import math\nLIMIT = 3\ndef f(x):\n    return min(math.floor(x), LIMIT)\n"
    test = (
        "from solution import *\nfrom solution import LIMIT\nassert f(9.5) == LIMIT\nassert f(1.5) == math.floor(1.5)"
    )
    assert one(sandbox, test, code).verdict == "accept"


def test_a_function_with_the_name_of_a_test(sandbox: Sandbox) -> None:
    code = "def test_even(x):\n    return x % 2 == 0\n"
    assert one(sandbox, "assert test_even(2) is True\nassert not test_even(3)", code, "test_even").verdict == "accept"


@pytest.mark.parametrize(
    "test",
    [
        f"assert f(0x{'f' * 9000}, 2) != 3",
        "\n".join(f"v{i} = f({', '.join([f'v{i - 1}'] * 40)})" for i in range(1, 60)) + "\nassert v59 == v58",
        "assert f(1, 2) == " + "1 + " * 3000 + "1",
        "# " + "x" * 300_000 + "\nassert f(1, 2) == 3",
    ],
    ids=["digits", "expansion", "depth", "length"],
)
def test_texts_that_are_made_to_be_slow(sandbox: Sandbox, test: str) -> None:
    started = time.process_time()
    assert one(sandbox, test).reward is not None
    assert time.process_time() - started < 3


def test_code_that_cannot_be_run_is_invalid_and_no_zero(sandbox: Sandbox) -> None:
    found = one(sandbox, GOOD, "import nothing_of_that_name\n" + CODE)
    assert (found.verdict, found.reward, found.word) == ("invalid", None, "code")
    assert "nothing_of_that_name" in found.reason


def test_code_without_the_function_is_invalid(sandbox: Sandbox) -> None:
    for code, name, said in ((CODE, "g", "does not define g"), ("def f(", "f", "not valid Python")):
        found = one(sandbox, GOOD, code, name)
        assert (found.verdict, found.reward, found.word) == ("invalid", None, "code") and said in found.reason
    assert one(sandbox, GOOD).verdict == "accept"


def test_rewards_come_in_order_and_rows_are_taken_in_blocks(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reward, "_BLOCK", 8)
    texts = [GOOD, "", "assert f(1, 2) == 4", "assert f("]
    taken = 0

    def rows() -> Iterator[Row]:
        nonlocal taken
        for text in itertools.islice(itertools.cycle(texts), 50):
            taken += 1
            yield Row(CODE, "f", text)

    rewards = grade_tests(rows(), sandbox)
    assert next(rewards).reward == 1.0 and taken <= 8
    expected = itertools.islice(itertools.cycle([1.0, 0.0, 0.2, -1.0]), 1, 50)
    assert [found.reward for found in rewards] == list(expected) and taken == 50


def test_the_same_rows_give_the_same_rewards(sandbox: Sandbox) -> None:
    code = (
        "def f(xs):\n    best = None\n    for x in xs:\n"
        "        if best is None or x > best:\n            best = x\n    return best\n"
    )
    rows = [Row(code, "f", f"assert f([1, {n}, 2]) == max(1, {n}, 2)\nassert f([]) is None") for n in range(6)]
    assert list(grade_tests(rows, sandbox)) == list(grade_tests(rows, sandbox))


def facts(**changes: object) -> Result:
    known: dict[str, object] = {
        "stage": "judged",
        "sealed": True,
        "reference": {"state": "green", "message": "", "run": 1, "calls": 1},
        "second": {"state": "green"},
        "mutants": ["assert", "error", "late", "green", "green"],
        "equivalent": [4],
        "inputs": 7,
        "runs": 5,
        "seconds": {},
    }
    return Result(
        Verdict(of=given(""), outcome="pass", category="", feedback="", sealed=True), 0.0, 0.0, known | changes
    )


@pytest.mark.parametrize(
    ("changes", "word", "reward"),
    [
        ({}, "accepted", 0.75),
        # no time for one, and one that gave what is no data: not judged
        ({"mutants": ["assert", "", "green", "foreign", "green"]}, "accepted", 0.5),
        ({"mutants": ["error", "late", "error", "green", "green"]}, "kills_nothing", 0.0),
        ({"mutants": ["green"] * 5}, "kills_nothing", 0.0),
        ({"second": {"state": "assert"}}, "second", 0.0),
        ({"stage": "unsteady"}, "unsteady", 0.0),
        ({"stage": "reference"}, "no_call", 0.0),
    ],
)
def test_what_the_facts_are_worth(changes: dict[str, object], word: str, reward: float) -> None:
    found = decide(facts(**changes), Row(CODE, "f", GOOD), prepare(CODE, "f", 5))
    assert (found.word, found.reward) == (word, reward)


def test_a_failure_of_the_sandbox_is_no_zero() -> None:
    lost = Verdict(of=given(""), outcome="invalid", category="worker", feedback="It died twice.", sealed=True)
    found = decide(Result(lost, 0.0, 0.0), Row(CODE, "f", GOOD), prepare(CODE, "f", 5))
    assert (found.verdict, found.reward, found.word) == ("invalid", None, "invalid")


@pytest.mark.slow
def test_lanes_that_die_are_replaced() -> None:
    rows = [Row(CODE, "f", GOOD)] * 12
    with UnitSandbox(LIMITS, 2) as running:
        rewards = grade_tests(rows, running)
        assert next(rewards).verdict == "accept"
        for worker in running._workers:
            worker.process.kill()
        assert all(found.verdict == "accept" for found in rewards)


CLAMP = """def clamp(x: int, low: int, high: int) -> int:
    if low > high:
        raise ValueError("low above high")
    if x < low:
        return low
    if x > high:
        return high
    return x
"""


def test_nothing_that_a_runner_is_told_depends_on_the_implementation(sandbox: Sandbox) -> None:
    test = """import sys
from solution import clamp

def limit():
    frame = getattr(sys, "_get" + "frame")()
    while frame is not None:
        local = getattr(frame, "f_" + "locals")
        if getattr(frame, "f_" + "code").co_name == "serve" and "seconds" in local:
            return local["seconds"]
        frame = getattr(frame, "f_" + "back")

def test_clamp():
    [clamp(x, low, 2) for x in range(-3, 6) for low in range(-2, 2)]
    assert limit() > %s
"""
    most = LIMITS.cpu_seconds
    found = one(sandbox, test % (0.9 * most), CLAMP, "clamp")
    assert (found.word, found.sealed) == ("kills_nothing", True), found


def test_inputs_of_the_test_make_nothing_equivalent(sandbox: Sandbox) -> None:
    good = "from solution import clamp\ndef test():\n    assert clamp(5, 0, 10) == 5\n"
    dull = good + f"    rows = {[(n, 0, 100) for n in range(60)]}\n"
    plain, lifted = one(sandbox, good, CLAMP, "clamp"), one(sandbox, dull, CLAMP, "clamp")
    assert plain.reward and lifted.reward and abs(lifted.reward - plain.reward) < 0.05
    code = "def total(xs):\n    if not xs:\n        return 0\n    return max(xs) * 2 + len(xs)\n"
    found = one(sandbox, "assert total([]) == 0", code, "total")
    assert found.reward is not None and found.reward < 0.5


def test_a_test_cannot_choose_to_be_unsealed(sandbox: Sandbox) -> None:
    code = "def count_up(n):\n    for i in range(n):\n        if i % 3 == 0:\n            yield i * 2\n"
    found = one(sandbox, "assert list(count_up(400_000))[1] == 6", code, "count_up")
    assert (found.word, found.sealed) == ("timeout", True), found
    code = "def get(thing, name):\n    return getattr(thing, name)\n"
    found = one(sandbox, "assert get('a', 'upper')() == 'A'", code, "get")
    assert found.verdict == "reject" and found.sealed, found


def test_code_without_mutants_says_nothing_about_tests(sandbox: Sandbox) -> None:
    found = one(sandbox, "assert f(1) == 1", "f = lambda x: x\n")
    assert (found.verdict, found.reward) == ("invalid", None), found


def test_code_that_nests_too_deep_is_no_data(sandbox: Sandbox) -> None:
    found = one(sandbox, "assert f(1) == 1", "def f(x):\n    return x\ndef g():\n    return " + "1+" * 900 + "1\n")
    assert (found.verdict, found.reward) == ("invalid", None), found


def test_a_test_that_waits_holds_nothing_up(sandbox: Sandbox) -> None:
    started = time.monotonic()
    assert one(sandbox, "import time\ntime.sleep(30)\nassert f(1, 2) == 3").verdict == "accept"
    assert time.monotonic() - started < 20


def test_mutants_of_what_no_input_reaches_are_not_equivalent(sandbox: Sandbox) -> None:
    code = "def f(a: int) -> int:\n    if a == 10 ** 9:\n        a = a * 2\n        return a - 7\n    return a\n"
    lines = [mutant.line for mutant in prepare(code, "f", 50).mutants]
    found = one(sandbox, "assert f(3) == 3\nassert f(-1) == -1", code)
    unreached = sum(line in (3, 4) for line in lines)
    assert unreached >= 8 and found.mutants - found.mutants_killed >= unreached, found
    assert found.equivalent <= sum(line == 2 for line in lines), found
