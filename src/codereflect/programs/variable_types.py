"""The types of a function's variables, as far as its text shows them: annotations, literals, a few calls."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import pairwise

_LITERALS: dict[type[ast.AST], str] = {
    ast.List: "list",
    ast.ListComp: "list",
    ast.Dict: "dict",
    ast.DictComp: "dict",
    ast.Set: "set",
    ast.SetComp: "set",
    ast.Tuple: "tuple",
    ast.JoinedStr: "str",
    ast.Compare: "bool",
}
_CALLS = {
    "len": "int",
    "int": "int",
    "ord": "int",
    "sum": "int",
    "abs": "int",
    "float": "float",
    "str": "str",
    "chr": "str",
    "list": "list",
    "sorted": "list",
    "set": "set",
    "dict": "dict",
    "tuple": "tuple",
}
_ELEMENTS = {"range": "int", "enumerate": "int"}
UNKNOWN, NUMBER, CONTAINER = "?", "number", "container"
# methods that only one type has
_METHODS_BY_TYPE = {
    "list": "append extend insert sort reverse",
    "str": "upper lower split strip lstrip rstrip join startswith endswith isdigit isalpha isupper islower replace",
    "dict": "items keys values get setdefault",
    "set": "add discard union intersection difference",
}
_METHODS = {method: kind for kind, methods in _METHODS_BY_TYPE.items() for method in methods.split()}
_TAKES = {"range": NUMBER, "abs": NUMBER, "chr": NUMBER, "round": NUMBER, "ord": "str", "divmod": NUMBER}
_TAKES |= dict.fromkeys(("len", "sorted", "sum", "enumerate", "reversed"), CONTAINER)
_CONSTANTS: dict[type, str] = {int: NUMBER, float: NUMBER, str: "str"}
# the first may be mistaken for each of the others
_ALIKE = ((NUMBER, "int", "float"), (CONTAINER, "list", "str", "tuple"))
# steps by which a type is handed on from one variable to another
_ROUNDS = 2
Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


def types(function: Function) -> dict[str, str]:
    """Type name by variable, parameters first; `?` where the text does not tell."""
    found: dict[str, str] = {}
    arguments = function.args
    for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        found[argument.arg] = annotated(argument.annotation)
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                _bind(target, node.value, found)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found[node.target.id] = annotated(node.annotation)
        elif isinstance(node, ast.For | ast.comprehension):
            _bind_elements(node.target, node.iter, found)
    return found


def same_type(function: Function) -> dict[str, list[str]]:
    """For each variable the others that may be mistaken for it; those of a comprehension only among themselves.

    Where neither annotations nor assignments tell the type, what is done with a variable does: what is subtracted is no
    list. Those of which nothing at all is known are alike.
    """
    kinds = likely_types(function)
    inner: dict[str, int] = {}
    for number, node in enumerate(ast.walk(function)):
        if isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            for generator in node.generators:
                inner |= {name.id: number for name in ast.walk(generator.target) if isinstance(name, ast.Name)}
    return {
        name: [
            other
            for other, kind in kinds.items()
            if other != name and inner.get(other) == inner.get(name) and _alike(kind, kinds[name])
        ]
        for name in kinds
    }


def likely_types(function: Function) -> dict[str, str]:
    """Types by variable, from the text or else from its uses (`number`, `container`); `?` where neither tells."""
    known = types(function)
    used = _used(function, known)
    return {name: used.get(name, UNKNOWN) if kind == UNKNOWN else kind for name, kind in known.items()}


def _alike(one: str, other: str) -> bool:
    return one == other or any(one in kinds and other in kinds and kinds[0] in (one, other) for kinds in _ALIKE)


def _used(function: Function, known: dict[str, str]) -> dict[str, str]:
    """Types of variables as far as their uses show them; a use of something with many types gives way to others."""
    found: dict[str, str] = {}
    for node in ast.walk(function):
        for name, kind in _shown(node):
            if found.get(name, CONTAINER) == CONTAINER:
                found[name] = kind
    pairs = [pair for node in ast.walk(function) for pair in _compared(node)]
    for _ in range(_ROUNDS):
        for one, other in [*pairs, *((b, a) for a, b in pairs)]:
            kind = found.get(other) or known.get(other, UNKNOWN)
            if one not in found and kind != UNKNOWN:
                found[one] = kind
    return found


def _shown(node: ast.AST) -> Iterator[tuple[str, str]]:
    """What one use says of a variable."""
    if isinstance(node, ast.Attribute) and node.attr in _METHODS:
        yield from _named(node.value, _METHODS[node.attr])
    elif isinstance(node, ast.Subscript):
        yield from _named(node.value, CONTAINER)
    elif isinstance(node, ast.Slice):
        for bound in (node.lower, node.upper, node.step):
            yield from _named(bound, NUMBER)
    elif isinstance(node, ast.For | ast.comprehension):
        yield from _named(node.iter, CONTAINER)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _TAKES:
        for argument in node.args:
            yield from _named(argument, _TAKES[node.func.id])
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield from _named(node.operand, NUMBER)
    elif isinstance(node, ast.BinOp):
        yield from _of_sides(node.left, node.op, node.right)
    elif isinstance(node, ast.AugAssign):
        yield from _of_sides(node.target, node.op, node.value)
    elif isinstance(node, ast.Compare):
        for one in (node.left, *node.comparators):
            for other in (node.left, *node.comparators):
                if isinstance(other, ast.Constant) and type(other.value) in _CONSTANTS:
                    yield from _named(one, _CONSTANTS[type(other.value)])


def _of_sides(left: ast.expr, sign: ast.operator, right: ast.expr) -> Iterator[tuple[str, str]]:
    """What an operation says of both sides: only numbers are divided, and a text is added to texts."""
    for one, other in ((left, right), (right, left)):
        constant = _CONSTANTS.get(type(other.value)) if isinstance(other, ast.Constant) else None
        if isinstance(sign, ast.Div | ast.FloorDiv | ast.Pow) or (isinstance(sign, ast.Mod) and constant == NUMBER):
            yield from _named(one, NUMBER)
        elif isinstance(sign, ast.Sub | ast.Add) and constant is not None:
            yield from _named(one, constant)


def _named(node: ast.AST | None, kind: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.Name):
        yield node.id, kind


def _compared(node: ast.AST) -> Iterator[tuple[str, str]]:
    """Variables that one use says to be of the same type."""
    sides: list[ast.expr] = []
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        sides = [node.left, node.right]
    elif isinstance(node, ast.Compare) and not any(isinstance(sign, ast.In | ast.NotIn) for sign in node.ops):
        sides = [node.left, *node.comparators]
    elif isinstance(node, ast.Assign) and len(node.targets) == 1:
        sums = isinstance(node.value, ast.BinOp) and isinstance(node.value.op, ast.Add | ast.Sub)
        sides = [node.targets[0], *([node.value.left, node.value.right] if sums else [node.value])]  # type: ignore[attr-defined]
    names = [side.id for side in sides if isinstance(side, ast.Name)]
    yield from pairwise(names)


def annotated(annotation: ast.expr | None) -> str:
    """The type that an annotation names: `List[int]` and `list[int]` are `list`."""
    if annotation is None:
        return UNKNOWN
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            return annotated(ast.parse(annotation.value, mode="eval").body)
        except SyntaxError:
            return UNKNOWN
    head = annotation.value if isinstance(annotation, ast.Subscript) else annotation
    name = head.attr if isinstance(head, ast.Attribute) else head.id if isinstance(head, ast.Name) else UNKNOWN
    return name.lower() if name in ("List", "Dict", "Set", "Tuple") else name


def _bind(target: ast.expr, value: ast.expr, found: dict[str, str]) -> None:
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
        for part, given in zip(target.elts, value.elts, strict=True):
            _bind(part, given, found)
    elif isinstance(target, ast.Tuple):
        for part in target.elts:
            _bind(part, ast.Constant(...), found)
    elif isinstance(target, ast.Name) and found.get(target.id, UNKNOWN) == UNKNOWN:
        found[target.id] = _of(value, found)


def _bind_elements(target: ast.expr, iterated: ast.expr, found: dict[str, str]) -> None:
    called = iterated.func.id if isinstance(iterated, ast.Call) and isinstance(iterated.func, ast.Name) else ""
    names = [part for part in ast.walk(target) if isinstance(part, ast.Name)]
    for index, name in enumerate(names):
        known = _ELEMENTS.get(called, UNKNOWN) if index == 0 else UNKNOWN
        if isinstance(iterated, ast.Name) and found.get(iterated.id) == "str":
            known = "str"
        found.setdefault(name.id, known)


def _of(value: ast.expr, found: dict[str, str]) -> str:
    if isinstance(value, ast.Constant) and value.value is not None and value.value is not ...:
        return type(value.value).__name__
    if isinstance(value, ast.Name):
        return found.get(value.id, UNKNOWN)
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
        return _CALLS.get(value.func.id, UNKNOWN)
    if isinstance(value, ast.BinOp):
        left, right = _of(value.left, found), _of(value.right, found)
        return "float" if isinstance(value.op, ast.Div) else left if left == right else UNKNOWN
    return _LITERALS.get(type(value), UNKNOWN)
