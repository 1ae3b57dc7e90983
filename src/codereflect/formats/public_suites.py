"""The public suites as problems for a model: what it is shown, what it may be told, and what decides.

`hidden_tests` are the suite's own tests, all of them, since pass@k is published so. `public_tests` are those that the
prompt shows: a feedback to the model may speak of them. They are no secret part of the hidden ones: of MBPP's three
assertions the first is both.

| suite | prompt | public tests |
|---|---|---|
| humaneval, humaneval_plus | the function up to its body | the examples of its docstring |
| mbpp | a docstring of the text and the first assertion | that assertion, after the set-up |
| mbpp_plus | as distributed, which is the same form | the assertions in it |
| multipl_e_java | the class and the method up to its body | none |

MBPP's prompt is that of InCoder (Fried et al. 2022, arXiv 2204.05999) as the BigCode evaluation harness has it
(bigcode_eval/tasks/mbpp.py); EvalPlus distributes MBPP+ with prompts of the same form. MBPP's paper (Austin et al.
2021, arXiv 2108.07732) shows three examples and all assertions instead.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from pathlib import Path

from codereflect.corpus_specs import SUITES
from codereflect.errors import UserError
from codereflect.formats.docstring_examples import assertions
from codereflect.formats.problems import read_problems
from codereflect.records import Problem

# MBPP's own division of its task ids (its README); published figures are those of `test`
MBPP_PARTS = {"prompt": range(1, 11), "test": range(11, 511), "validation": range(511, 601), "train": range(601, 975)}
TRAINED = "train"


def suite_problems(name: str, path: Path) -> list[Problem]:
    """The problems of a suite's file, in its order.

    Args:
        name: of a suite whose file `formats.problems` reads (corpus_specs.py).
        path: JSON lines, a JSON list (`.gz` or not), or Parquet.

    Raises:
        UserError: the file cannot be read, holds no problem of this suite, or a row is malformed (`file:line: reason`).
    """
    spec = SUITES[name]
    found = [problem for problem in read_problems(path, spec.form or "auto") if problem.suite in spec.holds]
    if not found:
        raise UserError(f"{path} holds no problem of the suite {name}.", f"check suites.{name} in params.yaml")
    return [_MAKERS[problem.suite](problem, name) for problem in found]


def of_part(problems: Sequence[Problem], part: str) -> list[Problem]:
    """MBPP's problems of a part (their category, as `suite_problems` gives them).

    Raises:
        UserError: there is none.
    """
    found = [problem for problem in problems if problem.category == part]
    if not found:
        ids = f"task ids {MBPP_PARTS[part][0]} to {MBPP_PARTS[part][-1]}"
        raise UserError(
            f"suites.mbpp: its file holds no problem of MBPP's part {part} ({ids}).",
            "check suites.mbpp in params.yaml",
        )
    return found


def _humaneval(problem: Problem, name: str) -> Problem:
    whole = problem.reference
    if whole is not None and problem.suite == "humaneval":
        whole = problem.prompt + whole
    return problem.model_copy(
        update={
            "suite": name,
            "task": "python_function",
            "category": name,
            "public_tests": assertions(problem.prompt, problem.entry_point or ""),
            "reference": whole,
        }
    )


def _mbpp(problem: Problem, name: str) -> Problem:
    shown = problem.public_tests[0]
    setup = (problem.hidden_tests or [])[: -len(problem.public_tests)]
    number = problem.task_id.rpartition("/")[2]
    parts = [part for part, ids in MBPP_PARTS.items() if number.isdecimal() and int(number) in ids]
    return problem.model_copy(
        update={
            "suite": name,
            "task": "python_function",
            "category": parts[0] if parts else "other",
            "prompt": f'"""\n{problem.prompt}\n{shown}\n"""\n',
            "public_tests": [*setup, shown],
        }
    )


def _mbpp_plus(problem: Problem, name: str) -> Problem:
    lines = [line.strip() for line in problem.prompt.splitlines()]
    shown = [line for line in lines if line.startswith("assert ") and _is_assertion(line)]
    return problem.model_copy(
        update={"suite": name, "task": "python_function", "category": name, "public_tests": shown}
    )


def _multipl_e(problem: Problem, name: str) -> Problem:
    return problem.model_copy(update={"suite": name, "task": "java_method", "category": name})


def _is_assertion(line: str) -> bool:
    try:
        return isinstance(ast.parse(line).body[0], ast.Assert)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False


# by what read_problems calls the suites of a file
_MAKERS = {
    "humaneval": _humaneval,
    "humaneval+": _humaneval,
    "mbpp": _mbpp,
    "mbpp+": _mbpp_plus,
    "humaneval-java": _multipl_e,
    "mbpp-java": _multipl_e,
}
