"""A second correct implementation with another text: a good test stays green on it.

Local variables get other names, values are returned by way of a variable, and the function under its name only passes
its arguments on. Results, exceptions and side effects stay; source text, byte code and names do not.
"""

from __future__ import annotations

import ast
import builtins
import secrets

_REFLECTING = {"locals", "vars", "eval", "exec", "dir", "globals", "nonlocal"}


def rewritten(source: str, entry_point: str) -> str:
    """The program written differently. Raises SyntaxError where the source does not parse."""
    tree = ast.parse(source)
    fixed = _fixed_names(tree)
    outside = _bound_outside(tree)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            _rename(node, _local_names(node, outside), fixed)
            _return_by_variable(node, fixed)
    if any(isinstance(node, ast.FunctionDef) and node.name == entry_point for node in tree.body):
        tree = _wrapped(tree, entry_point, _fresh(_unknown(), fixed))
    text = ast.unparse(ast.fix_missing_locations(tree)) + "\n"
    compile(text, "<second>", "exec")
    return text


def _fixed_names(tree: ast.Module) -> set[str]:
    """Names that mean something outside of functions, or that occur at all: new ones must differ from them."""
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    names |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    return names | set(vars(builtins))


def _unknown() -> str:
    """A name that no test can know: one that it found would tell it which implementation it meets."""
    return f"n{secrets.token_hex(4)}"


def _fresh(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "_"
    taken.add(name)
    return name


def _bound_outside(tree: ast.Module) -> set[str]:
    """Names that the module binds outside of its functions."""
    inside = {id(node) for item in tree.body if isinstance(item, ast.FunctionDef) for node in ast.walk(item)}
    return {
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in inside and _stores(node)
    }


def _stores(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Store)


def _local_names(function: ast.FunctionDef, outside: set[str]) -> list[str]:
    """Variables that may be renamed: stored as plain names in the function, and nothing else in it or outside."""
    stored: dict[str, None] = {}
    kept = outside | set(vars(builtins))
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            stored[node.id] = None
        elif isinstance(node, ast.arg):
            kept.add(node.arg)
        elif isinstance(node, ast.Global | ast.Nonlocal):
            kept.update(node.names)
        elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
            kept.add(node.name)
        elif isinstance(node, ast.alias):
            kept.add((node.asname or node.name).split(".")[0])
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            kept.add(node.name)
        elif isinstance(node, ast.ClassDef) or (isinstance(node, ast.Name) and node.id in _REFLECTING):
            return []
    return [name for name in stored if name not in kept]


def _rename(function: ast.FunctionDef, names: list[str], fixed: set[str]) -> None:
    new = {name: _fresh(_unknown(), fixed) for number, name in enumerate(names)}
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and node.id in new:
            node.id = new[node.id]


def _return_by_variable(function: ast.FunctionDef, fixed: set[str]) -> None:
    name = _fresh(_unknown(), fixed)
    for node in ast.walk(function):
        for field in ("body", "orelse", "finalbody"):
            block = getattr(node, field, None)
            if not isinstance(block, list):
                continue
            new = []
            for statement in block:
                if isinstance(statement, ast.Return) and statement.value is not None:
                    new.append(ast.Assign([ast.Name(name, ast.Store())], statement.value))
                    statement = ast.Return(ast.Name(name, ast.Load()))
                new.append(statement)
            setattr(node, field, new)


def _wrapped(tree: ast.Module, entry_point: str, inner: str) -> ast.Module:
    """The function under another name; its own name passes arguments on."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id == entry_point:
            node.id = inner
        elif isinstance(node, ast.FunctionDef) and node.name == entry_point and node in tree.body:
            node.name = inner
    # an exception about wrong arguments names the function
    told = f"{inner}.__name__ = {inner}.__qualname__ = {entry_point!r}\n"
    passing = f"def {entry_point}(*args, **kwargs):\n    return {inner}(*args, **kwargs)\n"
    return ast.Module([*tree.body, *ast.parse(told + passing).body], [])
