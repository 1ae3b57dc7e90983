"""EvalPlus's files (HumanEval+, MBPP+): inputs instead of assertions, expected values from the canonical solution.

Source of the format and of its rules of comparison: EvalPlus 0.3.1 (Liu et al. 2023, arXiv 2305.01210). The canonical
solution and the comparison (evalplus_rules.py) run where the tests run, out of the program's reach.
"""

from __future__ import annotations

import ast
import inspect
import json
import textwrap
from collections.abc import Callable
from typing import Any

from codereflect.formats import evalplus_rules
from codereflect.formats.rows import Row, malformed, text_field
from codereflect.records import Problem


def problems(row: Row) -> list[Problem]:
    """The base problem and the plus problem (base and plus inputs) of a row.

    Raises:
        UserError: a key is missing or of the wrong kind, or an input nests too deep.
    """
    try:
        return _problems(row)
    except RecursionError:
        # JSON is read deeper than the inputs can be taken apart
        raise malformed(row.where, "an input nests too deep") from None


def _problems(row: Row) -> list[Problem]:
    task_id, prompt = text_field(row, "task_id"), text_field(row, "prompt")
    entry_point = text_field(row, "entry_point")
    canonical = text_field(row, "canonical_solution")
    dataset = "mbpp" if task_id.lower().startswith("mbpp") else "humaneval"
    atol = row.value.get("atol", 0)
    if isinstance(atol, bool) or not isinstance(atol, int | float):
        raise malformed(row.where, "atol is no number")
    base, plus = (_inputs(row, name) for name in ("base_input", "plus_input"))
    convert = _conversion(row, base, entry_point)
    try:
        base, plus = [convert(given) for given in base], [convert(given) for given in plus]
        tolerance = float(atol)
    except (TypeError, ValueError, OverflowError) as error:
        raise malformed(row.where, f"an input or atol does not fit ({error})") from None
    reference = canonical if _defines(canonical, entry_point) else prompt + canonical
    found = []
    for suite, inputs in ((dataset, base), (f"{dataset}+", base + plus)):
        # As a text of JSON: a parser of Python needs a hundred times the memory for megabytes of numbers.
        data = json.dumps(_tagged([inputs, tolerance]), separators=(",", ":"))
        check = f"_check_inputs({entry_point}, _reference, {data!r}, {dataset!r}, {entry_point!r})"
        found.append(
            Problem(
                task_id=task_id,
                suite=suite,
                language="python",
                category=dataset,
                prompt=prompt,
                entry_point=entry_point,
                hidden_tests=[f"{reference}\n\n_reference = {entry_point}\n", _rules(), check],
                reference=reference,
            )
        )
    return found


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


def _conversion(row: Row, base: list[list[Any]], entry_point: str) -> Callable[[list[Any]], list[Any]]:
    """JSON has no tuples, sets and complex numbers: what the arguments are is read off the row's own assertions."""
    called = _called(row, entry_point)
    if not called or len(called) != len(base) or any(len(a) != len(b) for a, b in zip(called, base, strict=True)):
        return lambda given: given
    places: list[Any] = []
    for arguments in called:
        for index, value in enumerate(arguments):
            if index == len(places):
                places.append(None)
            places[index] = _merged(places[index], _template(value))
    return lambda given: [
        _apply(places[index], value) if index < len(places) else value for index, value in enumerate(given)
    ]


def _called(row: Row, entry_point: str) -> list[list[Any]]:
    """The literal arguments of the assertions of a row, in order; empty where there are none."""
    text = row.value.get("assertion")
    if not isinstance(text, str):
        return []
    found = []
    try:
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == entry_point:
                found.append((node.lineno, [ast.literal_eval(argument) for argument in node.args]))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    return [arguments for _, arguments in sorted(found, key=lambda pair: pair[0])]


# A template is (type, template of the items) for a container, a type for complex, None for what JSON has itself.


def _template(value: Any) -> Any:
    if isinstance(value, complex):
        return complex
    if isinstance(value, dict):
        return _container(dict, value.values())
    if isinstance(value, list | tuple | set | frozenset):
        return _container(type(value), value)
    return None


def _container(kind: type, values: Any) -> tuple[type, Any]:
    inner = None
    for value in values:
        inner = _merged(inner, _template(value))
    return kind, inner


def _merged(left: Any, right: Any) -> Any:
    """What two templates agree on; the one that says more where the other says nothing."""
    if left is None or right is None:
        return left if right is None else right
    if isinstance(left, tuple) and isinstance(right, tuple) and left[0] is right[0]:
        return left[0], _merged(left[1], right[1])
    return left


def _apply(template: Any, value: Any) -> Any:
    if template is complex:
        return complex(value) if isinstance(value, str | int | float) else value
    if not isinstance(template, tuple):
        return value
    kind, inner = template
    if isinstance(value, dict):
        return {key: _apply(inner, item) for key, item in value.items()} if kind is dict else value
    if not isinstance(value, list) or kind is dict:
        return value
    return kind(_apply(inner, item) for item in value)
