"""EvalPlus's rules of comparison, in words of our own: the text of this module runs beside the tests.

Facts from EvalPlus 0.3.1: outputs are equal, or close (rtol 1e-7, atol of the row, 1e-6 once a float was expected and
the row has none) and of the same type; a few tasks of MBPP have rules of their own, and HumanEval/32 asks for a root.
"""

import cmath
import contextlib
import copy
import json
import math
import time
from collections.abc import Callable, Sequence
from typing import Any

RTOL = 1e-7
FLOAT_ATOL = 1e-6
OLD = "mbpp 0.2"
AS_SETS = (
    "similar_elements",
    "find_char_long",
    "common_in_nested_lists",
    "extract_singly",
    "larg_nnum",
    "intersection_array",
    "find_dissimilar",
    "Diff",
)
NOT_NONE = ("check_str", "text_match_three", "text_starta_endb")


def check_written(program: Callable[..., Any], reference: Callable[..., Any], text: str, rules: str, name: str) -> None:
    """`check_inputs` with inputs, tolerance and time as `evalplus.problems` writes them."""
    inputs, atol, least, factor = restored(json.loads(text))
    check_inputs(program, reference, inputs, atol, rules, name, least, factor)


def restored(data: Any) -> Any:
    """The value that a tagged JSON value stands for."""
    if isinstance(data, list):
        return [restored(item) for item in data]
    if not isinstance(data, dict):
        return data
    if data["t"] == "dict":
        return {restored(key): restored(value) for key, value in data["v"]}
    if data["t"] == "complex":
        return complex(*data["v"])
    kind = {"tuple": tuple, "set": set, "frozenset": frozenset}[data["t"]]
    return kind(restored(item) for item in data["v"])


def check_inputs(
    program: Callable[..., Any],
    reference: Callable[..., Any],
    inputs: Sequence[Sequence[Any]],
    atol: float,
    rules: str,
    name: str,
    least: float = 1.0,
    factor: float = 4.0,
) -> None:
    """Call both on every input and compare.

    Args:
        program: gets `seconds`, the time that its next call may take.
        reference: the canonical solution.
        inputs: lists of arguments.
        atol: absolute tolerance.
        rules: `humaneval`, `mbpp`, or `mbpp 0.2` (before sets and other readings of a task were allowed).
        name: of the function that is asked for.
        least: seconds that a call may take at least.
        factor: what it may take in times of the reference.

    Raises:
        AssertionError: at the first difference.
    """
    for given in inputs:
        started = time.process_time()
        expected = reference(*copy.deepcopy(given))
        allowed = max(least, factor * (time.process_time() - started))
        if rules != "humaneval" and name in NOT_NONE:
            expected = expected is not None
        # tests that run in the program's own process have no stand-in that keeps to it
        with contextlib.suppress(AttributeError, TypeError):
            program.seconds = allowed  # type: ignore[attr-defined]
        # the rules of some tasks look at the arguments as the program left them
        sent = copy.deepcopy(given)
        actual = program(*sent)
        if rules == "humaneval" and name == "find_zero":
            assert abs(polynomial(sent[0], actual)) <= atol, f"{name}{tuple(given)!r}: {actual!r} is no root"
            continue
        same = agree(actual, expected, sent, rules, name, atol)
        if atol == 0 and is_float(expected):
            atol = FLOAT_ATOL
        if not same and atol != 0:
            same = (rules == OLD or type(actual) is type(expected)) and close(actual, expected, atol)
        assert same, f"{name}{tuple(given)!r}: expected {expected!r}, found {actual!r}"


def agree(actual: Any, expected: Any, given: Sequence[Any], rules: str, name: str, atol: float) -> bool:
    """Whether an output counts as equal under the rules of its task."""
    same = bool(actual == expected)
    if rules == "humaneval":
        return same
    if name == "are_equivalent":
        return True
    if name == "sum_div":
        return same or actual == 0
    if name in NOT_NONE:
        return bool(actual == expected if isinstance(actual, bool) else expected == (actual is not None))
    if rules == OLD:
        return same
    if name == "surface_Area":
        return same or abs(actual - pyramid_surface(*given)) <= atol
    if name == "digit_distance_nums":
        return same or actual == digit_distance(*given)
    return set(actual) == set(expected) if name in AS_SETS else same


def is_float(value: Any) -> bool:
    """A float, or a list or tuple of nothing but floats."""
    if isinstance(value, list | tuple) and value:
        return all(isinstance(item, float) for item in value)
    return isinstance(value, float)


def close(actual: Any, expected: Any, atol: float) -> bool:
    """Numbers within the tolerance, sequences of such of the same length; nothing else is close, nor is NaN."""
    if isinstance(expected, list | tuple):
        if not isinstance(actual, list | tuple) or len(actual) != len(expected):
            return False
        return all(close(a, e, atol) for a, e in zip(actual, expected, strict=True))
    if not isinstance(actual, int | float | complex) or not isinstance(expected, int | float | complex):
        return False
    if actual == expected:
        return True
    if cmath.isinf(actual) or cmath.isinf(expected):
        return False
    return bool(abs(actual - expected) <= atol + RTOL * abs(expected))


def polynomial(coefficients: Sequence[float], x: float) -> float:
    """The value of a polynomial, constant coefficient first."""
    return sum(coefficient * math.pow(x, power) for power, coefficient in enumerate(coefficients))


def pyramid_surface(edge: float, height: float) -> int:
    """Rounded surface of a square pyramid of a perpendicular height."""
    return round(edge**2 + 2 * edge * math.sqrt((edge / 2) ** 2 + height**2))


def digit_distance(left: int, right: int) -> int:
    """Sum of the differences of the digits at equal places, the shorter number filled with zeros in front."""
    one, other = str(left), str(right)
    width = max(len(one), len(other))
    return sum(abs(int(a) - int(b)) for a, b in zip(one.zfill(width), other.zfill(width), strict=True))
