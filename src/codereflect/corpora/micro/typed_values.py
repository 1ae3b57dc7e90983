"""Values of each type: the fixed inputs that behaviour is measured on, and small ones to show in a prompt.

The fixed inputs do not depend on a seed: a behaviour has the same hash in every corpus that is ever generated.
Types never mix under `==`: there are no floats and no booleans anywhere, inside lists and dictionaries neither.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from functools import cache
from typing import Any

SAMPLED_INPUTS = 500
BEHAVIOUR_INPUTS = 48

WORDS = (
    "sun",
    "red",
    "tree",
    "bird",
    "lake",
    "road",
    "ball",
    "rain",
    "star",
    "hat",
    "bell",
    "leaf",
    "boat",
    "cat",
    "egg",
    "ice",
    "oak",
    "tea",
    "train",
    "apple",
    "earth",
    "river",
    "lemon",
    "table",
)

Value = Any
Arguments = tuple[Value, ...]


def _number(rng: random.Random) -> int:
    return rng.choice((rng.randint(-3, 9), rng.randint(0, 12), rng.randint(-20, 30)))


def _numbers(rng: random.Random) -> list[int]:
    values = [_number(rng) for _ in range(rng.choice((0, 1, 2, 3, 4, 4, 5, 5, 6, 7)))]
    if len(values) > 2 and rng.random() < 0.4:
        values[rng.randrange(len(values))] = values[0]
    return values


def _words(rng: random.Random) -> list[str]:
    words = [rng.choice(WORDS) for _ in range(rng.choice((0, 1, 2, 3, 3, 4, 5)))]
    if len(words) > 1 and rng.random() < 0.5:
        words[-1] = words[0]
    return words


def _text(rng: random.Random) -> str:
    if rng.random() < 0.5:
        return " ".join(_words(rng))
    return "".join(rng.choice("abeilortt s") for _ in range(rng.randint(0, 9))).strip()


def _table(rng: random.Random) -> dict[str, int]:
    return {rng.choice(WORDS): rng.randint(0, 14) for _ in range(rng.choice((0, 1, 2, 3, 3, 4)))}


_DRAW: dict[str, Callable[[random.Random], Value]] = {
    "numbers": _numbers,
    "text": _text,
    "words": _words,
    "table": _table,
    "number": lambda rng: rng.choice((rng.randint(-9, 30), rng.randint(0, 99), rng.randint(-60, 999))),
}


@cache
def sampled_inputs(kind: str, with_parameter: bool) -> tuple[Arguments, ...]:
    """The fixed inputs of a signature: distinct arguments, the first 48 of which define behaviours.

    Args:
        kind: type of the first argument.
        with_parameter: whether an int parameter `k`, 1 to 9, follows.
    """
    rng = random.Random(f"inputs {kind} {with_parameter}")
    found: dict[str, Arguments] = {}
    while len(found) < SAMPLED_INPUTS:
        value = _DRAW[kind](rng)
        arguments = (value, rng.choice((1, 2, 2, 3, 3, 4, 5, 7, 9))) if with_parameter else (value,)
        found.setdefault(repr(arguments), arguments)
    return tuple(found.values())


def shown_input(kind: str, with_parameter: bool, rng: random.Random) -> Arguments:
    """Small arguments that are cheap in tokens, for a prompt."""
    value: Value
    if kind == "numbers":
        value = [rng.randint(1, 12) for _ in range(rng.choice((3, 3, 4)))]
    elif kind == "text":
        value = " ".join(rng.choice(WORDS) for _ in range(2))
    elif kind == "words":
        value = [rng.choice(WORDS) for _ in range(3)]
    elif kind == "table":
        value = {rng.choice(WORDS): rng.randint(1, 12) for _ in range(3)}
    else:
        value = rng.randint(2, 40)
    return (value, rng.randint(2, 4)) if with_parameter else (value,)


def sized_input(kind: str, size: int, with_parameter: bool, rng: random.Random) -> Arguments:
    """Arguments of a given size, as the tests of a function begin with: 0 entries, 1 entry, 2 entries.

    A number has no entries: it is the size itself.
    """
    words = rng.sample(WORDS, size)
    value: Value
    if kind == "numbers":
        value = [rng.randint(1, 9) for _ in range(size)]
    elif kind == "text":
        value = " ".join(words)
    elif kind == "words":
        value = words
    elif kind == "table":
        value = {word: rng.randint(1, 9) for word in words}
    else:
        value = size
    return (value, rng.randint(1, 3)) if with_parameter else (value,)


def literal(value: Value) -> str:
    """A value as Python source, strings in double quotes."""
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, list):
        return "[" + ", ".join(literal(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{literal(key)}: {literal(item)}" for key, item in value.items()) + "}"
    return repr(value)


def canonical(value: Value) -> str:
    """Text that is the same exactly when two values are equal under `==` and of the same type."""
    return repr(sorted(value.items())) + "d" if isinstance(value, dict) else repr(value)


def behaviour_hash(kind: str, with_parameter: bool, outputs: list[Value]) -> str:
    """Identity of a behaviour: the signature and the outputs (with their type) on the fixed inputs."""
    text = f"{kind} {with_parameter} " + "\n".join(canonical(output) for output in outputs)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
