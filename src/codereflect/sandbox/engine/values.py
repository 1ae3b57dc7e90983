"""Values that cross between candidate and checker: tagged data of exact types of the standard library.

Numbers, strings and lists are themselves in JSON, every other type is {"t": tag, "v": ...}. Whatever a class of the
candidate overrides stays behind: subclasses are reduced to their data, other objects arrive as `Opaque`.

Lists, dicts and other containers that a call was given have places (0, 1, ...) in an order that both sides find by
themselves, so that a changed argument is changed in place, and a returned argument is the caller's own object.
"""

from __future__ import annotations

import collections
import itertools
import marshal
import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from types import EllipsisType, NoneType
from typing import Any

from . import set_order

# elements of an iterator that cross at once; more are fetched when the test asks for them
CHUNK = 1000
_SMALL = 1 << 63
_NAME_LIMIT = 60
_SELF = frozenset({NoneType, bool, float})
_ATOMS = frozenset({NoneType, bool, int, float, complex, str, bytes, EllipsisType})
_SEQUENCES = (list, tuple)
MUTABLE: dict[str, Any] = {
    kind.__name__: kind
    for kind in (list, dict, set, bytearray, collections.deque, collections.OrderedDict, collections.Counter)
}
_HOLDERS = frozenset({*MUTABLE.values(), tuple})
# what stands in the place of a call's arguments
_PACKED, MORE = "packed", "more"
# begins a frame that says how many CPU seconds each later call may take; no call begins so
SECONDS = b"seconds "


class Unsupported(Exception):
    """A value that is not plain data."""


class Opaque:
    """Stands for a returned object that is no data: true or false as that is, and equal to nothing but itself."""

    def __init__(self, kind: str, true: bool) -> None:
        self._kind, self._true = kind, true

    def __bool__(self) -> bool:
        return self._true

    def __repr__(self) -> str:
        return f"<{self._kind}>"


def _tag(name: str, value: Any) -> dict[str, Any]:
    return {"t": name, "v": value}


class Packer:
    """Turns values into JSON-ready data."""

    def __init__(
        self, arrived: list[Any] | None = None, streams: list[Any] | None = None, strict: bool = False
    ) -> None:
        """`arrived`: containers that are written as their places; `strict`: refuse subclasses and other objects.

        Iterators that did not come to their end are added to `streams`.
        """
        self.streams = [] if streams is None else streams
        self.places = {id(container): place for place, container in enumerate(arrived or ())}
        self.strict = strict

    def pack(self, value: Any) -> Any:
        """Data for one value. Raises Unsupported where `strict`."""
        kind = type(value)
        if kind in _SELF:
            return value
        if kind is int:
            return value if -_SMALL <= value < _SMALL else _tag("int", hex(value))
        if kind is str:
            return value if value.isascii() or _is_text(value) else _tag("text", list(map(ord, value)))
        if self.places and id(value) in self.places:
            return _tag("place", self.places[id(value)])
        if kind is list:
            return self.items(value)
        for base, packer in _PACKERS:
            if kind is base or (not self.strict and isinstance(value, base)):
                return packer(self, value)
        return self._late(value, kind)

    def items(self, values: Iterable[Any]) -> list[Any]:
        """A list of packed elements."""
        return [self.pack(item) for item in values]

    def chunk(self, number: int) -> list[Any]:
        """The next elements of a stream, and its number, or None when these were the last."""
        items = self.items(itertools.islice(self.streams[number], CHUNK))
        return [items, number if len(items) == CHUNK else None]

    def pairs(self, values: Iterable[Any]) -> list[Any]:
        """A list of packed pairs."""
        return [[self.pack(key), self.pack(value)] for key, value in values]

    def set_items(self, value: set[Any] | frozenset[Any]) -> list[Any]:
        """The elements in their order, and the size of the table, which decides on the order of later ones.

        Raises Unsupported where `strict` and the other side could not build a set that iterates so.
        """
        order = list(frozenset.__iter__(value) if isinstance(value, frozenset) else set.__iter__(value))
        size = set_order.table_size(value)
        if self.strict and not set_order.recipe(order, size, isinstance(value, frozenset))[1]:
            raise Unsupported("a set whose order cannot be repeated")
        return [self.items(order), size]

    def contents(self, container: Any) -> Any:
        """What is in a container, whatever place it has itself."""
        if isinstance(container, dict):
            return self.pairs(dict.items(container))
        if isinstance(container, set):
            return self.set_items(container)
        if isinstance(container, collections.deque):
            return [self.items(container), container.maxlen]
        return bytearray.hex(container) if isinstance(container, bytearray) else self.items(container)

    def held(self, arrived: list[Any]) -> list[Any]:
        """Containers in the order of their places, each with the name of its type."""
        return [[type(one).__name__, self.contents(one)] for one in arrived]

    def _late(self, value: Any, kind: type) -> Any:
        """Types of modules that may not be loaded, and objects that are no data."""
        for tag, module, name, take, _ in _LATE:
            base = getattr(sys.modules.get(module), name, None)
            if base is not None and (kind is base or (not self.strict and isinstance(value, base))):
                return _tag(tag, take(value))
        if self.strict:
            raise Unsupported(f"a value of type {kind.__name__}")
        if kind.__module__ == "numpy" and hasattr(value, "item") and not getattr(value, "ndim", 1):
            return self.pack(value.item())
        if hasattr(kind, "__next__"):
            self.streams.append(value)
            return _tag("iterator", self.chunk(len(self.streams) - 1))
        return self.stand_in(value, kind)

    def stand_in(self, value: Any, kind: type) -> Any:
        """What crosses in the place of an object that is no data. Whether it is true, it may refuse to say."""
        try:
            true = bool(value)
        except Exception:
            true = True
        return _tag("opaque", [kind.__name__, true])


def _is_text(value: str) -> bool:
    """Whether a text has no surrogates: JSON would join two of them into one character."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


_PACKERS: tuple[tuple[type, Callable[[Packer, Any], Any]], ...] = (
    (str, lambda p, v: p.pack(str.__str__(v))),
    (int, lambda p, v: p.pack(int.__int__(v))),
    (float, lambda p, v: float.__float__(v)),
    (list, lambda p, v: p.items(list.__iter__(v))),
    (tuple, lambda p, v: _tag("tuple", p.items(tuple.__iter__(v)))),
    (collections.OrderedDict, lambda p, v: _tag("ordered", p.pairs(collections.OrderedDict.items(v)))),
    (collections.Counter, lambda p, v: _tag("counter", p.pairs(dict.items(v)))),
    (dict, lambda p, v: _tag("dict", p.pairs(dict.items(v)))),
    (set, lambda p, v: _tag("set", p.set_items(v))),
    (frozenset, lambda p, v: _tag("frozenset", p.set_items(v))),
    (bytes, lambda p, v: _tag("bytes", bytes.hex(v))),
    (bytearray, lambda p, v: _tag("bytearray", bytearray.hex(v))),
    (complex, lambda p, v: _tag("complex", [v.real, v.imag])),
    (range, lambda p, v: _tag("range", [hex(v.start), hex(v.stop), hex(v.step)])),
    (collections.deque, lambda p, v: _tag("deque", [p.items(v), v.maxlen])),
    (type({}.keys()), lambda p, v: _tag("keys", p.items(v))),
    (type({}.values()), lambda p, v: _tag("values", p.items(v))),
    (type({}.items()), lambda p, v: _tag("pairs", p.pairs(v))),
    (EllipsisType, lambda p, v: _tag("ellipsis", None)),
)

# tag, module, class, data of a value, a value of the class from data
_LATE: tuple[tuple[str, str, str, Callable[[Any], Any], Callable[[Any, Any], Any]], ...] = (
    ("decimal", "decimal", "Decimal", lambda v: v.__class__.__str__(v), lambda kind, v: kind(v)),
    (
        "fraction",
        "fractions",
        "Fraction",
        lambda v: [hex(v.numerator), hex(v.denominator)],
        lambda kind, v: kind(int(v[0], 16), int(v[1], 16)),
    ),
    ("datetime", "datetime", "datetime", lambda v: v.isoformat(), lambda kind, v: kind.fromisoformat(v)),
    ("date", "datetime", "date", lambda v: v.isoformat(), lambda kind, v: kind.fromisoformat(v)),
    ("time", "datetime", "time", lambda v: v.isoformat(), lambda kind, v: kind.fromisoformat(v)),
    ("timedelta", "datetime", "timedelta", lambda v: [v.days, v.seconds, v.microseconds], lambda kind, v: kind(*v)),
)


class Unpacker:
    """Rebuilds values from foreign data."""

    def __init__(self, arrived: list[Any] | None = None, more: Callable[[int], Any] | None = None) -> None:
        """`arrived`: the containers that places stand for; `more` fetches the next chunk of a stream."""
        self.arrived = arrived or []
        self.more = more
        # type of the first object that arrived as `Opaque`
        self.opaque: str | None = None

    def unpack(self, data: Any) -> Any:
        """The value that was packed, of exact types. Raises Unsupported for anything malformed."""
        if isinstance(data, list):
            return [self.unpack(item) for item in data]
        if not isinstance(data, dict):
            return data
        try:
            return _UNPACKERS[data["t"]](self, data["v"])
        except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, ImportError):
            raise Unsupported("a value that is not well-formed") from None

    def pairs(self, data: Any) -> list[tuple[Any, Any]]:
        """Pairs of values."""
        return [(self.unpack(key), self.unpack(value)) for key, value in data]

    def refill(self, contents: Any) -> None:
        """Give each arrived container new contents. Raises Unsupported, and changes nothing then."""
        if not isinstance(contents, list) or len(contents) != len(self.arrived):
            raise Unsupported("an argument that was changed to something that is not plain data")
        try:
            new = [self._contents(old, data) for old, data in zip(self.arrived, contents, strict=True)]
        except (TypeError, ValueError):
            raise Unsupported("a value that is not well-formed") from None
        for old, values in zip(self.arrived, new, strict=True):
            self.put(old, values)

    def put(self, old: Any, new: Any) -> None:
        """Give a container that arrived its new contents."""
        old.clear()
        if isinstance(old, set):
            new.fill(old)
        else:
            (old.update if isinstance(old, dict) else old.extend)(new)

    def _contents(self, old: Any, data: Any) -> Any:
        if isinstance(old, bytearray):
            return bytes.fromhex(data)
        if isinstance(old, set):
            return self.recipe(data, frozen=False)
        if isinstance(old, collections.deque):
            data = data[0]
        return dict(self.pairs(data)) if isinstance(old, dict) else type(old)(map(self.unpack, data))

    def recipe(self, data: Any, frozen: bool) -> set_order.Recipe:
        """How to build a set that iterates as the one that was packed, as far as that is possible."""
        items, size = data
        return set_order.recipe([self.unpack(item) for item in items], size, frozen)[0]

    def empty(self, kind: str, content: Any) -> Any:
        """A container that is going to be filled. Raises what malformed data raise."""
        return collections.deque(maxlen=content[1]) if kind == "deque" else MUTABLE[kind]()

    def held(self, data: Any) -> None:
        """Make the containers that `Packer.held` wrote. Raises what malformed data raise."""
        self.arrived = [self.empty(kind, content) for kind, content in data]
        self.refill([content for _, content in data])

    def late(self, tag: str, data: Any) -> Any:
        """A value of a class whose module is loaded only when one arrives."""
        module, name, build = next((m, n, build) for t, m, n, _, build in _LATE if t == tag)
        return build(getattr(__import__(module), name), data)

    def stream(self, chunk: Any) -> Iterator[Any]:
        """An iterator whose further elements are fetched when they are asked for."""
        items, number = self._chunk(chunk)
        if number is None or self.more is None:
            return iter(items)
        return self._streamed(items, number, self.more)

    def _streamed(self, items: list[Any], number: int | None, more: Callable[[int], Any]) -> Iterator[Any]:
        yield from items
        while number is not None:
            items, number = self._chunk(more(number))
            yield from items

    def _chunk(self, chunk: Any) -> tuple[list[Any], int | None]:
        items, number = chunk
        if not isinstance(items, list) or not (number is None or type(number) is int):
            raise Unsupported("a value that is not well-formed")
        return [self.unpack(item) for item in items], number

    def stand_in(self, kind: str, true: bool) -> Opaque:
        """The stand-in for an object of a class of that name."""
        name = kind[:_NAME_LIMIT] if kind.isidentifier() else "object"
        self.opaque = self.opaque or name
        return Opaque(name, true is True)

    def place(self, number: Any) -> Any:
        """The caller's own container."""
        if type(number) is not int or number < 0:
            raise ValueError(number)
        return self.arrived[number]


_UNPACKERS: dict[str, Callable[[Unpacker, Any], Any]] = {
    "int": lambda u, v: int(v, 16),
    "text": lambda u, v: "".join(map(chr, v)),
    "place": lambda u, v: u.place(v),
    "tuple": lambda u, v: tuple(u.unpack(i) for i in v),
    "dict": lambda u, v: dict(u.pairs(v)),
    "ordered": lambda u, v: collections.OrderedDict(u.pairs(v)),
    "counter": lambda u, v: collections.Counter(dict(u.pairs(v))),
    "set": lambda u, v: u.recipe(v, frozen=False).fill(set()),
    "frozenset": lambda u, v: u.recipe(v, frozen=True).frozen(),
    "bytes": lambda u, v: bytes.fromhex(v),
    "bytearray": lambda u, v: bytearray.fromhex(v),
    "complex": lambda u, v: complex(float(v[0]), float(v[1])),
    "range": lambda u, v: range(*(int(part, 16) for part in v)),
    "deque": lambda u, v: collections.deque((u.unpack(i) for i in v[0]), v[1]),
    "keys": lambda u, v: dict.fromkeys(u.unpack(i) for i in v).keys(),
    "values": lambda u, v: dict(enumerate(u.unpack(i) for i in v)).values(),
    "pairs": lambda u, v: dict(u.pairs(v)).items(),
    "iterator": lambda u, v: u.stream(v),
    "ellipsis": lambda u, v: ...,
    "opaque": lambda u, v: u.stand_in(*v),
    **{late[0]: (lambda u, v, tag=late[0]: u.late(tag, v)) for late in _LATE},  # type: ignore[misc]
}


def containers(*values: Any) -> list[Any]:
    """The mutable containers among values and within them, each once; the order is that of their places."""
    found, seen, waiting = [], set(), list(reversed(values))
    while waiting:
        item = waiting.pop()
        kind = type(item)
        if kind not in _HOLDERS or id(item) in seen:
            continue
        seen.add(id(item))
        if kind is not tuple:
            found.append(item)
        if kind is not set and kind is not bytearray:
            inner = item.values() if isinstance(item, dict) else item
            if not _HOLDERS.isdisjoint(map(type, inner)):
                waiting.extend(child for child in inner if type(child) in _HOLDERS)
    return found


def write_call(args: tuple[Any, ...], kwargs: dict[str, Any]) -> bytes:
    """A call's arguments as bytes; containers that occur twice do so on the other side. Raises Unsupported."""
    try:
        if _is_plain((args, kwargs)):
            return marshal.dumps((args, kwargs), 4)
        arrived = containers(*args, *kwargs.values())
        packer = Packer(arrived, strict=True)
        held = packer.held(arrived)
        return marshal.dumps((_PACKED, [held, packer.items(args), packer.pairs(kwargs.items())]), 4)
    except (ValueError, RecursionError):
        raise Unsupported("data that nest too deep") from None


def write_more(number: int) -> bytes:
    """The wish for the next chunk of a stream, in the place of a call."""
    return marshal.dumps((MORE, number))


def read_call(payload: bytes) -> tuple[Any, Any]:
    """What `write_call` wrote: args and kwargs; or what `write_more` wrote: MORE and a number."""
    args, kwargs = marshal.loads(payload)
    if args != _PACKED:
        return args, kwargs
    held, items, pairs = kwargs
    unpacker = Unpacker()
    unpacker.held(held)
    return tuple(unpacker.unpack(items)), dict(unpacker.pairs(pairs))


def _others(items: Collection[Any]) -> Iterable[Any]:
    """Those that are no atoms; most containers hold none."""
    return () if _ATOMS.issuperset(map(type, items)) else (item for item in items if type(item) not in _ATOMS)


def _is_plain(value: Any) -> bool:
    """Whether marshal keeps all of it: it sorts sets, and would write anything with a buffer as bytes."""
    seen, waiting = set(), [value]
    while waiting:
        item = waiting.pop()
        kind = type(item)
        if kind in _ATOMS or id(item) in seen:
            continue
        seen.add(id(item))
        if kind is dict:
            waiting.extend(_others(item))
            waiting.extend(_others(item.values()))
        elif kind in _SEQUENCES:
            waiting.extend(_others(item))
        else:
            return False
    return True
