"""First-order mutants of a Python function: each differs from it in one small mistake.

The operators follow DeMillo, Lipton and Sayward (1978) and the mistakes that models make (a step left out, a wrong
variable). Own code, because mutmut and cosmic-ray change whole projects on disk and run their test suites; here some
thousands of functions of four lines are mutated in memory.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from codereflect.programs.python_syntax import SIGNS, compiles

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult,
    ast.Mod: ast.FloorDiv,
}
# Statements that are not left out: a return has its own operator, the others do nothing by themselves.
_KEPT = (ast.Return, ast.Pass, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(frozen=True)
class Mutant:
    """A function with one mistake. `source` is normalised (as `ast.unparse` writes it), `line` is the original's."""

    kind: str
    line: int
    description: str
    source: str


@dataclass(frozen=True)
class _Change:
    """A mistake that can be made in the tree and taken back."""

    kind: str
    line: int
    description: str
    make: Callable[[], None]
    undo: Callable[[], None]


def mutants(source: str) -> list[Mutant]:
    """All first-order mutants of a module's functions, in the order of the tree, without doubles.

    Raises:
        SyntaxError: the source does not parse.
    """
    tree = ast.parse(source)
    seen = {ast.unparse(tree)}
    found = []
    for change in list(_changes(tree)):
        change.make()
        text = ast.unparse(tree)
        change.undo()
        if text not in seen and compiles(text):
            seen.add(text)
            found.append(Mutant(change.kind, change.line, change.description, text + "\n"))
    return found


def _changes(tree: ast.Module) -> Iterator[_Change]:
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)):
        kinds = _variable_kinds(function)
        parameters = [argument.arg for argument in function.args.args]
        yield from _dropped_statements(function)
        yield from _swapped_statements(function)
        for node in _body_nodes(function):
            yield from _node_changes(node, kinds)
            yield from _parameters_for_constants(node, parameters)


def _body_nodes(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.AST]:
    """The nodes of a function's body without those of functions defined in it (they come by themselves)."""
    stack: list[ast.AST] = list(reversed(function.body))
    while stack:
        node = stack.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        yield node
        stack.extend(reversed(list(ast.iter_child_nodes(node))))


def _replaced(kind: str, node: Any, field: str, new: Any, description: str, line: int | None = None) -> _Change:
    """The change of one field of a node."""
    old = getattr(node, field)
    return _Change(
        kind, line or node.lineno, description, lambda: setattr(node, field, new), lambda: setattr(node, field, old)
    )


def _node_changes(node: ast.AST, kinds: list[list[str]]) -> Iterator[_Change]:
    if isinstance(node, ast.Constant):
        yield from _constants(node)
    elif isinstance(node, ast.Compare):
        yield from _comparisons(node)
    elif isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in _ARITHMETIC:
        yield _sign_change("arithmetic", node, _ARITHMETIC[type(node.op)]())
    elif isinstance(node, ast.BoolOp):
        yield _sign_change("boolean", node, ast.Or() if isinstance(node.op, ast.And) else ast.And())
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        for other in (name for kind in kinds if node.id in kind for name in kind if name != node.id):
            yield _replaced("variable", node, "id", other, f"{other} instead of {node.id}")
    elif isinstance(node, ast.Slice):
        yield from _slices(node)
    elif isinstance(node, ast.Return) and node.value is not None:
        yield _replaced("return", node, "value", None, "returns nothing")
    yield from _dropped_nots(node)


def _sign_change(kind: str, node: ast.BinOp | ast.AugAssign | ast.BoolOp, new: ast.AST) -> _Change:
    return _replaced(kind, node, "op", new, f"{SIGNS[type(new)]} instead of {SIGNS[type(node.op)]}")


def _constants(node: ast.Constant) -> Iterator[_Change]:
    if isinstance(node.value, bool):
        yield _replaced("truth", node, "value", not node.value, f"{not node.value} instead of {node.value}")
    elif isinstance(node.value, int):
        for other in (node.value + 1, node.value - 1):
            yield _replaced("constant", node, "value", other, f"{other} instead of {node.value}")
    elif isinstance(node.value, str):
        other_text = "" if node.value else "x"
        yield _replaced("text", node, "value", other_text, f"{other_text!r} instead of {node.value!r}")


def _comparisons(node: ast.Compare) -> Iterator[_Change]:
    for index, sign in enumerate(node.ops):
        new = _COMPARISONS[type(sign)]()
        signs = [*node.ops[:index], new, *node.ops[index + 1 :]]
        yield _replaced("comparison", node, "ops", signs, f"{SIGNS[type(new)]} instead of {SIGNS[type(sign)]}")


def _slices(node: ast.Slice) -> Iterator[_Change]:
    for bound in ("lower", "upper", "step"):
        value = getattr(node, bound)
        if value is not None:
            yield _replaced("slice", node, bound, None, f"no {bound} {ast.unparse(value)} in the slice", value.lineno)
        if value is not None and not isinstance(value, ast.Constant):
            for sign, word in ((ast.Add(), "+"), (ast.Sub(), "-")):
                moved = ast.BinOp(left=value, op=sign, right=ast.Constant(value=1))
                text = f"{ast.unparse(value)} {word} 1 instead of {ast.unparse(value)}"
                yield _replaced("slice", node, bound, moved, text, value.lineno)


def _dropped_nots(node: ast.AST) -> Iterator[_Change]:
    """`not x` becomes `x`, wherever a field of a node holds it."""
    for name, value in ast.iter_fields(node):
        if isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.Not):
            yield _replaced("not", node, name, value.operand, "without the not", value.lineno)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                if isinstance(item, ast.UnaryOp) and isinstance(item.op, ast.Not):
                    items = [*value[:index], item.operand, *value[index + 1 :]]
                    yield _replaced("not", node, name, items, "without the not", item.lineno)


def _dropped_statements(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[_Change]:
    """Each statement left out (`pass` where it was the only one); a return is left to its own operator."""
    for owner in [function, *_body_nodes(function)]:
        for field in ("body", "orelse", "finalbody"):
            block = getattr(owner, field, None)
            if not isinstance(block, list):
                continue
            for index, statement in enumerate(block):
                if isinstance(statement, _KEPT) or _is_docstring(statement):
                    continue
                rest = block[:index] + block[index + 1 :] or ([ast.Pass()] if field == "body" else [])
                text = f"without {ast.unparse(statement).splitlines()[0]}"
                yield _replaced("statement", owner, field, rest, text, statement.lineno)


def _swapped_statements(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[_Change]:
    """Two neighbouring statements of the function's own block in the wrong order."""
    block = function.body
    for index, (first, second) in enumerate(pairwise(block)):
        if isinstance(first, _KEPT) or isinstance(second, _KEPT) or _is_docstring(first):
            continue
        order = [*block[:index], second, first, *block[index + 2 :]]
        text = f"{ast.unparse(second).splitlines()[0]} before {ast.unparse(first).splitlines()[0]}"
        yield _replaced("order", function, "body", order, text, first.lineno)


def _parameters_for_constants(node: ast.AST, parameters: list[str]) -> Iterator[_Change]:
    """A parameter where an int constant stands (as an operand, an argument or a bound of a slice)."""
    for name, value in ast.iter_fields(node):
        for index, item in enumerate(value if isinstance(value, list) else [value]):
            if not isinstance(item, ast.Constant) or type(item.value) is not int:
                continue
            for parameter in parameters:
                new = ast.Name(id=parameter, ctx=ast.Load())
                field = [*value[:index], new, *value[index + 1 :]] if isinstance(value, list) else new
                yield _replaced("parameter", node, name, field, f"{parameter} instead of {item.value}", item.lineno)


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _variable_kinds(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[list[str]]:
    """Names that may be mistaken for one another: the function's variables, and those of its comprehensions."""
    arguments = function.args
    names = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
    inner: list[str] = []
    for node in _body_nodes(function):
        if isinstance(node, ast.comprehension):
            inner.extend(name.id for name in ast.walk(node.target) if isinstance(name, ast.Name))
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.append(node.id)
    outer = [name for name in dict.fromkeys(names) if name not in inner]
    return [outer, list(dict.fromkeys(inner))]
