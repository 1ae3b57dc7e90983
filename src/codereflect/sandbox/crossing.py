"""Which tests cannot be judged by two processes between which only data crosses.

Recognised from the tests' text when a suite is loaded, so that every sample of a task is judged the same way and every
table can count what was judged in one process (`Verdict.sealed` is false).
"""

from __future__ import annotations

import ast
import builtins
import importlib
import sys
from collections.abc import Sequence

# what HumanEval's checking functions call the program's function
PARAMETER = "candidate"


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
    nodes = _nodes(tree)
    bound = vars(builtins).keys() | functions | {"__name__"} | _bound(nodes)
    return _foreign_name(nodes, bound) or _foreign_argument(nodes, functions, _defined(nodes))


def _nodes(tree: ast.Module) -> list[ast.AST]:
    """All nodes but contexts, in less time than `ast.walk` takes: a suite is looked through before its programs run."""
    found: list[ast.AST] = [tree]
    for node in found:
        for value in vars(node).values():
            if isinstance(value, list):
                found.extend(item for item in value if isinstance(item, ast.AST))
            elif isinstance(value, ast.AST) and not isinstance(value, ast.expr_context):
                found.append(value)
    return found


def _foreign_name(nodes: list[ast.AST], bound: set[str]) -> str | None:
    """A name that only the program can define."""
    for node in nodes:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id not in bound:
            return f"the tests use {node.id}, which the program defines"
    return None


def _foreign_argument(nodes: list[ast.AST], functions: set[str], defined: set[str]) -> str | None:
    """A function or class among the arguments of a call of the entry point, or its result compared by identity."""
    for node in nodes:
        if _is_call(node, functions):
            assert isinstance(node, ast.Call)
            values = [*node.args, *(keyword.value for keyword in node.keywords)]
            if any(_is_callable(value, defined) for value in values):
                return "a test passes a function or a class"
        elif isinstance(node, ast.Compare) and any(isinstance(op, ast.Is | ast.IsNot) for op in node.ops):
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


def _defined(nodes: list[ast.AST]) -> set[str]:
    """Functions and classes that the tests define."""
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    return {node.name for node in nodes if isinstance(node, kinds)}


def _bound(nodes: list[ast.AST]) -> set[str]:
    """All names that a text binds anywhere."""
    names: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            names.add(node.id)
        elif isinstance(node, ast.alias):
            names.add((node.asname or node.name).split(".")[0])
        elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
            names.add(node.name)
        elif isinstance(node, ast.MatchMapping) and node.rest:
            names.add(node.rest)
        elif isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
            names |= _exported(node.module or "")
    return names


def _exported(module: str) -> set[str]:
    """What `from module import *` binds; nothing is imported here but the standard library."""
    if module.split(".")[0] not in sys.stdlib_module_names:
        return set()
    try:
        found = importlib.import_module(module)
    except ImportError:
        return set()
    return set(getattr(found, "__all__", (name for name in vars(found) if not name.startswith("_"))))
