"""Writing tests for the programs of HumanEval and MBPP, as in unit-test reinforcement learning (the fifth system).

The prompt is a problem's description and its reference solution, the gold answer the suite's own checks as a unittest
file (`suite_test_file`). A problem is kept where that file is accepted: there an answer can be right,
and the gold one is. Answers are graded in the same way, never compared with the gold one.

Split by problem, by MBPP's own parts (`public_suites.of_part`): rows to train on come from `train` (corpora/mbpp.py),
evaluation from `test` and from HumanEval. MultiPL-E has no solutions to be tested.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from codereflect.grading.case import given_case
from codereflect.grading.check import check
from codereflect.grading.journal import Journal
from codereflect.material import ProgramUnderTest
from codereflect.records import Problem
from codereflect.sandbox_params import SandboxLimits
from codereflect.tasks.prompt_texts import worded
from codereflect.tasks.suite_program import description_of, program_of, without_docstring
from codereflect.tasks.suite_test_file import as_test_file

TASK = "unit_test"


def unit_test_problems(
    problems: Sequence[Problem], suite: str, limits: SandboxLimits, workers: int | None, journal: Journal | None = None
) -> tuple[list[Problem], dict[str, Any]]:
    """Problems that ask for tests, at most one for each problem, in the same order.

    Args:
        problems: Python problems with `hidden_tests` and `reference`, as `formats.public_suites` gives them.
        suite: name of the new suite; task ids and categories stay.
        limits: of one program.
        workers: programs at once.
        journal: of verdicts.

    Returns:
        The problems (`material` is the program under test, `reference` the gold test file; neither public nor hidden
        tests: mutants decide) and a card: how many of how many, mutants killed, problems dropped by reason.
    """
    dropped: Counter[str] = Counter()
    asked = list(_asked(problems, suite, dropped))
    checked = check([given_case(one, one.reference or "") for one in asked], limits, workers, journal)
    kept, killed, mutants = [], 0, 0
    for one in asked:
        found = checked.verdicts[given_case(one, "").of]
        if found.outcome == "pass":
            kept.append(one)
            killed, mutants = killed + found.quality.mutants_killed, mutants + found.quality.mutants
        else:
            dropped[f"the gold test is not accepted: {found.category}"] += 1
    card = {
        "problems": len(problems),
        "gold_tests": len(asked),
        "accepted": len(kept),
        "mutants": {"judged": mutants, "killed": killed},
        "dropped": dict(sorted(dropped.items())),
    }
    return kept, card


def _asked(problems: Sequence[Problem], suite: str, dropped: Counter[str]) -> Iterator[Problem]:
    """The problems for which there is a program and a gold test file."""
    for problem in problems:
        program, entry_point = program_of(problem), problem.entry_point or ""
        if program is None:
            dropped["no reference that runs alone"] += 1
            continue
        # the description has the docstring
        code = without_docstring(program.source, entry_point) if program.shown else program.source
        gold = as_test_file(problem.hidden_tests or [], code, entry_point)
        if gold is None:
            dropped["no checks that can be taken over"] += 1
            continue
        wording = {"name": entry_point, "description": description_of(problem), "code": code.rstrip()}
        yield problem.model_copy(
            update={
                "suite": suite,
                "task": TASK,
                "prompt": worded("suite_unit_test", **wording),
                "material": ProgramUnderTest(code=code),
                "grader": "unit_test",
                "public_tests": [],
                "hidden_tests": None,
                "reference": gold,
            }
        )
