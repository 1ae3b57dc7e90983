"""How a generated test's calls cross: JSON both ways, since the runner is not trusted.

A container (list, dict, set ...) is written once, by its place, and its content beside: what a call changed is changed
in place, and two names for one container stay two names for one.
"""

from __future__ import annotations

import itertools
from typing import Any

from .. import values, wire
from . import record_types


class TooMany(Exception):
    """An iterator with more elements than cross. How many are asked for may be the test's choice."""


# elements of a returned iterator
_LONGEST = 100_000


def named(name: str) -> bytes:
    """What a call begins with: the function's name in ASCII, and a new line."""
    return name.encode("unicode_escape") + b"\n"


def split(call: bytes) -> tuple[str, bytes]:
    """A call's name, and its arguments. Raises ValueError."""
    name, _, payload = call.partition(b"\n")
    return name.decode("unicode_escape"), payload


def write(
    args: tuple[Any, ...], kwargs: dict[str, Any], records: record_types.Records | None = None
) -> tuple[bytes, list[Any]]:
    """Arguments as bytes, and their containers in the order of their places. Raises Unsupported.

    `records`: learns the namedtuple classes among them.
    """
    arrived = record_types.containers(*args, *kwargs.values())
    packer = record_types.Packer(arrived, strict=True)
    packer.records = records
    try:
        return wire.to_json([packer.held(arrived), packer.items(args), packer.pairs(kwargs.items())]), arrived
    except (ValueError, RecursionError):
        raise values.Unsupported("data that nest too deep") from None


def read(
    payload: bytes, records: record_types.Records | None = None
) -> tuple[tuple[Any, ...], dict[str, Any], list[Any]]:
    """What `write` wrote: args, kwargs, containers. Raises Unsupported for anything malformed.

    `records`: the namedtuple classes that this process knows.
    """
    try:
        held, args, kwargs = wire.from_json(payload)
        unpacker = record_types.Unpacker(records=records)
        unpacker.held(held)
        named = dict(unpacker.pairs(kwargs))
        if all(type(name) is str for name in named):
            return tuple(unpacker.unpack(args)), named, unpacker.arrived
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError, ImportError):
        pass
    raise values.Unsupported("a call that is not well-formed")


def contents(arrived: list[Any]) -> list[Any]:
    """What is in the containers now. Raises Unsupported, ValueError or RecursionError."""
    packer = _Exact(arrived)
    return [packer.contents(one) for one in arrived]


def returned(value: Any, arrived: list[Any]) -> Any:
    """A returned value as data. Raises Unsupported where it is none, TooMany, and whatever an iterator raises."""
    packer = _Exact(arrived)
    if hasattr(type(value), "__next__"):
        items = list(itertools.islice(value, _LONGEST + 1))
        if len(items) > _LONGEST:
            raise TooMany
        return {"t": "iterator", "v": [packer.items(items), None]}
    packed = packer.pack(_in_order(value))
    if any(next(stream, packer) is not packer for stream in packer.streams):
        raise TooMany
    return packed


class _Exact(record_types.Packer):
    """Refuses what would arrive as a stand-in: such code is tested in its own process."""

    def stand_in(self, value: Any, kind: type) -> Any:
        raise values.Unsupported(f"a value of type {kind.__name__}")


def _in_order(value: Any) -> Any:
    """A set whose elements were inserted in sorted order where they can be: equal sets give equal answers."""
    if type(value) is set or type(value) is frozenset:
        try:
            return type(value)(sorted(value))
        except TypeError:
            return value
    return value
