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
