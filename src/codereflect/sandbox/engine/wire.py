"""What crosses between processes: frames on a stream socket, and values as tagged JSON of exact built-in types.

Towards the candidate data travel as marshal (trusted to untrusted). Back from it only JSON is read: numbers, strings,
lists as themselves, every other type as {"t": tag, "v": ...}. Whatever a class of the candidate overrides stays behind.
"""

from __future__ import annotations

import collections
import json
import os
import struct
from collections.abc import Callable
from typing import Any

_LENGTH = struct.Struct("<I")
_CHUNK = 1 << 16
_SMALL = 1 << 63
_ENCODER = json.JSONEncoder(separators=(",", ":"))
# elements of an iterator that are fetched ahead, so that it can cross
ITERATOR_LIMIT = 100_000


class Closed(Exception):
    """The other end is gone."""


class TooLarge(Exception):
    """A frame longer than the reader accepts."""


class Unsupported(Exception):
    """A value that is not plain data."""


class Channel:
    """Length-prefixed frames over the descriptor of a stream socket.

    A plain descriptor, because a socket object costs a new candidate seventy page faults.
    """

    def __init__(self, handle: int) -> None:
        """Takes the descriptor over."""
        self.handle = handle
        self._pending = b""

    def send(self, payload: bytes) -> None:
        """Raises Closed."""
        rest = _LENGTH.pack(len(payload)) + payload
        try:
            sent = os.write(self.handle, rest)
            while sent < len(rest):
                rest = rest[sent:]
                sent = os.write(self.handle, rest)
        except OSError:
            raise Closed from None

    def receive(self, limit: int = (1 << 32) - 1) -> bytes:
        """The next frame. Raises Closed, or TooLarge above `limit` bytes."""
        (length,) = _LENGTH.unpack(self._take(_LENGTH.size))
        if length > limit:
            raise TooLarge(length)
        return self._take(length)

    def buffered(self) -> bool:
        """Whether bytes of a next frame were already read from the socket."""
        return bool(self._pending)

    def _take(self, count: int) -> bytes:
        if len(self._pending) < count:
            parts, have = [self._pending], len(self._pending)
            while have < count:
                part = self._read()
                parts.append(part)
                have += len(part)
            self._pending = b"".join(parts)
        taken, self._pending = self._pending[:count], self._pending[count:]
        return taken

    def _read(self) -> bytes:
        try:
            part = os.read(self.handle, _CHUNK)
        except OSError:
            raise Closed from None
        if not part:
            raise Closed
        return part

    def close(self) -> None:
        """Close the descriptor."""
        if self.handle >= 0:
            os.close(self.handle)
        self.handle = -1


def _tag(name: str, value: Any) -> dict[str, Any]:
    return {"t": name, "v": value}


def pack(value: Any) -> Any:
    """A value as JSON-ready data; subclasses of built-in types are reduced to their data. Raises Unsupported."""
    kind = type(value)
    if value is None or kind is str or kind is bool or kind is float:
        return value
    if kind is int:
        return value if -_SMALL <= value < _SMALL else _tag("int", hex(value))
    if kind is list:
        return [pack(item) for item in value]
    for base, packer in _PACKERS:
        if isinstance(value, base):
            return packer(value)
    if kind.__module__ == "numpy" and hasattr(value, "item") and not getattr(value, "ndim", 1):
        return pack(value.item())
    if hasattr(kind, "__next__"):
        return _tag("iterator", [pack(item) for item in _fetch(value)])
    raise Unsupported(f"a value of type {kind.__name__}")


def _fetch(iterator: Any) -> list[Any]:
    items = []
    for item in iterator:
        items.append(item)
        if len(items) > ITERATOR_LIMIT:
            raise Unsupported("an iterator with very many elements")
    return items


def _items(iterable: Any) -> list[Any]:
    return [pack(item) for item in iterable]


_PACKERS: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (str, lambda v: str.__str__(v)),
    (bool, lambda v: v),
    (int, lambda v: pack(int.__int__(v))),
    (float, lambda v: float.__float__(v)),
    (list, lambda v: _items(list.__iter__(v))),
    (tuple, lambda v: _tag("tuple", _items(tuple.__iter__(v)))),
    (dict, lambda v: _tag("dict", [[pack(k), pack(w)] for k, w in dict.items(v)])),
    (set, lambda v: _tag("set", _items(set.__iter__(v)))),
    (frozenset, lambda v: _tag("frozenset", _items(frozenset.__iter__(v)))),
    (bytes, lambda v: _tag("bytes", bytes.hex(v))),
    (bytearray, lambda v: _tag("bytearray", bytearray.hex(v))),
    (complex, lambda v: _tag("complex", [v.real, v.imag])),
    (range, lambda v: _tag("range", [v.start, v.stop, v.step])),
    (collections.deque, lambda v: _tag("deque", _items(v))),
    (type({}.keys()), lambda v: _tag("list-keys", _items(v))),
    (type({}.values()), lambda v: _tag("iterator", _items(v))),
    (type({}.items()), lambda v: _tag("list-items", [[pack(k), pack(w)] for k, w in v])),
    (type(...), lambda v: _tag("ellipsis", None)),
)


def unpack(data: Any) -> Any:
    """The value that `pack` described, of exact built-in types. Raises Unsupported for anything malformed."""
    if isinstance(data, list):
        return [unpack(item) for item in data]
    if not isinstance(data, dict):
        return data
    try:
        return _UNPACKERS[data["t"]](data["v"])
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError):
        raise Unsupported("a value that is not well-formed") from None


def _pairs(data: Any) -> dict[Any, Any]:
    return {unpack(key): unpack(value) for key, value in data}


_UNPACKERS: dict[str, Callable[[Any], Any]] = {
    "int": lambda v: int(v, 16),
    "tuple": lambda v: tuple(unpack(i) for i in v),
    "dict": _pairs,
    "set": lambda v: {unpack(i) for i in v},
    "frozenset": lambda v: frozenset(unpack(i) for i in v),
    "bytes": bytes.fromhex,
    "bytearray": bytearray.fromhex,
    "complex": lambda v: complex(float(v[0]), float(v[1])),
    "range": lambda v: range(int(v[0]), int(v[1]), int(v[2])),
    "deque": lambda v: collections.deque(unpack(i) for i in v),
    "list-keys": lambda v: dict.fromkeys(unpack(i) for i in v).keys(),
    "list-items": lambda v: _pairs(v).items(),
    "iterator": lambda v: iter([unpack(i) for i in v]),
    "ellipsis": lambda v: ...,
}


def to_json(value: Any) -> bytes:
    """JSON bytes; NaN and infinities as Python's json writes them."""
    return _ENCODER.encode(value).encode("ascii")


def from_json(payload: bytes) -> Any:
    """What foreign JSON says. Raises Unsupported for bytes that are not JSON or nest too deep."""
    try:
        return json.loads(payload.decode())
    except (ValueError, RecursionError):
        raise Unsupported("bytes that are not data") from None
