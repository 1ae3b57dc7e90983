"""Verdicts on answers that stand after a context, and on answers that are tests."""

from __future__ import annotations

import pytest

from codereflect.errors import UserError
from codereflect.grading.check import check, executable, program_sample
from codereflect.programs.joining import joined
from codereflect.records import Problem
from codereflect.sandbox_params import SandboxLimits

LIMITS = SandboxLimits(cpu_seconds=1.0, memory_mb=256, output_kb=64, allow_weak=False, max_invalid=0.0)
PROGRAM = "BASE = 2\n\n\ndef double(a):\n    return BASE * a if a > 0 else 0\n"


def problem(task: str, context: str | None, tests: list[str] | None, name: str = "") -> Problem:
    return Problem(
        task_id=name or task,
        suite="s",
        language="python",
        task=task,
        category=task,
        prompt="",
        context=context,
        entry_point="double",
        hidden_tests=tests,
    )


GOOD = "from solution import double\ndef test_it():\n    assert double(3) == 6\n    assert double(-3) == 0\n"


def test_tests_and_programs_are_judged_side_by_side_in_the_order_of_the_samples() -> None:
    problems = [
        problem("unit_test", PROGRAM, None),
        problem("complete", "BASE = 2\n", ["assert double(4) == 8"]),
        problem("explain", None, None),
        problem("python_function", "BASE = 3\n", ["assert double(4) == 8"]),
    ]
    own = "def double(a):\n    return BASE * a\n"
    samples = [
        program_sample("unit_test", "s", GOOD),
        program_sample("complete", "s", own),
        program_sample("explain", "s", "words"),
        program_sample("unit_test", "s", GOOD.replace("6", "7"), 1),
        program_sample("python_function", "s", own),
        program_sample("complete", "s", "def double(a):\n    return a\n", 1),
        program_sample("unit_test", "s", "def test_it(:", 2),
        program_sample("unit_test", "s", "def test_it():\n    assert True\n", 3),
    ]
    verdicts, level = check(problems, samples, LIMITS, 2)
    told = [(one.task_id, one.sample_index, one.outcome, one.category) for one in verdicts]
    assert told == [
        ("unit_test", 0, "pass", "accepted"),
        ("complete", 0, "pass", "pass"),
        ("unit_test", 1, "fail", "failing"),
        ("python_function", 0, "fail", "NameError"),
        ("complete", 1, "fail", "assertion"),
        ("unit_test", 2, "fail", "syntax"),
        ("unit_test", 3, "fail", "tautology"),
    ]
    assert all(one.sealed for one in verdicts) and level != "none"
    assert "mutants" in verdicts[0].feedback
    assert verdicts[2].feedback.startswith("It fails on the code")


def test_a_program_that_cannot_be_tested_is_told_in_a_sentence() -> None:
    with pytest.raises(UserError, match="does not define double"):
        check([problem("unit_test", "def other(): pass\n", None)], [program_sample("unit_test", "s", GOOD)], LIMITS, 1)


def test_what_is_executable() -> None:
    assert executable(problem("unit_test", PROGRAM, None)) and executable(problem("bugfix", None, ["assert 1"]))
    assert not executable(problem("unit_test", None, None)) and not executable(problem("bugfix", "x = 1", None))


def test_future_imports_of_an_answer_come_first() -> None:
    answer = "from __future__ import annotations\ndef double(a: Missing):\n    return BASE * a\n"
    program = joined("from typing import Any\nBASE = 2\n", answer)
    compile(program, "<program>", "exec")
    assert program.index("__future__") < program.index("BASE = 2") < program.index("def double")
    assert joined("", answer) == answer and joined("x = 1", "def f(:  # __future__").startswith("x = 1\n")
