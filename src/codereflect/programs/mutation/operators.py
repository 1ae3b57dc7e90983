"""The operators behind `mutants.all_mutants`: for each node of a function, what may stand in its place by mistake."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

from codereflect.programs.python_syntax import SIGNS

_COMPARISONS: dict[type[ast.cmpop], list[type[ast.cmpop]]] = {
    ast.Eq: [ast.NotEq],
    ast.NotEq: [ast.Eq],
    ast.Lt: [ast.LtE, ast.Gt],
    ast.LtE: [ast.Lt, ast.GtE],
    ast.Gt: [ast.GtE, ast.Lt],
    ast.GtE: [ast.Gt, ast.LtE],
    ast.Is: [ast.IsNot],
    ast.IsNot: [ast.Is],
    ast.In: [ast.NotIn],
    ast.NotIn: [ast.In],
}
_ARITHMETIC: dict[type[ast.operator], list[type[ast.operator]]] = {
    ast.Add: [ast.Sub],
    ast.Sub: [ast.Add],
    ast.Mult: [ast.Add, ast.FloorDiv],
    ast.Div: [ast.Mult, ast.FloorDiv],
    ast.FloorDiv: [ast.Mult, ast.Div],
    ast.Mod: [ast.FloorDiv],
    ast.Pow: [ast.Mult],
    ast.BitAnd: [ast.BitOr],
    ast.BitOr: [ast.BitAnd],
    ast.BitXor: [ast.BitAnd],
    ast.LShift: [ast.RShift],
    ast.RShift: [ast.LShift],
}
# functions and methods that are taken for one another
_TWINS = {
    a: b
    for pair in (
        ("min", "max"),
        ("any", "all"),
        ("upper", "lower"),
        ("lstrip", "rstrip"),
        ("startswith", "endswith"),
        ("floor", "ceil"),
        ("append", "extend"),
        ("keys", "values"),
        ("find", "rfind"),
    )
    for a, b in (pair, pair[::-1])
}
# exceptions that are taken for one another
_ERRORS = {
    "ValueError": "TypeError",
    "TypeError": "ValueError",
    "KeyError": "IndexError",
    "IndexError": "KeyError",
    "AttributeError": "TypeError",
    "ZeroDivisionError": "OverflowError",
    "OverflowError": "ZeroDivisionError",
    "ArithmeticError": "ValueError",
    "LookupError": "ValueError",
    "RuntimeError": "ValueError",
    "NotImplementedError": "ValueError",
    "AssertionError": "ValueError",
    "StopIteration": "ValueError",
    "OSError": "ValueError",
    "FileNotFoundError": "PermissionError",
}
_BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")
_LONGEST = 60
# kind, what stands in the place of a node, sentence
Mistake = tuple[str, Any, str]


def mistakes(node: ast.AST, twins: dict[str, list[str]]) -> Iterator[Mistake]:
    """What may stand in the place of a node: kind, node, sentence."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        for other in twins.get(node.id, []):
            new = ast.Name(id=other, ctx=ast.Load())
            yield "variable", new, f"The variable {other} is used where {node.id} is meant."
    maker = _MAKERS.get(type(node))
    if maker is not None:
        yield from maker(node)


def _constants(node: ast.Constant) -> Iterator[Mistake]:
    value = node.value
    if isinstance(value, bool):
        yield "truth", ast.Constant(not value), f"{not value} is written where {value} is meant."
    elif isinstance(value, int):
        for other in (value + 1, value - 1):
            far = "more" if other > value else "less"
            yield "constant", ast.Constant(other), f"{other} is written, one {far} than {value}."
    elif isinstance(value, float):
        yield "constant", ast.Constant(value + 1.0), f"{value + 1.0} is written where {value} is meant."
    elif isinstance(value, str):
        other_text = "" if value else "x"
        yield "text", ast.Constant(other_text), f"The text {cut(repr(value))} became {other_text!r}."


def _comparisons(node: ast.Compare) -> Iterator[Mistake]:
    for index, sign in enumerate(node.ops):
        for other in _COMPARISONS[type(sign)]:
            signs = [*node.ops[:index], other(), *node.ops[index + 1 :]]
            new = ast.Compare(node.left, signs, node.comparators)
            yield "comparison", new, f"It compares with {SIGNS[other]} where {SIGNS[type(sign)]} is meant."


def _arithmetic(node: ast.BinOp) -> Iterator[Mistake]:
    for other in _ARITHMETIC.get(type(node.op), []):
        if isinstance(node.left, ast.Constant | ast.JoinedStr) and isinstance(node.op, ast.Mod):
            continue
        text = f"It computes with {SIGNS[other]} where {SIGNS[type(node.op)]} is meant."
        yield "arithmetic", ast.BinOp(node.left, other(), node.right), text
    if isinstance(node.op, ast.Sub | ast.Div | ast.FloorDiv | ast.Mod | ast.Pow):
        text = f"The two sides of {SIGNS[type(node.op)]} are swapped."
        yield "swapped", ast.BinOp(node.right, node.op, node.left), text


def _updates(node: ast.AugAssign) -> Iterator[Mistake]:
    for other in _ARITHMETIC.get(type(node.op), []):
        text = f"It updates with {SIGNS[other]}= where {SIGNS[type(node.op)]}= is meant."
        yield "arithmetic", ast.AugAssign(node.target, other(), node.value), text
    plain = ast.Assign([node.target], node.value, lineno=node.lineno)
    yield "arithmetic", plain, f"It sets {text_of(node.target)} instead of updating it."


def _booleans(node: ast.BoolOp) -> Iterator[Mistake]:
    other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    text = f"The conditions are joined by {SIGNS[type(other)]} instead of {SIGNS[type(node.op)]}."
    yield "boolean", ast.BoolOp(other, node.values), text
    for index, value in enumerate(node.values):
        rest = [*node.values[:index], *node.values[index + 1 :]]
        new = rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)
        yield "condition", new, f"The condition {text_of(value)} is left out."


def _signs(node: ast.UnaryOp) -> Iterator[Mistake]:
    if isinstance(node.op, ast.Not):
        yield "not", node.operand, "The not is missing."
    elif isinstance(node.op, ast.USub):
        yield "arithmetic", node.operand, f"The minus in front of {text_of(node.operand)} is missing."


def _returns(node: ast.Return) -> Iterator[Mistake]:
    if node.value is not None and not (isinstance(node.value, ast.Constant) and node.value.value is None):
        yield "return", ast.Return(None), f"It returns nothing instead of {text_of(node.value)}."


def _slices(node: ast.Slice) -> Iterator[Mistake]:
    for field in ("lower", "upper"):
        bound = getattr(node, field)
        if bound is not None and not isinstance(bound, ast.Constant):
            for moved, text in _moved(bound, f"The slice's {field} bound"):
                lower, upper = (moved, node.upper) if field == "lower" else (node.lower, moved)
                yield "slice", ast.Slice(lower, upper, node.step), text


def _moved(node: ast.expr, what: str) -> Iterator[tuple[ast.expr, str]]:
    """An expression off by one, both ways."""
    for sign, word in ((ast.Add(), "high"), (ast.Sub(), "low")):
        yield ast.BinOp(node, sign, ast.Constant(1)), f"{what} {text_of(node)} is one too {word}."


def _subscripts(node: ast.Subscript) -> Iterator[Mistake]:
    if isinstance(node.slice, ast.Name | ast.BinOp) and isinstance(node.ctx, ast.Load):
        for moved, text in _moved(node.slice, "The index"):
            yield "boundary", ast.Subscript(node.value, moved, node.ctx), text


def _calls(node: ast.Call) -> Iterator[Mistake]:
    name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    if name in _TWINS:
        twin = _TWINS[name]
        function: ast.expr = ast.Name(twin, ast.Load())
        if isinstance(node.func, ast.Attribute):
            function = ast.Attribute(node.func.value, twin, ast.Load())
        yield "function", ast.Call(function, node.args, node.keywords), f"It calls {twin} where {name} is meant."
    if name == "range":
        for index, argument in enumerate(node.args[:2]):
            if not isinstance(argument, ast.Constant | ast.Starred):
                for moved, text in _moved(argument, "The bound of the range"):
                    yield "boundary", _with_arguments(node, index, [moved]), text
    for index, (first, second) in enumerate(pairwise(node.args)):
        if not isinstance(first, ast.Starred) and not isinstance(second, ast.Starred):
            text = f"The arguments {text_of(first)} and {text_of(second)} of {name or 'the call'} are swapped."
            args = [*node.args[:index], second, first, *node.args[index + 2 :]]
            yield "swapped", ast.Call(node.func, args, node.keywords), text
    for index, keyword in enumerate(node.keywords):
        if keyword.arg:
            rest = [*node.keywords[:index], *node.keywords[index + 1 :]]
            yield "argument", ast.Call(node.func, node.args, rest), f"The argument {keyword.arg} of {name} is missing."


def _with_arguments(node: ast.Call, index: int, new: list[ast.expr]) -> ast.Call:
    return ast.Call(node.func, [*node.args[:index], *new, *node.args[index + 1 :]], node.keywords)


def _jumps(node: ast.stmt) -> Iterator[Mistake]:
    if isinstance(node, ast.Break):
        yield "jump", ast.Continue(), "The loop goes on where it should end."
    else:
        yield "jump", ast.Break(), "The loop ends where it should go on."


def _raises(node: ast.Raise) -> Iterator[Mistake]:
    called = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    if isinstance(called, ast.Name) and called.id in _ERRORS:
        other = ast.Name(_ERRORS[called.id], ast.Load())
        new = ast.Call(other, node.exc.args, node.exc.keywords) if isinstance(node.exc, ast.Call) else other
        yield "exception", ast.Raise(new, node.cause), f"It raises {other.id} where {called.id} is meant."


def _handlers(node: ast.ExceptHandler) -> Iterator[Mistake]:
    caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
    for index, one in enumerate(caught):
        if isinstance(one, ast.Name) and one.id in _ERRORS:
            other: ast.expr = ast.Name(_ERRORS[one.id], ast.Load())
            if isinstance(node.type, ast.Tuple):
                other = ast.Tuple([*caught[:index], other, *caught[index + 1 :]], ast.Load())
            text = f"It catches {_ERRORS[one.id]} where {one.id} is meant."
            yield "exception", ast.ExceptHandler(other, node.name, node.body), text


def _singletons(node: ast.MatchSingleton) -> Iterator[Mistake]:
    if isinstance(node.value, bool):
        text = f"The pattern is {not node.value} where {node.value} is meant."
        yield "truth", ast.MatchSingleton(not node.value), text


def _choices(node: ast.IfExp) -> Iterator[Mistake]:
    yield "condition", ast.IfExp(node.test, node.orelse, node.body), "The two values of the choice are swapped."


_MAKERS: dict[type[ast.AST], Callable[[Any], Iterator[Mistake]]] = {
    ast.Constant: _constants,
    ast.Compare: _comparisons,
    ast.BinOp: _arithmetic,
    ast.AugAssign: _updates,
    ast.BoolOp: _booleans,
    ast.UnaryOp: _signs,
    ast.Return: _returns,
    ast.Slice: _slices,
    ast.Subscript: _subscripts,
    ast.Call: _calls,
    ast.Break: _jumps,
    ast.Continue: _jumps,
    ast.IfExp: _choices,
    ast.Raise: _raises,
    ast.ExceptHandler: _handlers,
    ast.MatchSingleton: _singletons,
}


def text_of(node: ast.AST) -> str:
    """The first line of a node's text, without the blocks that follow: these may be long."""
    if isinstance(node, ast.stmt | ast.ExceptHandler | ast.match_case):
        fields: dict[str, Any] = dict(ast.iter_fields(node))
        node = type(node)(**fields | {name: [] for name in _BLOCKS if name in fields})
        ast.fix_missing_locations(node)
    return cut(ast.unparse(node).strip().splitlines()[0])


def cut(text: str) -> str:
    """A text of at most sixty characters."""
    return text if len(text) <= _LONGEST else text[: _LONGEST - 4] + " ..."
