"""Programs put together of a part that is given and a part that is answered."""

from __future__ import annotations

import ast


def joined(context: str, code: str) -> str:
    """The given part before an answer; `from __future__` lines of the answer come first, as Python wants it."""
    if not context.strip():
        return code
    futures, rest = _split(code)
    return "".join([futures, context.strip("\n"), "\n\n\n", rest.lstrip("\n")])


def _split(code: str) -> tuple[str, str]:
    """The lines up to the last `from __future__` import, and all others."""
    if "__future__" not in code:
        return "", code
    try:
        body = ast.parse(code).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return "", code
    ends = [node.end_lineno or 0 for node in body if isinstance(node, ast.ImportFrom) and node.module == "__future__"]
    if not ends:
        return "", code
    lines = code.split("\n")
    return "\n".join(lines[: ends[-1]]) + "\n", "\n".join(lines[ends[-1] :])


def needed_statements(text: str, names: set[str], but: str) -> str:
    """The imports, definitions and assignments of a text that bind some names, with what these need in turn.

    Args:
        text: Python; of another text nothing is needed.
        names: that are missing; those that were found are taken out.
        but: a name whose statements are never taken.
    """
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    bound = [_binds(node) for node in body]
    taken: set[int] = set()
    while fresh := {place for place, own in enumerate(bound) if own & names and but not in own} - taken:
        taken |= fresh
        for place in fresh:
            names -= bound[place]
            used = {node.id for node in ast.walk(body[place]) if isinstance(node, ast.Name)}
            names |= used & set().union(*bound) - set().union(*(bound[one] for one in taken))
    lines = text.splitlines(keepends=True)
    parts = (lines[_first_line(body[one]) - 1 : body[one].end_lineno] for one in sorted(taken))
    return "".join("".join(part).rstrip() + "\n" for part in parts)


def _binds(node: ast.stmt) -> set[str]:
    """The names that a statement without effects beyond it binds."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {(alias.asname or alias.name).split(".")[0] for alias in node.names}
    if isinstance(node, ast.Assign):
        return {target.id for target in node.targets if isinstance(target, ast.Name)}
    return set()


def _first_line(node: ast.stmt) -> int:
    """The line (from 1) of a statement, or of its first decorator."""
    return min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", []))])
