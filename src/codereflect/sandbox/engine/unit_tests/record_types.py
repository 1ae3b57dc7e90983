"""Data that cross to generated tests and back, beyond those of `values`: namedtuples, defaultdicts, numpy's arrays and
numbers. A test may ask for what only these have (`p.x`, `a.shape`); the checks of a corpus are pinned without them.
"""

from __future__ import annotations

import collections
import importlib
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any

from .. import values

_BUILT_IN = frozenset({type(None), bool, int, float, complex, str, bytes, list, tuple, dict, set, frozenset, bytearray})
_FACTORIES: dict[str, Any] = {
    kind.__name__: kind
    for kind in (bool, int, float, complex, str, bytes, list, tuple, dict, set, frozenset, collections.Counter)
}
# what a default's function may name so that calling it tells its value and changes nothing
_HARMLESS = {*_FACTORIES, "defaultdict", "OrderedDict", "deque", "collections"}
_LEAVES = (set, frozenset, bytearray)
# kinds of numpy's types: booleans, whole numbers, floats, complex numbers, times, texts
_DTYPES = "biufcmMSU"
_PLAIN_RECORD = frozenset(vars(collections.namedtuple("_PLAIN_RECORD", "a"))) | {"__annotations__", "__orig_bases__"}


class Records:
    """The namedtuple classes of one process: those of another arrive as the one of the same name and fields."""

    def __init__(self) -> None:
        """None is known."""
        self.known: dict[tuple[str, tuple[str, ...]], type] = {}

    def learn(self, kind: Any) -> None:
        """Take a class for the one of its name and fields, if none is known."""
        self.known.setdefault((kind.__name__, kind._fields), kind)

    def find(self, name: str, fields: list[str], defaults: list[Any] | None = None) -> Any:
        """The class. Raises ValueError or TypeError where these are no name and fields."""
        key = (str(name), tuple(map(str, fields)))
        if key not in self.known:
            self.known[key] = collections.namedtuple(*key, rename=True, defaults=defaults)
        return self.known[key]


def is_record(kind: type) -> bool:
    """Whether a class is a namedtuple, with or without methods of its own."""
    return kind.__base__ is tuple and isinstance(getattr(kind, "_fields", None), tuple)


def described(kind: Any) -> list[Any] | None:
    """Name, fields and defaults of a namedtuple class without methods of its own; None for other classes."""
    if not is_record(kind) or set(vars(kind)) - _PLAIN_RECORD - set(kind._fields):
        return None
    try:
        defaults = [Packer(strict=True).pack(value) for value in kind._field_defaults.values()]
    except (values.Unsupported, RecursionError):
        return None
    return [kind.__name__, list(kind._fields), defaults]


class Packer(values.Packer):
    """Turns values into JSON-ready data; namedtuple classes that it meets become known to `records`."""

    records: Records | None = None

    def pack(self, value: Any) -> Any:
        """Data for one value. Raises Unsupported where `strict`."""
        kind = type(value)
        if kind in _BUILT_IN:
            return super().pack(value)
        if id(value) in self.places:
            return {"t": "place", "v": self.places[id(value)]}
        if kind is collections.defaultdict:
            return {"t": "defaultdict", "v": self.contents(value)}
        if is_record(kind):
            if self.records is not None:
                self.records.learn(kind)
            return {"t": "record", "v": [kind.__name__, list(kind._fields), self.items(tuple.__iter__(value))]}
        if kind.__module__ == "numpy" and hasattr(kind, "dtype"):
            return {"t": "array" if _is_array(kind) else "number", "v": self._of_numpy(value, kind)}
        return super().pack(value)

    def set_items(self, value: set[Any] | frozenset[Any]) -> list[Any]:
        """The elements in their order alone: two answers that only their history tells apart are one."""
        return [self.items(value), None]

    def contents(self, container: Any) -> Any:
        """What is in a container, whatever place it has itself."""
        kind = type(container)
        if kind is collections.defaultdict:
            return [self._factory(container.default_factory), self.pairs(dict.items(container))]
        return self._of_numpy(container, kind) if _is_array(kind) else super().contents(container)

    def _factory(self, factory: Any) -> Any:
        """A default: the name of a type, or the value that a simple function gives."""
        if factory is None or factory is _FACTORIES.get(getattr(factory, "__name__", "")):
            return factory and factory.__name__
        if isinstance(factory, types.FunctionType):
            code = factory.__code__
            if not code.co_freevars and _HARMLESS.issuperset(code.co_names):
                return [self.pack(factory())]
        if self.strict:
            raise values.Unsupported("a defaultdict whose default is a function of the test's own")
        return []

    def _of_numpy(self, value: Any, kind: type) -> Any:
        known = _is_array(kind) or isinstance(value, sys.modules["numpy"].generic)
        if not known or value.dtype.kind not in _DTYPES or value.dtype.hasobject:
            return self.stand_in(value, kind) if not self.strict else _refuse(kind)
        return [value.dtype.str, list(value.shape), value.tobytes().hex()]


def _refuse(kind: type) -> Any:
    raise values.Unsupported(f"a value of type {kind.__name__}")


def _is_array(kind: type) -> bool:
    return kind.__name__ == "ndarray" and kind is getattr(sys.modules.get("numpy"), "ndarray", None)


class Unpacker(values.Unpacker):
    """Rebuilds values from foreign data."""

    def __init__(self, arrived: list[Any] | None = None, records: Records | None = None) -> None:
        """`arrived`: the containers that places stand for; `records`: the namedtuple classes of this process."""
        super().__init__(arrived)
        self.records = records or Records()

    def unpack(self, data: Any) -> Any:
        """The value that was packed. Raises Unsupported for anything malformed."""
        if type(data) is not dict or data.get("t") not in _UNPACKERS:
            return super().unpack(data)
        try:
            return _UNPACKERS[data["t"]](self, data["v"])
        except (LookupError, TypeError, ValueError, AttributeError, ImportError):
            raise values.Unsupported("a value that is not well-formed") from None

    def empty(self, kind: str, content: Any) -> Any:
        """A container that is going to be filled. Raises what malformed data raise."""
        if kind == "defaultdict":
            return collections.defaultdict(self._factory(content[0]))
        return _array(content) if kind == "ndarray" else super().empty(kind, content)

    def _contents(self, old: Any, data: Any) -> Any:
        if type(old) is collections.defaultdict:
            return dict(self.pairs(data[1]))
        if not _is_array(type(old)):
            return super()._contents(old, data)
        new = _array(data)
        if new.dtype != old.dtype or new.shape != old.shape:
            raise values.Unsupported("an array whose shape or type was changed in place")
        return new

    def put(self, old: Any, new: Any) -> None:
        """Give a container that arrived its new contents."""
        if _is_array(type(old)):
            old[...] = new
        else:
            super().put(old, new)

    def defaultdict(self, data: Any) -> Any:
        """A defaultdict with its default."""
        return collections.defaultdict(self._factory(data[0]), self.pairs(data[1]))

    def _factory(self, data: Any) -> Callable[[], Any] | None:
        if isinstance(data, list):
            return (lambda: self.unpack(data[0])) if data else _lost
        return None if data is None else _FACTORIES[data]

    def record(self, data: Any) -> Any:
        """A namedtuple."""
        name, fields, items = data
        return self.records.find(name, fields)._make(self.unpack(items))


def _lost() -> Any:
    raise values.Unsupported("a default that a function of the code gives, and that stays there")


def _array(data: Any) -> Any:
    numpy = importlib.import_module("numpy")
    name, shape, content = data
    if name[1] not in _DTYPES:
        raise ValueError(name)
    return numpy.frombuffer(bytes.fromhex(content), numpy.dtype(name)).reshape(shape).copy()


_UNPACKERS: dict[str, Callable[[Unpacker, Any], Any]] = {
    "array": lambda u, v: _array(v),
    "number": lambda u, v: _array(v)[()],
    "defaultdict": lambda u, v: u.defaultdict(v),
    "record": lambda u, v: u.record(v),
}


def containers(*given: Any) -> list[Any]:
    """The mutable containers among values and within them, each once; the order is that of their places."""
    found, seen, waiting = [], set(), list(reversed(given))
    while waiting:
        item = waiting.pop()
        kind = type(item)
        if not _holds(kind) or id(item) in seen:
            continue
        seen.add(id(item))
        if not isinstance(item, tuple):
            found.append(item)
        waiting.extend(_inner(item))
    return found


def _inner(item: Any) -> Iterator[Any]:
    if isinstance(item, _LEAVES) or _is_array(type(item)):
        return iter(())
    inner = item.values() if isinstance(item, dict) else item
    return (child for child in inner if _holds(type(child)))


def _holds(kind: type) -> bool:
    if kind in _HOLDERS:
        return True
    return kind not in _BUILT_IN and (is_record(kind) or _is_array(kind))


_HOLDERS = frozenset({*values.MUTABLE.values(), tuple, collections.defaultdict})
