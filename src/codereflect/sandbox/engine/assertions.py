"""Test texts, compiled so that a failed comparison can be told in words.

`assert left == right` becomes `assert (_sandbox_left := left) == (_sandbox_right := right)`: same meaning, same order
of evaluation, and both values can be read from the frame afterwards.
"""

from __future__ import annotations

import ast
import re
import traceback
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType, TracebackType
from typing import Any

from .candidate import FILE_PREFIX, LEFT, RIGHT

REPR_LIMIT = 200
# where statements hold others, and the nodes that do
_BLOCKS = ("body", "handlers", "orelse", "finalbody", "cases")
_WITH_BLOCKS = (ast.mod, ast.stmt, ast.excepthandler, ast.match_case)
# what ends a line for Python's tokenizer
_NEW_LINE = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class Comparison:
    """What is known of one assert: which side the program's value is on, and the other side if it is a literal."""

    actual_right: bool
    literal: str | None


@dataclass(frozen=True)
class Test:
    """A compiled test text. Of each assert that compares it keeps the place: most are never looked at again."""

    code: CodeType
    text: str
    names: frozenset[str]
    # by line: first and last line of the assert, and the bytes within them at which it begins and ends
    places: dict[int, tuple[int, int, int, int]]

    def comparison(self, line: int) -> Comparison | None:
        """What the assert on a line compares, or None."""
        if line not in self.places:
            return None
        first, last, begin, end = self.places[line]
        lines = [part.encode() for part in _NEW_LINE.split(self.text)[first - 1 : last]]
        lines[-1] = lines[-1][:end]
        lines[0] = lines[0][begin:]
        node = ast.parse(b"\n".join(lines)).body[0]
        assert isinstance(node, ast.Assert) and isinstance(node.test, ast.Compare)
        left, right = node.test.left, node.test.comparators[0]
        actual_right = _mentions(right, self.names) and not _mentions(left, self.names)
        return Comparison(actual_right, _literal(left if actual_right else right))


def compile_test(text: str, number: int, entry_point: str) -> Test:
    """Compile a test. Raises SyntaxError or ValueError when the text is no Python."""
    tree = ast.parse(text)
    places: dict[int, tuple[int, int, int, int]] = {}
    for node in _asserts(tree):
        test = node.test
        if not isinstance(test, ast.Compare) or len(test.ops) != 1 or not isinstance(test.ops[0], ast.Eq | ast.Is):
            continue
        last = node.end_lineno or node.lineno
        place = node.lineno, last, node.col_offset, node.end_col_offset or 0
        places |= dict.fromkeys(range(node.lineno, last + 1), place)
        test.left, test.comparators = _noted(LEFT, test.left), [_noted(RIGHT, test.comparators[0])]
    code = compile(tree, f"{FILE_PREFIX}{number}>", "exec", dont_inherit=True)
    return Test(code, text, frozenset({entry_point, "candidate"}), places)


def _asserts(tree: ast.Module) -> Iterator[ast.Assert]:
    """All asserts, found by way of the statements alone: walking through all expressions takes ten times as long."""
    waiting: deque[ast.AST] = deque([tree])
    while waiting:
        node = waiting.popleft()
        if isinstance(node, ast.Assert):
            yield node
        for name in _BLOCKS:
            waiting.extend(getattr(node, name, ()) if isinstance(node, _WITH_BLOCKS) else ())


def _noted(name: str, value: ast.expr) -> ast.expr:
    """`(name := value)`."""
    place = value.lineno, value.col_offset
    target = ast.Name(name, ast.Store(), lineno=place[0], col_offset=place[1])
    return ast.NamedExpr(target, value, lineno=place[0], col_offset=place[1])


def _mentions(node: ast.expr, names: frozenset[str]) -> bool:
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
    known = test.comparison(line) if test is not None else None
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
