"""Values as source text: only what a literal gives back equal, in an order that no hash seed changes."""

from __future__ import annotations

import math
from typing import Any

_DYADIC = 1024
_LARGEST = 10**30


class NoLiteral(ValueError):
    """A value that no literal stands for."""


def literal(value: Any) -> str:
    """A value as source text.

    Raises:
        NoLiteral: it is no plain data, or not equal to itself.
    """
    kind = type(value)
    if value is None or kind in (bool, str, bytes):
        return repr(value)
    if kind is int and abs(value) < _LARGEST:
        return repr(value)
    if kind is float and math.isfinite(value):
        return repr(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{literal(key)}: {literal(inner)}" for key, inner in value.items()) + "}"
    if kind in (list, tuple, set, frozenset):
        return _sequence(value, kind)
    raise NoLiteral(kind.__name__)


def _sequence(value: Any, kind: type) -> str:
    items = [literal(item) for item in value]
    if kind is list:
        return f"[{', '.join(items)}]"
    if kind is tuple:
        return f"({', '.join(items)}{',' if len(items) == 1 else ''})"
    inner = "{" + ", ".join(sorted(items)) + "}" if items else "set()"
    if kind is frozenset:
        return f"frozenset({inner if items else ''})"
    return inner


def is_rounded(value: Any) -> bool:
    """Whether a value holds a float that another correct way to compute it may give a little otherwise."""
    if type(value) is float:
        return not (value * _DYADIC).is_integer()
    if isinstance(value, dict):
        return any(map(is_rounded, value.values())) or any(map(is_rounded, value.keys()))
    return isinstance(value, list | tuple | set | frozenset) and any(map(is_rounded, value))


def is_flat(value: Any) -> bool:
    """Whether it is a number, or a list, tuple or dictionary of values that are no containers themselves."""
    parts = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list | tuple) else []
    return not isinstance(value, set | frozenset) and not any(
        isinstance(part, list | tuple | dict | set | frozenset) for part in parts
    )
