"""A mistake (`changes.Change`) made in the text of a program, so that all the rest stays as it was written.

`all_mutants` gives programs as `ast.unparse` writes them: good for running, but their look gives a reader the place of
nothing and takes every comment away. Here only the stretch of the changed node is written anew, out of the original
texts of its parts; what cannot be written so is refused, never approximated.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from typing import Any

from codereflect.programs.mutation.changes import Change
from codereflect.programs.python_syntax import SIGNS

_PLACE = "_part{}_"


def patched(source: str, tree: ast.Module, change: Change) -> str | None:
    """The source with the mistake; None where its text cannot be changed in one place.

    Args:
        source: a program.
        tree: its tree, unchanged.
        change: one of `changes.changes(tree)`.
    """
    wanted = _mutated(tree, change)
    text = source.encode("utf-8")
    starts = _line_starts(text)
    for start, end, new in _edits(text, starts, change):
        changed = (text[:start] + new.encode("utf-8") + text[end:]).decode("utf-8")
        try:
            if ast.unparse(ast.parse(changed)) == wanted:
                return changed
        except (SyntaxError, ValueError):
            continue
    return None


def _mutated(tree: ast.Module, change: Change) -> str:
    old = getattr(change.owner, change.field)
    setattr(change.owner, change.field, change.new(old))
    try:
        return ast.unparse(tree)
    finally:
        setattr(change.owner, change.field, old)


def _line_starts(text: bytes) -> list[int]:
    starts = [0]
    for line in text.split(b"\n"):
        starts.append(starts[-1] + len(line) + 1)
    return starts


def _span(node: Any, starts: list[int]) -> tuple[int, int]:
    return starts[node.lineno - 1] + node.col_offset, starts[node.end_lineno - 1] + node.end_col_offset


Edit = tuple[int, int, str]


def _edits(text: bytes, starts: list[int], change: Change) -> Iterator[Edit]:
    """Ways to write the change, the least intrusive first."""
    old, new = getattr(change.owner, change.field), change.content()
    if isinstance(old, list):
        yield from _list_edits(text, starts, old, new)
    elif isinstance(old, ast.AST) and new is None:
        start, end = _span(old, starts)
        yield start, end, ""
    elif isinstance(old, ast.AST):
        yield from _replacements(text, starts, old, new)


def _list_edits(text: bytes, starts: list[int], old: list[Any], new: list[Any]) -> Iterator[Edit]:
    gone = [item for item in old if not any(item is other for other in new)]
    come = [item for item in new if not any(item is other for other in old)]
    if len(gone) == 1 and len(come) == 1:
        yield from _replacements(text, starts, gone[0], come[0])
    elif len(gone) == 1 and not come and isinstance(gone[0], ast.stmt):
        yield starts[gone[0].lineno - 1], starts[gone[0].end_lineno or gone[0].lineno], ""


def _replacements(text: bytes, starts: list[int], old: Any, new: Any) -> Iterator[Edit]:
    start, end = _span(old, starts)
    for written in _written(text, starts, old, new):
        yield start, end, written
        yield start, end, f"({written})"


def _written(text: bytes, starts: list[int], old: Any, new: Any) -> Iterator[str]:
    """A node as text: with the parts that it shares with the old one as they stand in the source."""
    yield from _signs(text, starts, old, new)
    if isinstance(new, ast.Constant) and type(new.value) is str:
        start, _ = _span(old, starts)
        yield f'"{new.value}"' if text[start : start + 1] == b'"' else repr(new.value)
        return
    shell = copy.copy(new)
    parts: dict[str, str] = {}
    for field, value in ast.iter_fields(new):
        setattr(shell, field, _with_places(value, text, starts, parts))
    try:
        frame = ast.unparse(ast.fix_missing_locations(shell))
    except (ValueError, AttributeError, TypeError):
        return
    for left, right in (("", ""), ("(", ")")):
        written = frame
        for place, part in parts.items():
            written = written.replace(place, f"{left}{part}{right}")
        yield written


def _signs(text: bytes, starts: list[int], old: Any, new: Any) -> Iterator[str]:
    """Operators between operands that stay: only the operators are written anew."""
    operands = _operands(old)
    if not operands or [id(one) for one in operands] != [id(one) for one in _operands(new)]:
        return
    start, end = _span(old, starts)
    written, place = "", start
    for left, right, sign, other in zip(operands, operands[1:], _operators(old), _operators(new), strict=False):
        first, last = _span(left, starts)[1], _span(right, starts)[0]
        between = text[first:last].decode("utf-8")
        if between.count(sign) != 1:
            return
        written += text[place:first].decode("utf-8") + between.replace(sign, other)
        place = last
    yield written + text[place:end].decode("utf-8")


def _operands(node: Any) -> list[ast.expr]:
    if isinstance(node, ast.Compare):
        return [node.left, *node.comparators]
    if isinstance(node, ast.BoolOp):
        return node.values
    return [node.left, node.right] if isinstance(node, ast.BinOp) else []


def _operators(node: Any) -> list[str]:
    if isinstance(node, ast.Compare):
        return [SIGNS[type(sign)] for sign in node.ops]
    return [SIGNS[type(node.op)]] * (len(_operands(node)) - 1)


def _with_places(value: Any, text: bytes, starts: list[int], parts: dict[str, str]) -> Any:
    """A field's value where expressions of the source are replaced by names, which stand for their texts."""
    if isinstance(value, list):
        return [_with_places(item, text, starts, parts) for item in value]
    if not isinstance(value, ast.expr) or not hasattr(value, "end_lineno") or value.end_lineno is None:
        return value
    if isinstance(value, ast.Starred) or not isinstance(getattr(value, "ctx", ast.Load()), ast.Load):
        return value
    start, end = _span(value, starts)
    name = _PLACE.format(len(parts))
    parts[name] = text[start:end].decode("utf-8")
    return ast.Name(name, ast.Load())
