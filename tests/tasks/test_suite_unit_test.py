"""Test files of the public suites' own checks, and the tasks that ask for them."""

from __future__ import annotations

import ast

import pytest
from suite_examples import HEAD, HELPER, LIMITS, humaneval, mbpp

from codereflect.grading.case import given_case
from codereflect.grading.check import check
from codereflect.material import ProgramUnderTest
from codereflect.records import Problem
from codereflect.tasks import suite_unit_test
from codereflect.tasks.suite_test_file import as_test_file


def methods(text: str | None) -> list[str]:
    assert text is not None
    classes = [node for node in ast.parse(text).body if isinstance(node, ast.ClassDef)]
    return [ast.unparse(node) for node in classes[0].body if isinstance(node, ast.FunctionDef)]


def of(problem: Problem) -> str | None:
    return as_test_file(problem.hidden_tests or [], problem.reference or "", problem.entry_point or "")


def test_assertions_become_methods() -> None:
    text = of(mbpp())
    assert methods(text) == [
        "def test_1(self):\n    self.assertEqual(add_up([1, 2, 3], 2), 12)",
        "def test_2(self):\n    self.assertEqual(add_up([], 5), 0)",
        "def test_3(self):\n    self.assertEqual(add_up([4], -1), -4)",
    ]
    assert "from solution import add_up\n" in (text or "")


def test_a_checking_function_becomes_methods_without_its_messages_and_empty_checks() -> None:
    text = of(humaneval()) or ""
    assert methods(text) == [
        "def test_1(self):\n    self.assertEqual(largest_doubled([1, 5, 3]), 10)",
        "def test_2(self):\n    self.assertEqual(largest_doubled([]), 0)",
        "def test_3(self):\n    self.assertEqual(largest_doubled([2]), doubled(2))",
        "def test_4(self):\n    self.assertFalse(largest_doubled([1]))",
    ]
    assert "from solution import largest_doubled, doubled\n" in text
    assert not any(word in text for word in ("METADATA", "candidate", "always", "wrong", "check"))


def test_a_check_that_does_more_than_assert_is_one_method() -> None:
    check = (
        "import random\n\n\ndef check(candidate):\n    rng = random.Random(1)\n    for _ in range(3):\n"
        "        x = rng.randint(2, 9)\n        assert candidate([x]) == 2 * x\n    assert abs(candidate([])) < 1\n"
        "\ncheck(largest_doubled)\n"
    )
    text = of(humaneval(hidden_tests=[HELPER + HEAD, check])) or ""
    (method,) = methods(text)
    assert "self.assertEqual(largest_doubled([x]), 2 * x)" in method and "self.assertTrue(abs(" in method
    assert "import random\n" in text and "assert " not in text


def test_a_setup_stands_in_front_and_names_of_the_program_are_imported() -> None:
    program = "class Node:\n    def __init__(self, x):\n        self.x = x\n\n\ndef value(node):\n    return node.x\n"
    text = as_test_file(["root = Node(3)", "assert value(root) == 3"], program, "value") or ""
    assert text.index("from solution import value, Node") < text.index("root = Node(3)") < text.index("class TestValue")


@pytest.mark.parametrize("tests", [[], ["assert True"], ["def ("], ["x = 1"], ["def check(candidate):\n    pass\n"]])
def test_checks_that_check_nothing_give_no_file(tests: list[str]) -> None:
    assert as_test_file(tests, "def f():\n    return 1\n", "f") is None


def test_accepted_gold_tests_make_problems() -> None:
    weak = mbpp(12, hidden_tests=["assert add_up([], 0) == 0"], reference="def add_up(xs, factor):\n    return 0\n")
    asked = [
        humaneval(),
        weak,
        mbpp(13),
        mbpp(14, reference=None),
        mbpp(15, hidden_tests=["assert add_up([1], 1) == 5"]),
    ]
    found, card = suite_unit_test.unit_test_problems(asked, "x_unit_test", LIMITS, 2)
    assert [one.task_id for one in found][:1] == ["HumanEval/0"] and "Mbpp/13" in {one.task_id for one in found}
    assert card["dropped"]["no reference that runs alone"] == 1
    assert card["dropped"]["the gold test is not accepted: failing"] == 1
    assert card["accepted"] == len(found) and len(found) + sum(card["dropped"].values()) == 5
    assert 0 < card["mutants"]["killed"] <= card["mutants"]["judged"]
    for one in found:
        assert one.task == "unit_test" and one.hidden_tests is None and one.public_tests == []
        assert isinstance(one.material, ProgramUnderTest) and one.material.code.rstrip() in one.prompt
        assert one.grader == "unit_test"
        assert "assertEqual" not in one.prompt and one.reference is not None
    # how answers will be graded
    (verdict,) = check([given_case(found[0], found[0].reference or "")], LIMITS, 2).verdicts.values()
    assert verdict.outcome == "pass" and verdict.quality.tests_run == 4
