"""Does Python code parse? The grammar is that of the running interpreter; nothing is executed."""

from __future__ import annotations

import ast
import warnings


def parses(code: str) -> bool:
    """Whether the text is a Python module with at least one statement."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes in strings are no syntax errors
        try:
            return bool(ast.parse(code).body)
        except (SyntaxError, ValueError, OverflowError, RecursionError, MemoryError):
            return False
