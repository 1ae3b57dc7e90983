"""Arguments for a function, made up: from examples in its docstring or tests, from annotations, by guessing.

Own code and a seeded `random.Random`: hypothesis (a development dependency here) draws better values but takes seconds
for hundreds of functions, its ghostwriter needs annotations, and CrossHair and hypofuzz run the code in this process.
"""

from __future__ import annotations

import ast
import random
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from codereflect.programs.inputs.bounds import at_bounds, bounds
from codereflect.programs.variable_types import CONTAINER, NUMBER, UNKNOWN, annotated, likely_types

_WORDS = ("", "a", "abc", "Hello World", "racecar", "a b c", "AbC123", "(())", "0", "12", "x,y", "ABBA", "()", "-7.5")
_INTEGERS = (0, 1, 2, 3, 5, 7, 10, 12, 100, -1, -3)
_FLOATS = (0.0, 1.0, 0.5, -1.5, 2.25, 3.14159, 10.0)
_LARGEST_EXAMPLE = 2000
# draws for each input that is wanted: small types give the same value often
_ATTEMPTS = 6
_LARGEST_NUMBER, _LONGEST_WORD = 10_000, 20
_GUESSES = ("int", "int", "str", "list")
# the share of inputs that are moved to a bound
_AT_BOUNDS = 0.4


def made_inputs(code: str, entry_point: str, examples: Sequence[str] = (), count: int = 60, seed: int = 0) -> list[Any]:
    """Lists of positional arguments, without doubles: examples first, then variations of them and made-up ones.

    Args:
        code: the program; its docstrings may hold doctests.
        entry_point: the function to be called.
        examples: texts with calls of the function (tests).
        count: at most so many.
        seed: the same seed gives the same lists.
    """
    tree = ast.parse(code)
    function = _find(tree, entry_point)
    if function is None:
        return []
    drawn = Draw(seed, _constants(tree))
    known = list(islice(_distinct(_examples(function, entry_point, examples)), 5 * count))
    parameters = [*function.args.posonlyargs, *function.args.args]
    names, likely = [one.arg for one in parameters], likely_types(function)
    shapes = [_shape(one.annotation) if one.annotation else _guessed(likely[one.arg]) for one in parameters]
    required = len(parameters) - len(function.args.defaults)
    limits = bounds(function)

    def more() -> Iterator[list[Any]]:
        yield from known
        for _ in range(_ATTEMPTS * count):
            if known and (UNKNOWN in shapes or drawn.random() < 0.6):
                base = drawn.choice(known)
                row = [_varied(value, drawn) if drawn.random() < 0.7 else value for value in base]
            else:
                row = _made_row(shapes[: drawn.randint(required, len(shapes))], drawn)
            yield at_bounds(row, names, limits, drawn) if drawn.random() < _AT_BOUNDS else row

    return list(islice(_distinct(more()), count))


def _made_row(shapes: Sequence[Any], drawn: Draw) -> list[Any]:
    """A value for each shape; those of which nothing is known are mostly of one type."""
    guess = _guessed(drawn.choice(_GUESSES)) if drawn.random() < 0.7 else UNKNOWN
    return [_made(guess if shape == UNKNOWN else shape, drawn) for shape in shapes]


def _guessed(kind: str) -> Any:
    """The shape for a type that was read off a function's text;"""
    return {NUMBER: ("int", []), CONTAINER: (CONTAINER, [])}.get(kind, UNKNOWN if kind == UNKNOWN else (kind, []))


class Draw(random.Random):
    """A seeded source of values, that knows the numbers and texts that the code itself holds."""

    def __init__(self, seed: int, constants: Sequence[Any]) -> None:
        super().__init__(seed)
        whole = [value for value in constants if type(value) is int and abs(value) < _LARGEST_NUMBER]
        # what lies at the bounds that the code draws, and on both sides of them
        self.integers = [*_INTEGERS, *(value + step for value in whole for step in (-1, 0, 1))]
        self.words = [*_WORDS, *(value for value in constants if type(value) is str and len(value) < _LONGEST_WORD)]
        self.floats = [*_FLOATS, *(value for value in constants if type(value) is float)]

    def integer(self) -> int:
        """A whole number, most of them small."""
        return self.choice(self.integers) if self.random() < 0.8 else self.randint(-20, 120)


def _constants(tree: ast.Module) -> list[Any]:
    return [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]


def _find(tree: ast.Module, name: str) -> ast.FunctionDef | None:
    return next((node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name), None)


def _distinct(rows: Any) -> Iterator[list[Any]]:
    seen = set()
    for row in rows:
        try:
            text = repr(row)
        except ValueError:
            continue  # a number of thousands of digits
        if text not in seen and len(text) <= _LARGEST_EXAMPLE:
            seen.add(text)
            yield row


def _examples(function: ast.FunctionDef, entry_point: str, texts: Sequence[str]) -> Iterator[list[Any]]:
    """Literal arguments of calls, and rows of literals that are as long as the arguments (with the expected value)."""
    arity = len(function.args.posonlyargs) + len(function.args.args)
    lines = [line.strip() for line in (ast.get_docstring(function) or "").splitlines()]
    prompts = [line[4:] for line in lines if line.startswith(">>> ")]
    for text in [*prompts, *texts]:
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError, RecursionError):
            continue
        rows = []
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _called(node) in (entry_point, "candidate"):
                yield from _literals(node.args)
            elif isinstance(node, ast.Tuple | ast.List) and len(node.elts) in (arity, arity + 1):
                rows.append(node.elts[:arity])
        for row in rows:
            yield from _literals(row)


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _literals(nodes: Sequence[ast.expr]) -> Iterator[list[Any]]:
    try:
        values = [ast.literal_eval(node) for node in nodes]
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return
    if values:
        yield values


def _shape(annotation: ast.expr | None) -> Any:
    """An annotation as (name, shapes of its parameters), or `?`."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            return _shape(ast.parse(annotation.value, mode="eval").body)
        except SyntaxError:
            return UNKNOWN
    name = annotated(annotation)
    if name in ("Optional", "Union") and isinstance(annotation, ast.Subscript):
        inner = annotation.slice.elts[0] if isinstance(annotation.slice, ast.Tuple) else annotation.slice
        return _shape(inner)
    if isinstance(annotation, ast.Subscript):
        inner_nodes = annotation.slice.elts if isinstance(annotation.slice, ast.Tuple) else [annotation.slice]
        return name, [_shape(node) for node in inner_nodes]
    return UNKNOWN if name == UNKNOWN else (name, [])


def _made(shape: Any, drawn: Draw) -> Any:
    """A value of a shape."""
    name, inner = shape if shape != UNKNOWN else (drawn.choice(_GUESSES), [])
    if name == CONTAINER:
        name = drawn.choice(("list", "list", "str"))
    element = inner[0] if inner else ("int", [])
    size = drawn.choice((0, 1, 2, 3, 5))
    if name == "int":
        return drawn.integer()
    if name == "float":
        return drawn.choice(drawn.floats)
    if name == "bool":
        return drawn.random() < 0.5
    if name == "str":
        return drawn.choice(drawn.words)
    if name in ("list", "Sequence", "Iterable"):
        return [_made(element, drawn) for _ in range(size)]
    if name == "set":
        return {_hashable(_made(element, drawn)) for _ in range(size)}
    if name == "tuple":
        return tuple(_made(part, drawn) for part in inner if part != UNKNOWN) or tuple(range(size))
    if name == "dict":
        value = inner[1] if len(inner) > 1 else ("int", [])
        return {_hashable(_made(inner[0] if inner else ("str", []), drawn)): _made(value, drawn) for _ in range(size)}
    return drawn.choice((None, drawn.integer(), drawn.choice(drawn.words)))


def _hashable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _varied(value: Any, drawn: Draw) -> Any:
    """A value of the same type that differs a little."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return drawn.choice((value + 1, value - 1, -value, value * 2, value // 2, 0, 1, drawn.integer()))
    if isinstance(value, float):
        return drawn.choice((value + 0.5, -value, value * 2, value / 3, 0.0, float(round(value))))
    if isinstance(value, str):
        return _varied_text(value, drawn)
    if isinstance(value, list):
        return _varied_list(value, drawn)
    if isinstance(value, tuple):
        return tuple(_varied(part, drawn) for part in value)
    if isinstance(value, set):
        return set(_varied_list(sorted(value, key=repr), drawn))
    if isinstance(value, dict):
        items = list(value.items())
        drawn.shuffle(items)
        return {key: _varied(inner, drawn) for key, inner in items[: drawn.randint(0, len(items))]}
    return value


def _varied_text(value: str, drawn: Draw) -> str:
    place = drawn.randrange(len(value)) if value else 0
    letters = value or "ab"
    return drawn.choice(
        (
            value[:place] + value[place + 1 :],
            value[:place] + drawn.choice(letters) + value[place:],
            value[::-1],
            value.swapcase(),
            value + value,
            value[: place + 1],
            " " + value,
            "",
            drawn.choice(drawn.words),
        )
    )


def _varied_list(value: list[Any], drawn: Draw) -> list[Any]:
    if not value:
        return list(value)
    place = drawn.randrange(len(value))
    changed = [*value[:place], _varied(value[place], drawn), *value[place + 1 :]]
    shorter, doubled = value[:place] + value[place + 1 :], [*value, value[place]]
    return drawn.choice((changed, changed, shorter, doubled, value[::-1], value[:1], drawn.sample(value, len(value))))
