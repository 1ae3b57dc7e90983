"""Test texts, compiled so that a failed comparison can be told in words.

`assert left == right` becomes `assert (_sandbox_left := left) == (_sandbox_right := right)`: same meaning, same order
of evaluation, and both values can be read from the frame afterwards.
"""

from __future__ import annotations

import ast
import traceback
from dataclasses import dataclass
from types import CodeType, TracebackType
from typing import Any

from .candidate import FILE_PREFIX, LEFT, RIGHT

REPR_LIMIT = 200


@dataclass(frozen=True)
class Comparison:
    """What is known of one assert: which side the program's value is on, and the other side if it is a literal."""

    actual_right: bool
    literal: str | None
    calls: bool


@dataclass(frozen=True)
class Test:
    """A compiled test text; `comparisons` by line."""

    code: CodeType
    comparisons: dict[int, Comparison]


def compile_test(text: str, number: int, entry_point: str) -> Test:
    """Compile a test. Raises SyntaxError or ValueError when the text is no Python."""
    tree = ast.parse(text)
    comparisons: dict[int, Comparison] = {}
    names = {entry_point, "candidate"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert):
            _instrument(node, names, comparisons)
    ast.fix_missing_locations(tree)
    return Test(compile(tree, f"{FILE_PREFIX}{number}>", "exec", dont_inherit=True), comparisons)


def _instrument(node: ast.Assert, names: set[str], comparisons: dict[int, Comparison]) -> None:
    test = node.test
    if not isinstance(test, ast.Compare) or len(test.ops) != 1 or not isinstance(test.ops[0], ast.Eq | ast.Is):
        return
    left, right = test.left, test.comparators[0]
    in_left, in_right = _mentions(left, names), _mentions(right, names)
    actual_right = in_right and not in_left
    known = Comparison(actual_right, _literal(left if actual_right else right), in_left or in_right)
    for line in range(node.lineno, (node.end_lineno or node.lineno) + 1):
        comparisons[line] = known
    test.left = ast.copy_location(ast.NamedExpr(ast.Name(LEFT, ast.Store()), left), left)
    test.comparators[0] = ast.copy_location(ast.NamedExpr(ast.Name(RIGHT, ast.Store()), right), right)


def _mentions(node: ast.expr, names: set[str]) -> bool:
    return any(isinstance(part, ast.Name) and part.id in names for part in ast.walk(node))


def _literal(node: ast.expr) -> str | None:
    try:
        return show(ast.literal_eval(node))
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None


@dataclass(frozen=True)
class Failure:
    """Both sides of the assert that failed, as far as they are known."""

    expected: str | None
    actual: str | None


def explain(error: BaseException, tests: dict[str, Test]) -> Failure:
    """What the failing assert compared. `tests` by file name of their code."""
    frame, line = _innermost(error.__traceback__)
    test = tests.get(frame.f_code.co_filename) if frame is not None else None
    known = test.comparisons.get(line) if test is not None else None
    if known is None or frame is None:
        return Failure(None, None)
    values: dict[str, Any] = frame.f_locals
    if not isinstance(error, AssertionError) or LEFT not in values or RIGHT not in values:
        return Failure(known.literal, None)
    left, right = show(values[LEFT]), show(values[RIGHT])
    return Failure(left, right) if known.actual_right else Failure(right, left)


def _innermost(trace: TracebackType | None) -> tuple[Any, int]:
    """The last frame of a test text that an exception passed through, and its line."""
    found: tuple[Any, int] = (None, 0)
    for frame, line in traceback.walk_tb(trace):
        if frame.f_code.co_filename.startswith(FILE_PREFIX):
            found = (frame, line)
    return found


def message_of(error: BaseException) -> str:
    """The text of an exception, empty where it has none: it may hold a number of too many digits."""
    try:
        return str(error)
    except Exception:
        return ""


def show(value: Any) -> str:
    """repr of plain data, cut in the middle; sets in sorted order, so that the text is the same everywhere."""
    try:
        text = _sorted_set(value) if isinstance(value, set | frozenset) and value else repr(value)
    except Exception:
        return f"<a {type(value).__name__} too large to show>"
    if hasattr(value, "__next__") or " at 0x" in text:
        text = f"<{type(value).__name__}>"
    if len(text) <= REPR_LIMIT:
        return text
    half = (REPR_LIMIT - 5) // 2
    return f"{text[:half]} ... {text[-half:]}"


def _sorted_set(value: set[Any] | frozenset[Any]) -> str:
    inner = "{" + ", ".join(sorted(repr(item) for item in value)) + "}"
    return inner if isinstance(value, set) else f"frozenset({inner})"
