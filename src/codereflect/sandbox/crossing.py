"""Which tests cannot be judged by two processes between which only data crosses.

Recognised from the tests' text when a suite is loaded, so that every sample of a task is judged the same way and every
table can count what was judged in one process (`Verdict.sealed` is false).
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Sequence
from types import EllipsisType, NoneType
from typing import Any

from codereflect.sandbox.star_names import exported

# what HumanEval's checking functions call the program's function
PARAMETER = "candidate"
Nodes = dict[type, list[Any]]
# what the fields of nodes hold beside nodes and lists, and nodes that say nothing
_LEAVES = frozenset({NoneType, EllipsisType, bool, int, float, complex, str, bytes, ast.Load, ast.Store, ast.Del})


def why_unsealed(tests: Sequence[str], entry_point: str) -> str | None:
    """Why tests need the program in their own process: a reason, or None when plain data is enough.

    Args:
        tests: texts that run in order in one namespace, as in `Job.tests`.
        entry_point: the program's function, which the tests may also know as `candidate`.
    """
    try:
        tree = ast.parse("\n".join(tests))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None  # the verdict will say that they are no Python
    functions = {entry_point, PARAMETER}
    nodes = _by_kind(tree)
    bound = vars(builtins).keys() | functions | {"__name__"} | _bound(nodes)
    return _foreign_name(nodes, bound) or _foreign_argument(nodes, functions, _defined(nodes))


def _by_kind(tree: ast.Module) -> Nodes:
    """All nodes of each kind, outer ones first, in one walk: a suite is looked through before its programs run."""
    found: Nodes = {}
    waiting: list[Any] = [tree]
    for node in waiting:
        kind = type(node)
        if kind in _LEAVES:
            continue
        found.setdefault(kind, []).append(node)
        for value in vars(node).values():
            if type(value) is list:
                waiting.extend(value)
            elif type(value) not in _LEAVES:
                waiting.append(value)
    return found


def _foreign_name(nodes: Nodes, bound: set[str]) -> str | None:
    """A name that only the program can define."""
    for node in nodes.get(ast.Name, ()):
        if node.id not in bound and isinstance(node.ctx, ast.Load):
            return f"the tests use {node.id}, which the program defines"
    return None


def _foreign_argument(nodes: Nodes, functions: set[str], defined: set[str]) -> str | None:
    """A function or class among the arguments of a call of the entry point, or its result compared by identity."""
    for node in nodes.get(ast.Call, ()):
        if _is_call(node, functions):
            values = [*node.args, *(keyword.value for keyword in node.keywords)]
            if any(_is_callable(value, defined) for value in values):
                return "a test passes a function or a class"
    for node in nodes.get(ast.Compare, ()):
        if any(isinstance(op, ast.Is | ast.IsNot) for op in node.ops):
            sides = [node.left, *node.comparators]
            if any(_is_call(side, functions) for side in sides) and not any(_is_single(side) for side in sides):
                return "a test compares the identity of a result"
    return None


def _is_call(node: ast.AST, functions: set[str]) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in functions


def _is_callable(node: ast.expr, defined: set[str]) -> bool:
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        return any(_is_callable(item, defined) for item in node.elts)
    if isinstance(node, ast.Name):
        return node.id in defined or callable(getattr(builtins, node.id, None))
    own = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in defined
    return isinstance(node, ast.Lambda) or (own and node.func.id[:1].isupper())  # type: ignore[attr-defined]


def _is_single(node: ast.expr) -> bool:
    """A constant of which there is one object in every process."""
    return isinstance(node, ast.Constant) and (node.value is None or node.value is ... or isinstance(node.value, bool))


def _defined(nodes: Nodes) -> set[str]:
    """Functions and classes that the tests define."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return {node.name for kind in kinds for node in nodes.get(kind, ())}


def _bound(nodes: Nodes) -> set[str]:
    """All names that a text binds anywhere."""
    names = _defined(nodes) | {node.arg for node in nodes.get(ast.arg, ())}
    names |= {node.id for node in nodes.get(ast.Name, ()) if not isinstance(node.ctx, ast.Load)}
    names |= {(node.asname or node.name).split(".")[0] for node in nodes.get(ast.alias, ())}
    for kind in (ast.ExceptHandler, ast.MatchAs, ast.MatchStar):
        names |= {node.name for node in nodes.get(kind, ()) if node.name}
    names |= {node.rest for node in nodes.get(ast.MatchMapping, ()) if node.rest}
    for node in nodes.get(ast.ImportFrom, ()):
        if node.names[0].name == "*":
            names |= exported("" if node.level else node.module or "")
    return names
