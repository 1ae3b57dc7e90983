"""MBPP's own training part (task ids 601-974) as rows to train on, those of a problem one group.

| task | prompt, as the suite has it | gold answer | its judge |
|---|---|---|---|
| unit_test | mbpp_unit_test: a description and a program | the problem's assertions as a unittest file | mutants |
| python_function | mbpp: a description and an assertion | the reference | the assertions |
| repair | mbpp_repair: a program with a mistake, and feedback | the reference | the assertions |

Only rows whose gold answer passes its judge are kept. Evaluation is on other problems, MBPP's part `test` (11-510).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from codereflect.grading.case import given_case
from codereflect.grading.check import check
from codereflect.progress import reporting
from codereflect.records import Example, Problem, as_example
from codereflect.sandbox import Sandbox
from codereflect.sandbox_params import SandboxLimits
from codereflect.tasks.suite_program import program_of
from codereflect.tasks.suite_repair import repair_problems
from codereflect.tasks.suite_unit_test import unit_test_problems

NAME = "mbpp"


def training_rows(
    problems: Sequence[Problem], seed: int, limits: SandboxLimits, workers: int
) -> tuple[list[Example], dict[str, Any]]:
    """The rows of all three tasks, and for each task a card: problems, rows, what was dropped by reason.

    Args:
        problems: of the part to train on, as `formats.public_suites` gives them.
        seed: of the choice among the mistakes to be repaired.
        limits: of one program.
        workers: processes at once.

    Raises:
        UserError: this machine cannot confine programs, or too many verdicts are invalid.
    """
    functions, plain = _functions(problems, limits, workers)
    with Sandbox(limits, workers) as sandbox, reporting("repair", len(problems)) as report:
        repairs, repaired = repair_problems(problems, f"{NAME}_repair", seed, sandbox, report)
    tests, tested = unit_test_problems(problems, f"{NAME}_unit_test", limits, workers)
    examples = [as_example(problem, NAME) for problem in (*tests, *functions, *repairs)]
    return examples, {"unit_test": tested, "python_function": plain, "repair": repaired}


def _functions(
    problems: Sequence[Problem], limits: SandboxLimits, workers: int
) -> tuple[list[Problem], dict[str, Any]]:
    """The problems whose reference passes their tests, and their card."""
    dropped: Counter[str] = Counter()
    asked = []
    for problem in problems:
        program = program_of(problem)
        if program is None:
            dropped["no reference that runs alone"] += 1
        else:
            asked.append(problem.model_copy(update={"reference": program.source}))
    verdicts = check([given_case(one, one.reference or "") for one in asked], limits, workers).verdicts.values()
    passed = {verdict.of.task_id for verdict in verdicts if verdict.outcome == "pass"}
    dropped.update(f"the reference fails its own tests: {one.category}" for one in verdicts if one.outcome != "pass")
    kept = [one for one in asked if one.task_id in passed]
    return kept, {"problems": len(problems), "kept": len(kept), "dropped": dict(sorted(dropped.items()))}
