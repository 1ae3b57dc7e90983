"""What `from module import *` binds, read from the module's text: a foreign file may name any module of the library,
and some act when they are imported (they open a browser, or end the process).
"""

from __future__ import annotations

import array
import ast
import cmath
import errno
import hashlib
import itertools
import math
import os
import sys
import sysconfig
import time
import typing
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

# harmless ones that a test may well name and whose text does not say it all; loaded here whatever a file says
_LOADED: dict[str, ModuleType] = {
    module.__name__: module for module in (array, ast, cmath, errno, hashlib, itertools, math, os, sys, time, typing)
} | {"os.path": os.path}
_DEFINING = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@cache
def exported(module: str) -> frozenset[str]:
    """Names that a star import of a module of the standard library binds; none where that cannot be read.

    Nothing is imported. A module whose `__all__` is computed counts with all its public names.
    """
    if module in _LOADED:
        names = vars(_LOADED[module])
        return frozenset(names.get("__all__", (name for name in names if not name.startswith("_"))))
    if module.partition(".")[0] not in sys.stdlib_module_names:
        return frozenset()
    place = Path(sysconfig.get_path("stdlib"), *module.split("."))
    for path in (place / "__init__.py", place.with_suffix(".py")):
        try:
            tree = ast.parse(path.read_bytes())
        except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        return frozenset(_public(tree, module, path.name == "__init__.py"))
    return frozenset()


def _public(tree: ast.Module, module: str, is_package: bool) -> set[str]:
    listed: set[str] = set()
    bound: set[str] = set()
    computed, waiting = False, list[Any](tree.body)
    for node in waiting:
        if isinstance(node, _DEFINING):
            bound.add(node.name)
            continue
        if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
            bound |= exported(_absolute(node, module, is_package))
        elif isinstance(node, ast.Import | ast.ImportFrom):
            bound |= {(name.asname or name.name).partition(".")[0] for name in node.names}
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            bound.add(node.id)
        if isinstance(node, ast.Assign | ast.AugAssign | ast.Call) and "__all__" in ast.unparse(node):
            names = _literal(node)
            computed |= names is None
            listed |= names or set()
        waiting.extend(ast.iter_child_nodes(node))
    if listed and not computed:
        return listed
    return listed | {name for name in bound if not name.startswith("_")}


def _literal(node: ast.Assign | ast.AugAssign | ast.Call) -> set[str] | None:
    """The names that a statement or call puts into `__all__`; None where it computes them."""
    value: ast.expr = ast.List(node.args) if isinstance(node, ast.Call) else node.value
    while isinstance(value, ast.List | ast.Tuple) and len(value.elts) == 1:
        value = value.elts[0]  # extend(["a", "b"]) and append("a")
    items = value.elts if isinstance(value, ast.List | ast.Tuple) else [value]
    if all(isinstance(item, ast.Constant) and isinstance(item.value, str) for item in items):
        return {item.value for item in items}  # type: ignore[attr-defined]
    return None


def _absolute(node: ast.ImportFrom, module: str, is_package: bool) -> str:
    """The full name of what a star import inside of a module names."""
    parts = module.split(".") + ([""] if is_package else [])
    base = parts[: -node.level] if node.level else []
    return ".".join([*base, *filter(None, [node.module])])
