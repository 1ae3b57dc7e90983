"""Wrong programs of the public suites: what is chosen shows, and a copy of it never passes."""

from __future__ import annotations

import ast
from collections import Counter

import pytest
from suite_examples import LIMITS, humaneval, mbpp

from codereflect.material import WrongProgram
from codereflect.records import Problem, given
from codereflect.sandbox import Job, Sandbox, why_unsealed
from codereflect.tasks.suite_repair import repair_problems


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(LIMITS, 2) as running:
        yield running


def outcome(problem: Problem, code: str | None, sandbox: Sandbox) -> str:
    tests, name = problem.hidden_tests or [], problem.entry_point or ""
    job = Job(given(problem.task_id, 0), code or "", name, tests, sealed=why_unsealed(tests, name) is None)
    (result,) = sandbox.run([job])
    return result.verdict.outcome


def wrong(problem: Problem) -> str:
    assert isinstance(problem.material, WrongProgram)
    return problem.material.code


def test_a_copy_fails_and_the_reference_passes(sandbox: Sandbox) -> None:
    asked = [humaneval(), mbpp()]
    found, card = repair_problems(asked, "x_repair", 1, sandbox)
    assert [one.task_id for one in found] == ["HumanEval/0", "Mbpp/11"]
    assert {(one.suite, one.task) for one in found} == {("x_repair", "repair")}
    for one in found:
        assert outcome(one, wrong(one), sandbox) == "fail"
        assert outcome(one, one.reference, sandbox) == "pass"
        assert wrong(one).rstrip() in one.prompt
        assert one.hidden_tests and one.public_tests
    assert card["made"] == 2 and card["dropped"] == {} and sum(card["kinds"].values()) == 2


def test_the_prompt_tells_the_public_failure_and_never_the_solution(sandbox: Sandbox) -> None:
    (one,), _ = repair_problems([mbpp()], "mbpp_repair", 1, sandbox)
    assert "Write a function to add up numbers and multiply the sum." in one.prompt and '"""' not in one.prompt
    assert "One of its tests fails: add_up([1, 2, 3], 2) " in one.prompt
    assert "[4], -1" not in one.prompt  # a hidden test
    assert ast.unparse(ast.parse(one.reference or "")) not in one.prompt
    assert "$" not in one.prompt


def test_mistakes_are_in_the_part_to_be_written_and_never_in_a_given_helper(sandbox: Sandbox) -> None:
    kinds = set()
    for seed in range(12):
        (one,), _ = repair_problems([humaneval()], "h", seed, sandbox)
        assert "return x * 2" in wrong(one)
        assert "The largest number above 1" not in wrong(one) and one.prompt.count("The largest number above 1") == 1
        kinds.add(one.category)
    assert len(kinds) >= 3


def test_kinds_are_even_over_the_suite(sandbox: Sandbox) -> None:
    found, card = repair_problems([mbpp(number) for number in range(11, 31)], "mbpp_repair", 1, sandbox)
    counts = Counter(one.category for one in found)
    assert len(found) == 20 and counts == card["kinds"]
    assert max(counts.values()) - min(counts.values()) <= 1


def test_the_choice_depends_on_the_seed_alone(sandbox: Sandbox) -> None:
    asked = [mbpp(number) for number in range(11, 19)] + [humaneval()]
    with Sandbox(LIMITS, 1) as alone:
        assert repair_problems(asked, "r", 3, sandbox) == repair_problems(asked, "r", 3, alone)
    assert repair_problems(asked, "r", 3, sandbox)[0] != repair_problems(asked, "r", 4, sandbox)[0]


def test_what_gives_no_problem_is_counted_by_reason(sandbox: Sandbox) -> None:
    asked = [
        mbpp(11, reference=None),
        mbpp(12, public_tests=[]),
        mbpp(13, public_tests=["assert add_up([1], 1) == 2"]),  # false
        mbpp(14, hidden_tests=["assert add_up([1], 1) == 2"]),  # the reference is wrong
        # neither test looks at what mistakes change
        mbpp(15, public_tests=["assert add_up([], 0) in (0, 1, -1, None)"]),
        mbpp(16, hidden_tests=["assert add_up([], 0) in (0, 1, -1, None)"]),
        mbpp(17, language="java"),
    ]  # fmt: skip
    found, card = repair_problems(asked, "mbpp_repair", 1, sandbox)
    assert card["problems"] == 7 and card["made"] == len(found)
    assert card["dropped"]["no reference that runs alone, or no hidden tests"] == 2
    assert card["dropped"]["no public test"] == 1
    assert card["dropped"]["the reference fails its own tests"] == 2
    assert len(found) + sum(card["dropped"].values()) == 7


def test_an_endless_mistake_is_no_repair_problem() -> None:
    """Whether a program ends in time depends on the machine: its feedback would, too."""
    source = "def down(n):\n    while n > 0:\n        n = n - 3\n    return n\n"
    tests = ["assert down(9) == 0", "assert down(10) == -2"]
    asked = [
        mbpp(n, reference=source, entry_point="down", public_tests=tests[:1], hidden_tests=tests) for n in range(20, 26)
    ]
    with Sandbox(LIMITS.model_copy(update={"cpu_seconds": 0.2}), 2) as quick:
        found, card = repair_problems(asked, "mbpp_repair", 1, quick)
        assert len(found) == 6 and card["mutants_tried"] > 6  # the endless ones among them were tried in vain
        for one in found:
            assert "longer" not in one.prompt and outcome(one, wrong(one), quick) == "fail"


def test_setup_in_front_of_the_public_test_is_run(sandbox: Sandbox) -> None:
    setup = "pairs = [(1, 2), (3, 4)]"
    tests = [setup, "assert add_up([a * b for a, b in pairs], 2) == 28", "assert add_up([1], 1) == 1"]
    asked = mbpp(21, public_tests=tests[:2], hidden_tests=tests)
    (one,), card = repair_problems([asked], "mbpp_repair", 1, sandbox)
    assert card["dropped"] == {} and "add_up([2, 12], 2)" in one.prompt
