"""The process that holds the code under generated tests: one implementation at a time, called from outside.

It is confined like a candidate, in its own process, since an argument that a test invents may be code (a function that
calls `eval`, say). It serves the broker (`controller`), never a test directly, and many implementations one after the
other: each is defined anew, in an empty namespace and with the same random seed, before each run of the tests.
"""

from __future__ import annotations

import builtins
import hashlib
import json
import marshal
import random
import signal
import sys
import time
import types
from typing import Any

from .. import values, wire
from . import call_format, record_types

MODULE = "solution"
FILE = "<solution>"
# what the broker asks: define an implementation; call; call along a known path; call and name the answers; seconds used
LOAD, CALL, WALK, ANSWERS, USED = b"L", b"C", b"W", b"A", b"U"
# what it is told of a call: a value, an exception, nothing within the time, a value that is no data, no such call
VALUE, ERROR, LATE, FOREIGN, WRONG = b"v", b"x", b"t", b"u", b"w"
_MESSAGE_LIMIT = 500
# a second alarm, for code that catches the first
_AGAIN_SECONDS = 0.05
# of a call on a made-up input
_MOST_LINES = 5_000


class TooLong(BaseException):
    """The implementation used up its CPU seconds."""


def serve(channel: wire.Channel) -> None:
    """Answer frames until the other end closes."""
    signal.signal(signal.SIGPROF, _ring)
    holder = Holder()
    while True:
        frame = channel.receive()
        kind, body = frame[:1], frame[1:]
        if kind == CALL:
            channel.send(holder.call(body))
        elif kind == WALK:
            channel.send(wire.to_json(holder.walk(json.loads(body))))
        elif kind == ANSWERS:
            calls, spans = json.loads(body)
            channel.send(wire.to_json([holder.answer(call.encode(), spans) for call in calls]))
        elif kind == USED:
            channel.send(wire.to_json(holder.used))
        else:
            channel.send(wire.to_json(holder.load(*marshal.loads(body))))


def digest(reply: bytes) -> str:
    """A short name of an answer."""
    return hashlib.blake2b(reply, digest_size=16).hexdigest()


class _Lines:
    """Counts the lines that a call runs through, and keeps which of the implementation's they were."""

    def __init__(self) -> None:
        self.left = _MOST_LINES
        self.seen: set[int] = set()

    def count(self, frame: Any, event: str, argument: Any) -> Any:
        self.left -= 1
        if self.left < 0:
            raise TooLong
        if event == "line" and frame.f_code.co_filename == FILE:
            self.seen.add(frame.f_lineno)
        return self.count

    def reached(self, spans: list[list[int]]) -> str:
        """Which spans of lines were reached: a bit for each, the first one the lowest, as a hexadecimal number."""
        return hex(sum(1 << number for number, (first, last) in enumerate(spans) if self._is_in(first, last)))

    def _is_in(self, first: int, last: int) -> bool:
        return any(first <= line <= last for line in self.seen)


class Holder:
    """The implementation that is loaded, and the CPU seconds that it has left."""

    def __init__(self) -> None:
        """Nothing is loaded."""
        self.functions: dict[str, Any] = {}
        self.records = record_types.Records()
        self.seconds = self.used = 0.0

    def load(self, source: str, seconds: float) -> dict[str, Any]:
        """Define an implementation; how that went, and the names that tests may import.

        `names`: a function as null, plain data as packed data in a list, a class as false, a namedtuple class by name,
        fields and defaults (`record`), a library's module or a part of it by their names (`module`, `name`).
        """
        self.seconds, self.used = seconds, 0.0
        random.seed(0)
        module = types.ModuleType(MODULE)
        module.__dict__["__builtins__"] = builtins
        sys.modules[MODULE] = module
        self.functions, self.records = {}, record_types.Records()
        try:
            self._timed(lambda: exec(compile(source, FILE, "exec", dont_inherit=True), module.__dict__))
        except TooLong:
            return {"stage": "late"}
        except BaseException as error:
            return {"stage": "define", **_describe(error)}
        names = _names(module)
        self.functions = {name: getattr(module, name) for name, known in names.items() if known is None}
        for kind in vars(module).values():
            if isinstance(kind, type) and record_types.is_record(kind):
                self.records.learn(kind)
        return {"stage": "ready", "names": names}

    def call(self, body: bytes, lines: _Lines | None = None) -> bytes:
        """One call: `name`, a new line, what `call_format.write` wrote. The kind of the answer and its JSON.

        With `lines`, the call is late when it has run through too many of them: the same on every machine.
        """
        try:
            name, payload = call_format.split(body)
            args, kwargs, arrived = call_format.read(payload, self.records)
            function = self.functions[name]
            before = call_format.contents(arrived)
        except (values.Unsupported, KeyError, ValueError, RecursionError):
            return WRONG
        kind, reply = VALUE, {}
        try:
            if lines is not None:
                sys.settrace(lines.count)
            reply = {"value": self._timed(lambda: call_format.returned(function(*args, **kwargs), arrived))}
        except (TooLong, call_format.TooMany):
            return LATE
        except values.Unsupported as error:
            return FOREIGN + wire.to_json(str(error))
        except BaseException as error:
            kind, reply = ERROR, _describe(error)
        finally:
            sys.settrace(None)
        try:
            after = call_format.contents(arrived)
            if after != before:
                reply["after"] = after
            return kind + wire.to_json(reply)
        except values.Unsupported as error:
            return FOREIGN + wire.to_json(str(error))
        except (ValueError, RecursionError, TypeError):
            # too deep or too large: that may be the test's doing, and is no reason to leave the seal
            return WRONG

    def answer(self, call: bytes, spans: list[list[int]]) -> list[Any]:
        """One call on a made-up input: a digest of the answer, the exception's name, the spans of lines it reached."""
        lines = _Lines()
        reply = self.call(call, lines)
        error = None if reply[:1] == VALUE else str(json.loads(reply[1:])["error"]) if reply[:1] == ERROR else ""
        return [digest(reply), error, lines.reached(spans)]

    def walk(self, path: list[list[str]]) -> list[Any]:
        """Calls along a path while the answers agree: how many did, and the first that did not (null: all did)."""
        for number, (call, expected) in enumerate(path):
            reply = self.call(call.encode())
            if digest(reply) != expected:
                return [number, reply.decode()]
        return [len(path), None]

    def _timed(self, work: Any) -> Any:
        """The result of some work within the seconds that are left. Raises TooLong."""
        left = self.seconds - self.used
        if left <= 0:
            raise TooLong
        started = time.process_time()
        try:
            signal.setitimer(signal.ITIMER_PROF, left, _AGAIN_SECONDS)
            return work()
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            self.used += time.process_time() - started


def _ring(number: int, frame: Any) -> None:
    raise TooLong


def _names(module: types.ModuleType) -> dict[str, Any]:
    """What tests may import of the implementation; see `Holder.load`."""
    found: dict[str, Any] = {}
    for name, value in vars(module).items():
        if name.startswith("__"):
            continue
        if isinstance(value, types.ModuleType):
            found[name] = {"module": value.__name__}
        elif (origin := _library(value)) is not None:
            found[name] = {"module": origin, "name": value.__name__}
        elif isinstance(value, type):
            record = record_types.described(value)
            found[name] = False if record is None else {"record": record}
        elif callable(value):
            found[name] = None
        else:
            try:
                found[name] = [record_types.Packer(strict=True).pack(value)]
            except (values.Unsupported, RecursionError):
                continue
    return found


def _library(value: Any) -> str | None:
    """The module of the library that a function or class can be imported from by its name, or None."""
    module, name = getattr(value, "__module__", None), getattr(value, "__name__", None)
    if not isinstance(module, str) or not isinstance(name, str) or module == MODULE:
        return None
    known = module.split(".")[0] in sys.stdlib_module_names
    return module if known and vars(sys.modules.get(module, types)).get(name) is value else None


def _describe(error: BaseException) -> dict[str, Any]:
    """An exception by the name of its nearest built-in class, with its message and plain arguments."""
    name = next(kind.__name__ for kind in type(error).__mro__ if kind.__module__ == "builtins")
    try:
        message = str(error)[:_MESSAGE_LIMIT]
    except BaseException:
        message = ""
    try:
        arguments = values.Packer().items(error.args)
    except BaseException:
        arguments = [message]
    return {"error": name, "message": message, "arguments": arguments}
