"""The types of a function's variables, as far as its text shows them: annotations, literals, a few calls."""

from __future__ import annotations

import ast

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
UNKNOWN = "?"


def types(function: ast.FunctionDef | ast.AsyncFunctionDef) -> dict[str, str]:
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


def same_type(function: ast.FunctionDef | ast.AsyncFunctionDef) -> dict[str, list[str]]:
    """For each variable the others that may be mistaken for it; those of a comprehension only among themselves."""
    known = types(function)
    inner: dict[str, int] = {}
    for number, node in enumerate(ast.walk(function)):
        if isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            for generator in node.generators:
                inner |= {name.id: number for name in ast.walk(generator.target) if isinstance(name, ast.Name)}
    return {
        name: [
            other
            for other, kind in known.items()
            if other != name and inner.get(other) == inner.get(name) and kind == known[name]
        ]
        for name in known
    }


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
