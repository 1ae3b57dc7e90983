"""Python as it is written: whether a text parses or compiles here, and the signs of operators. Nothing is executed."""

from __future__ import annotations

import ast
import warnings

# how operators are written
SIGNS: dict[type[ast.AST], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**",
    ast.LShift: "<<", ast.RShift: ">>", ast.BitOr: "|", ast.BitXor: "^", ast.BitAnd: "&", ast.MatMult: "@",
    ast.And: "and", ast.Or: "or", ast.Not: "not", ast.USub: "-", ast.UAdd: "+", ast.Invert: "~",
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
    ast.Is: "is", ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in",
}  # fmt: skip


def parses(code: str) -> bool:
    """Whether the text is a Python module with at least one statement."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes in strings are no syntax errors
        try:
            return bool(ast.parse(code).body)
        except (SyntaxError, ValueError, OverflowError, RecursionError, MemoryError):
            return False


def compiles(source: str) -> bool:
    """Whether the text compiles: some that parse do not, as `return` outside a function."""
    try:
        compile(source, "<text>", "exec")
    except (SyntaxError, ValueError):
        return False
    return True
