"""EvalPlus's files (HumanEval+, MBPP+): inputs instead of assertions, expected values from the canonical solution.

Source of the format and of its rules of comparison: EvalPlus 0.3.1 (Liu et al. 2023, arXiv 2305.01210). The canonical
solution and the comparison (evalplus_rules.py) run where the tests run, out of the program's reach.
"""

from __future__ import annotations

import ast
import inspect
import json
import textwrap
from dataclasses import dataclass
from typing import Any

from codereflect.formats import evalplus_rules
from codereflect.formats.evalplus_types import typed_inputs
from codereflect.formats.rows import Row, malformed, text_field
from codereflect.records import Problem

# MBPP+ v0.2.0 has 378 tasks, and EvalPlus took on the rules of 0.3 after it; v0.1 has 399
_MBPP_TASKS = 378


@dataclass(frozen=True)
class InputTime:
    """The CPU time that a program may take for one input: the larger of `least` seconds and `factor` times the time of
    the canonical solution. EvalPlus's `min_time_limit` and `gt_time_limit_factor`, with its defaults.
    """

    least: float = 1.0
    factor: float = 4.0


def is_old(rows: int) -> bool:
    """Whether a file of so many tasks of MBPP+ is of v0.1, whose figures were made with the rules of EvalPlus 0.2."""
    return rows > _MBPP_TASKS


def problems(row: Row, time: InputTime, old: bool) -> list[Problem]:
    """The base problem and the plus problem (base and plus inputs) of a row.

    Args:
        row: of the file.
        time: of one input.
        old: whether MBPP's tasks are compared by the rules of EvalPlus 0.2.

    Raises:
        UserError: a key is missing or of the wrong kind, or an input nests too deep.
    """
    try:
        return _problems(row, time, old)
    except RecursionError:
        # JSON is read deeper than the inputs can be taken apart
        raise malformed(row.where, "an input nests too deep") from None


def _problems(row: Row, time: InputTime, old: bool) -> list[Problem]:
    task_id, prompt = text_field(row, "task_id"), text_field(row, "prompt")
    entry_point = text_field(row, "entry_point")
    canonical = text_field(row, "canonical_solution")
    dataset = "mbpp" if task_id.lower().startswith("mbpp") else "humaneval"
    atol = row.value.get("atol", 0)
    if isinstance(atol, bool) or not isinstance(atol, int | float):
        raise malformed(row.where, "atol is no number")
    parts = [_inputs(row, name) for name in ("base_input", "plus_input")]
    try:
        base, plus = (typed_inputs(task_id, part) if dataset == "mbpp" else part for part in parts)
        tolerance = float(atol)
    except (TypeError, ValueError, OverflowError, AttributeError, IndexError) as error:
        raise malformed(row.where, f"an input or atol does not fit ({error})") from None
    reference = canonical if _defines(canonical, entry_point) else prompt + canonical
    rules = "mbpp 0.2" if old and dataset == "mbpp" else dataset

    def check(inputs: list[list[Any]]) -> str:
        # As a text of JSON: a parser of Python needs a hundred times the memory for megabytes of numbers.
        data = json.dumps(_tagged([inputs, tolerance, time.least, time.factor]), separators=(",", ":"))
        return f"_check_inputs({entry_point}, _reference, {data!r}, {rules!r}, {entry_point!r})"

    # EvalPlus judges the plus inputs by themselves: what a tolerance became on the base inputs does not go on
    checks = [check(base), *([check(plus)] if plus else [])]
    return [
        Problem(
            task_id=task_id,
            suite=suite,
            language="python",
            category=dataset,
            prompt=prompt,
            entry_point=entry_point,
            hidden_tests=[f"{reference}\n\n_reference = {entry_point}\n", _rules(), *some],
            reference=reference,
        )
        for suite, some in ((dataset, checks[:1]), (f"{dataset}+", checks))
    ]


def _rules() -> str:
    """The text of the rules in a function of their own: the reference may have helpers of the same names."""
    rules = textwrap.indent(inspect.getsource(evalplus_rules), "    ")
    return f"def _rules():\n{rules}\n    return check_written\n_check_inputs = _rules()"


def _tagged(value: Any) -> Any:
    """What `evalplus_rules.restored` reads; the same text for the same value in every process."""
    if isinstance(value, list):
        return [_tagged(item) for item in value]
    if isinstance(value, dict):
        return {"t": "dict", "v": [[_tagged(key), _tagged(item)] for key, item in value.items()]}
    if isinstance(value, complex):
        return {"t": "complex", "v": [value.real, value.imag]}
    if isinstance(value, set | frozenset):
        return {"t": type(value).__name__, "v": [_tagged(item) for item in sorted(value, key=repr)]}
    return {"t": "tuple", "v": [_tagged(item) for item in value]} if isinstance(value, tuple) else value


def _inputs(row: Row, name: str) -> list[list[Any]]:
    inputs = row.value.get(name)
    # Rows without plus inputs exist; {} stands for none in some of them.
    inputs = [] if inputs in (None, {}) and name == "plus_input" else inputs
    if not isinstance(inputs, list) or not all(isinstance(given, list) for given in inputs):
        raise malformed(row.where, f"{name} is no list of argument lists")
    return inputs


def _defines(code: str, name: str) -> bool:
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return any(isinstance(node, ast.FunctionDef) and node.name == name for node in tree.body)
