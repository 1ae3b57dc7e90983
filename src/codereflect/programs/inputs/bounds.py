"""Arguments at the bounds that a function draws: what its text compares them with, arguments that are equal to one
another, one that is the sum of two others. By chance alone these hardly come up, and most mistakes show only there."""

from __future__ import annotations

import ast
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from codereflect.programs.variable_types import Function

_NUMBERS = (int, float)
_LARGEST, _LONGEST = 10_000, 40


@dataclass
class Bounds:
    """What a function compares its arguments with.

    Attributes:
        values: constants by parameter.
        lengths: whole numbers that an argument's length is compared with, by parameter.
    """

    values: dict[str, list[Any]] = field(default_factory=dict)
    lengths: dict[str, list[int]] = field(default_factory=dict)


def bounds(function: Function) -> Bounds:
    """The bounds in a function's text: comparisons with constants, and patterns that are constants."""
    found = Bounds()
    for node in ast.walk(function):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            constants = [value for side in sides for value in _constants(side)]
            for side in sides:
                _enter(side, constants, found)
        elif isinstance(node, ast.Match):
            patterns = [
                one.value for case in node.cases for one in ast.walk(case.pattern) if isinstance(one, ast.MatchValue)
            ]
            _enter(node.subject, [value for one in patterns for value in _constants(one)], found)
    return found


def _enter(side: ast.expr, constants: list[Any], found: Bounds) -> None:
    lengths = [value for value in constants if type(value) is int and 0 <= value <= _LONGEST]
    for node in ast.walk(side):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "len":
            for part in node.args:
                if isinstance(part, ast.Name):
                    found.lengths.setdefault(part.id, []).extend(lengths)
        elif isinstance(node, ast.Name):
            found.values.setdefault(node.id, []).extend(constants)


def _constants(side: ast.expr) -> list[Any]:
    """Constants that one side of a comparison consists of."""
    try:
        value = ast.literal_eval(side)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return []
    values = list(value) if isinstance(value, list | tuple | set) else [value]
    return [one for one in values if _is_small(one)]


def _is_small(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return False
    return len(value) <= _LONGEST if isinstance(value, str) else abs(value) <= _LARGEST


def at_bounds(row: Sequence[Any], names: Sequence[str], known: Bounds, drawn: random.Random) -> list[Any]:
    """The same arguments, one or more of them moved to a bound, or made equal to others."""
    new = list(row)
    places = [
        place for place, name in enumerate(names[: len(new)]) if known.values.get(name) or known.lengths.get(name)
    ]
    if places and drawn.random() < 0.6:
        place = drawn.choice(places)
        new[place] = _moved(new[place], names[place], known, drawn)
    elif len(new) > 1:
        _relate(new, drawn)
    return new


def _moved(value: Any, name: str, known: Bounds, drawn: random.Random) -> Any:
    """A value at one of the bounds of a parameter, or next to it."""
    lengths, values = known.lengths.get(name, []), known.values.get(name, [])
    if isinstance(value, str | list) and lengths and (not values or drawn.random() < 0.5):
        return _of_length(value, max(0, drawn.choice(lengths) + drawn.choice((-1, 0, 1))))
    alike = [one for one in values if _same_kind(one, value) and type(value) in (*_NUMBERS, str)]
    if not alike:
        return value
    bound = drawn.choice(alike)
    return bound if isinstance(bound, str) else bound + drawn.choice((-1, 0, 0, 1))


def _same_kind(one: Any, other: Any) -> bool:
    return type(one) is type(other) or (type(one) in _NUMBERS and type(other) in _NUMBERS)


def _of_length(value: Any, length: int) -> Any:
    if not value:
        return "a" * length if isinstance(value, str) else list(range(length))
    return (value * (length // len(value) + 1))[:length]


def _relate(row: list[Any], drawn: random.Random) -> None:
    """Make arguments equal, or one the sum or difference of two others."""
    place = drawn.randrange(len(row))
    others = [one for one in range(len(row)) if one != place and _same_kind(row[one], row[place])]
    if not others:
        return
    way = drawn.random()
    if way < 0.2:
        for one in others:
            row[one] = row[place]
    elif way < 0.6 and len(others) > 1 and type(row[place]) in _NUMBERS:
        first, second = drawn.sample(others, 2)
        row[place] = row[first] + drawn.choice((-1, 1)) * row[second] + drawn.choice((-1, 0, 1))
    else:
        row[drawn.choice(others)] = row[place]
