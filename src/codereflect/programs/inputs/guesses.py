"""Calls of a function, guessed from what it does with its arguments: more telling than values of the right type alone.

`generated` knows annotations and examples. Here a parameter's shape is read from its uses: which keys of it are
asked for, which methods are called, what it is compared with, whether it is iterated. Texts are put together of the
texts that the code itself looks for, so that its branches are reached. A guess may be wrong: what a program cannot
take, it refuses.
"""

from __future__ import annotations

import ast
import random
from dataclasses import dataclass, field
from typing import Any

from codereflect.programs.inputs.generated import Draw
from codereflect.programs.literals import NoLiteral, literal

_TEXT_METHODS = {
    *("split", "rsplit", "strip", "lstrip", "rstrip", "startswith", "endswith", "lower", "upper", "replace", "find"),
    *("rfind", "splitlines", "encode", "format", "isdigit", "partition", "rpartition", "removeprefix", "removesuffix"),
    *("isalpha", "isspace", "title", "casefold", "zfill", "join", "removesuffix", "index"),
}
_DICT_METHODS = {"items", "keys", "values", "get", "setdefault", "update"}
_LIST_METHODS = {"append", "extend", "sort", "insert", "pop", "reverse"}
_TEXT_TAKERS = {"match", "search", "findall", "sub", "fullmatch", "finditer", "loads", "literal_eval", "compile"}
_NUMBER_TAKERS = {"range", "abs", "round", "sqrt", "floor", "ceil", "exp", "log", "float"}
_LIST_TAKERS = {"sum", "sorted", "enumerate", "zip", "max", "min", "all", "any", "list", "set", "tuple"}
_NAMES = {
    "text": (
        "text",
        "str",
        "string",
        "name",
        "path",
        "line",
        "prompt",
        "url",
        "key",
        "prefix",
        "suffix",
        "answer",
        "s",
    ),
    "int": ("n", "num", "count", "size", "length", "idx", "index", "step", "steps", "rank", "k", "max", "min", "seed"),
    "dict": ("config", "kwargs", "mapping", "dict", "metrics", "info", "params"),
    "list": ("list", "items", "values", "ids", "names", "batch", "data", "scores", "tokens"),
}
_LONGEST_TEXT = 60
_DEEPEST = 3


@dataclass
class Shape:
    """What is known of a value. `kind`: text, int, float, bool, dict, list, tuple, set, none, or empty for unknown."""

    kind: str = ""
    keys: dict[str, Shape] = field(default_factory=dict)
    parts: list[Shape] = field(default_factory=list)
    nullable: bool = False
    values: list[Any] = field(default_factory=list)


def guessed_calls(code: str, entry_point: str, count: int, seed: int) -> list[str]:
    """At most so many calls of the function as source text, each another one; none where no shape is known."""
    tree = ast.parse(code)
    function = next((one for one in tree.body if isinstance(one, ast.FunctionDef) and one.name == entry_point), None)
    if function is None:
        return []
    drawn = _Guesser(tree, f"guess {seed} {entry_point}")
    shapes = [_shape_of(one, function) for one in (*function.args.posonlyargs, *function.args.args)]
    required = len(shapes) - len(function.args.defaults)
    found: dict[str, None] = {}
    for _ in range(3 * count):
        given = shapes[: drawn.randint(required, len(shapes))]
        try:
            found[f"{entry_point}({', '.join(literal(drawn.value(one)) for one in given)})"] = None
        except NoLiteral:
            continue
        if len(found) == count:
            break
    return list(found)


def _shape_of(parameter: ast.arg, function: ast.FunctionDef) -> Shape:
    shape = Shape()
    _annotate(shape, parameter.annotation)
    _use(shape, _Uses(function), parameter.arg, 0)
    if not shape.kind:
        words = parameter.arg.lower().split("_")
        shape.kind = next((kind for kind, names in _NAMES.items() if words[-1] in names or words[0] in names), "")
    return shape


def _annotate(shape: Shape, node: ast.expr | None) -> None:
    """Enter what an annotation says."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        try:
            node = ast.parse(node.value, mode="eval").body
        except SyntaxError:
            return
    if isinstance(node, ast.BinOp):
        for side in (node.right, node.left):
            _annotate(shape, side)
        return
    if isinstance(node, ast.Constant) and node.value is None:
        shape.nullable = True
        return
    head = node.value if isinstance(node, ast.Subscript) else node
    name = head.attr if isinstance(head, ast.Attribute) else head.id if isinstance(head, ast.Name) else ""
    inner = node.slice if isinstance(node, ast.Subscript) else None
    parts = list(inner.elts) if isinstance(inner, ast.Tuple) else [inner] if inner is not None else []
    if name in ("Optional", "Union"):
        shape.nullable = shape.nullable or name == "Optional"
        for part in reversed(parts):
            _annotate(shape, part)
    elif name == "Literal":
        shape.values = [part.value for part in parts if isinstance(part, ast.Constant)]
    elif name in _KINDS:
        shape.kind = _KINDS[name]
        shape.parts = [_annotated(part) for part in parts if not (isinstance(part, ast.Constant) and part.value is ...)]


def _annotated(node: ast.expr) -> Shape:
    shape = Shape()
    _annotate(shape, node)
    return shape


_KINDS = {
    "str": "text",
    "int": "int",
    "float": "float",
    "bool": "bool",
    **dict.fromkeys(("dict", "Dict", "Mapping", "MutableMapping", "defaultdict", "OrderedDict"), "dict"),
    **dict.fromkeys(("list", "List", "Sequence", "Iterable", "Collection", "MutableSequence"), "list"),
    **dict.fromkeys(("tuple", "Tuple"), "tuple"),
    **dict.fromkeys(("set", "Set", "frozenset", "FrozenSet"), "set"),
}


class _Uses:
    """Where the names of a function are used."""

    def __init__(self, function: ast.FunctionDef) -> None:
        self.parents: dict[int, ast.AST] = {}
        self.loads: dict[str, list[ast.Name]] = {}
        for node in ast.walk(function):
            for child in ast.iter_child_nodes(node):
                self.parents[id(child)] = node
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                self.loads.setdefault(node.id, []).append(node)

    def above(self, node: ast.AST) -> ast.AST | None:
        """The node that holds it."""
        return self.parents.get(id(node))


def _use(shape: Shape, uses: _Uses, name: str, depth: int) -> None:
    """Enter what the uses of a name say of it."""
    for node in uses.loads.get(name, []):
        _one_use(shape, node, uses, depth)


def _one_use(shape: Shape, node: ast.expr, uses: _Uses, depth: int) -> None:
    parent = uses.above(node)
    if isinstance(parent, ast.Attribute):
        _method(shape, parent, uses, depth)
    elif isinstance(parent, ast.Subscript) and parent.value is node:
        _index(shape, parent, uses, depth)
    elif isinstance(parent, ast.Compare):
        _comparison(shape, node, parent)
    elif isinstance(parent, ast.Call) and node in parent.args:
        name = parent.func.attr if isinstance(parent.func, ast.Attribute) else getattr(parent.func, "id", "")
        for names, kind in ((_TEXT_TAKERS, "text"), (_NUMBER_TAKERS, "int"), (_LIST_TAKERS, "list")):
            if name in names:
                shape.kind = shape.kind or kind
    elif isinstance(parent, ast.For | ast.comprehension) and parent.iter is node:
        _iterated(shape, parent.target, uses, depth)
    elif isinstance(parent, ast.BinOp):
        other = parent.right if parent.left is node else parent.left
        text = isinstance(other, ast.JoinedStr) or (isinstance(other, ast.Constant) and isinstance(other.value, str))
        shape.kind = shape.kind or ("text" if text else "int")


def _method(shape: Shape, parent: ast.Attribute, uses: _Uses, depth: int) -> None:
    for names, kind in ((_DICT_METHODS, "dict"), (_LIST_METHODS, "list"), (_TEXT_METHODS, "text")):
        if parent.attr in names:
            shape.kind = shape.kind or kind
    call = uses.above(parent)
    if (
        parent.attr in ("get", "setdefault", "pop")
        and isinstance(call, ast.Call)
        and call.args
        and shape.kind == "dict"
    ):
        _key(shape, call.args[0], call, uses, depth)


def _index(shape: Shape, parent: ast.Subscript, uses: _Uses, depth: int) -> None:
    if isinstance(parent.slice, ast.Constant) and isinstance(parent.slice.value, str):
        shape.kind = shape.kind or "dict"
        _key(shape, parent.slice, parent, uses, depth)
    elif isinstance(parent.slice, ast.Slice) or not shape.kind:
        shape.kind = shape.kind or "list"


def _key(shape: Shape, key: ast.expr, whole: ast.expr, uses: _Uses, depth: int) -> None:
    """A key that is asked for, and what is done with its value."""
    if not (isinstance(key, ast.Constant) and isinstance(key.value, str)) or depth >= _DEEPEST:
        return
    inner = shape.keys.setdefault(key.value, Shape())
    _one_use(inner, whole, uses, depth + 1)
    parent = uses.above(whole)
    if isinstance(parent, ast.Assign) and isinstance(parent.targets[0], ast.Name):
        _use(inner, uses, parent.targets[0].id, depth + 1)


def _comparison(shape: Shape, node: ast.expr, parent: ast.Compare) -> None:
    for other, sign in zip([*parent.comparators, parent.left], [*parent.ops, parent.ops[0]], strict=False):
        if other is node:
            if (
                isinstance(sign, ast.In | ast.NotIn)
                and isinstance(parent.left, ast.Constant)
                and node is not parent.left
            ):
                shape.kind = shape.kind or "text"
            continue
        values = other.elts if isinstance(other, ast.Tuple | ast.List | ast.Set) else [other]
        for value in values:
            if isinstance(value, ast.Constant) and value.value is None:
                shape.nullable = True
            elif isinstance(value, ast.Constant) and type(value.value) in (str, int, float):
                shape.kind = shape.kind or {"str": "text", "int": "int", "float": "float"}[type(value.value).__name__]
                shape.values.append(value.value)


def _iterated(shape: Shape, target: ast.expr, uses: _Uses, depth: int) -> None:
    shape.kind = shape.kind or "list"
    if isinstance(target, ast.Name) and shape.kind == "list" and depth < _DEEPEST:
        inner = shape.parts[0] if shape.parts else Shape()
        _use(inner, uses, target.id, depth + 1)
        shape.parts = shape.parts or [inner]


class _Guesser(random.Random):
    """Makes values of shapes."""

    def __init__(self, tree: ast.Module, seed: str) -> None:
        super().__init__(seed)
        constants = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
        docstrings = {ast.get_docstring(node, clean=False) for node in ast.walk(tree) if isinstance(node, _DOCUMENTED)}
        self.draw = Draw(self.randrange(1 << 30), [one for one in constants if one not in docstrings])
        # what the code looks for, regular expressions included: they hold the letters that they match
        texts = (one for one in constants if type(one) is str and 0 < len(one) < _LONGEST_TEXT)
        self.pieces = [one for one in dict.fromkeys(texts) if one not in docstrings] or ["a"]

    def value(self, shape: Shape, depth: int = 0) -> Any:
        """A value of a shape."""
        if shape.nullable and self.random() < 0.15:
            return None
        if shape.values and self.random() < 0.5:
            return self.choice(shape.values)
        kind = shape.kind or ("text", "int", "list", "dict")[int(self.random() ** 1.5 * 4)]
        maker = getattr(self, f"_{kind}", None)
        return maker(shape, depth) if maker else None

    def _text(self, shape: Shape, depth: int) -> str:
        """Pieces of the code's own texts among ordinary ones."""
        if self.random() < 0.2:
            return self.draw.choice(self.draw.words)
        parts = []
        for _ in range(self.choice((1, 1, 2, 2, 3, 4))):
            piece = self.choice(self.pieces) if self.random() < 0.6 else self.choice(_ORDINARY)
            parts.append(piece)
        return "".join(parts)[: 2 * _LONGEST_TEXT]

    def _int(self, shape: Shape, depth: int) -> int:
        if shape.values and self.random() < 0.5:
            near = [one for one in shape.values if type(one) is int]
            return self.choice(near) + self.choice((-1, 0, 1)) if near else self.draw.integer()
        return self.draw.integer()

    def _float(self, shape: Shape, depth: int) -> float:
        return self.draw.choice(self.draw.floats)

    def _bool(self, shape: Shape, depth: int) -> bool:
        return self.random() < 0.5

    def _dict(self, shape: Shape, depth: int) -> dict[Any, Any]:
        if shape.keys:
            left_out = self.random() < 0.3
            items = [(key, inner) for key, inner in shape.keys.items() if not (left_out and self.random() < 0.5)]
            return {key: self.value(inner, depth + 1) for key, inner in items}
        inner = shape.parts[1] if len(shape.parts) > 1 else Shape("int")
        keyed = shape.parts[0] if shape.parts else Shape("text")
        return {_key_of(self.value(keyed, depth + 1)): self.value(inner, depth + 1) for _ in range(self._size(depth))}

    def _list(self, shape: Shape, depth: int) -> list[Any]:
        inner = shape.parts[0] if shape.parts else self.choice((Shape("int"), Shape("text")))
        return [self.value(inner, depth + 1) for _ in range(self._size(depth))]

    def _tuple(self, shape: Shape, depth: int) -> tuple[Any, ...]:
        return tuple(self.value(part, depth + 1) for part in shape.parts or [Shape("int"), Shape("int")])

    def _set(self, shape: Shape, depth: int) -> set[Any]:
        return {_key_of(one) for one in self._list(shape, depth)}

    def _size(self, depth: int) -> int:
        return self.choice((0, 1, 2, 3, 4)[: 5 - depth] if depth < 4 else (0,))


_DOCUMENTED = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
_ORDINARY = ("a", "x", "1", "2", "12", "3.5", " ", "{", "}", "x=1", "ab", "1/2", ",", "\n", "-", "Abc")


def _key_of(value: Any) -> Any:
    """The value as a dictionary's key or a set's element."""
    return repr(value) if isinstance(value, list | dict | set) else value
