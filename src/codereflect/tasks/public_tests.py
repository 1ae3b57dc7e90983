"""Public tests are what a prompt shows. A docstring may be wrong: which of them a model is told, its reference says."""

from __future__ import annotations

from collections.abc import Sequence

from codereflect.grading.case import given_case
from codereflect.grading.check import check
from codereflect.records import Problem
from codereflect.sandbox_params import SandboxLimits


def true_examples(
    problems: Sequence[Problem], limits: SandboxLimits, workers: int | None
) -> tuple[list[Problem], dict[str, list[str]]]:
    """The problems without those public tests that their own reference fails, and these by task.

    A docstring may be wrong; what a model is told must not be. Problems without a reference keep theirs.

    Raises:
        UserError: this machine cannot confine programs, or too many verdicts are invalid.
    """
    cases = []
    for problem in problems:
        setup = _setup(problem.public_tests)
        for number, test in enumerate(problem.public_tests):
            if problem.reference is None or number < len(setup):
                continue
            name = f"{problem.task_id}#{number}"
            asked = {"task_id": name, "hidden_tests": [*setup, test], "grader": "tests"}
            cases.append(given_case(problem.model_copy(update=asked), problem.reference))
    found = check(cases, limits, workers).verdicts
    false = {of.task_id for of, verdict in found.items() if verdict.outcome != "pass"}
    kept: list[Problem] = []
    dropped: dict[str, list[str]] = {}
    for problem in problems:
        tests = {f"{problem.task_id}#{number}": test for number, test in enumerate(problem.public_tests)}
        wrong = [test for name, test in tests.items() if name in false]
        left = [test for name, test in tests.items() if name not in false]
        # a set-up alone tests nothing
        left = left if len(left) > len(_setup(problem.public_tests)) else []
        kept.append(problem.model_copy(update={"public_tests": left}))
        dropped |= {problem.task_id: wrong} if wrong else {}
    return kept, dropped


def _setup(tests: Sequence[str]) -> list[str]:
    """The statements in front of the first assertion."""
    first = next((number for number, test in enumerate(tests) if test.lstrip().startswith("assert")), len(tests))
    return list(tests[:first])
