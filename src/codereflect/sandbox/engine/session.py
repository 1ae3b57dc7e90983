"""The trusted end of one candidate: a stand-in for the entry point that sends arguments over and reads data back."""

from __future__ import annotations

import builtins
import marshal
import os
from _thread import allocate_lock
from collections.abc import Callable
from types import CodeType
from typing import Any

from . import wire
from .assertions import message_of, show
from .values import SECONDS, Unpacker, Unsupported, containers, read_call, write_call, write_more

_EXCEPTIONS = {
    name: kind for name, kind in vars(builtins).items() if isinstance(kind, type) and issubclass(kind, BaseException)
}


# characters of JSON for a byte of an argument, at most
_ECHO = 8
# what a call may take by the clock, in times of its CPU seconds: a busy machine is no endless wait
_PATIENCE = 10
# chunks of all iterators of a job: the tests' process has to hold what it is given
_CHUNKS = 1000
# building one with places outside its text reads memory that is not its own (CPython before 3.14)
_UNCHECKED = {
    UnicodeDecodeError: ("utf-8", b"?", 0, 1, "invalid"),
    UnicodeEncodeError: ("utf-8", "?", 0, 1, "invalid"),
    UnicodeTranslateError: ("?", 0, 1, "invalid"),
}


class Ended(BaseException):
    """The candidate is gone or useless; no test may catch this and go on."""


class Session:
    """One candidate process during one job."""

    def __init__(self, channel: wire.Channel, entry_point: str, limit: int, sealed: bool = True) -> None:
        """`limit`: bytes of one answer; `sealed`: whether the tests run here, and not in the candidate's process."""
        self.sealed = sealed
        self.channel, self.entry_point, self.limit = channel, entry_point, limit
        self.calls = 0
        self.ended: str | None = None
        self.reason = ""
        self.raised: BaseException | None = None
        self.raised_text = ""
        self.raised_line: int | None = None
        # whether a value of the candidate may be part of later arguments: then what cannot cross is its fault
        self.exotic = False
        # type of the first object of the candidate that arrived as a stand-in
        self.opaque: str | None = None
        # of each call, 0 for no limit
        self._seconds = 0.0
        self._turn = allocate_lock()
        self._chunks = 0
        self._arrived: list[Any] = []
        self._sent: bytes | None = None
        self._reply: dict[str, Any] = {}

    def start(self, code: str | bytes) -> dict[str, Any]:
        """Send the program, its text or its compiled form; how defining it went."""
        self.channel.send(marshal.dumps((code, self.entry_point, self.sealed), 2))
        report = self._read()
        return report if isinstance(report.get("stage"), str) else self._end("protocol", "bytes that are not data")

    def run_inside(self, tests: list[CodeType]) -> dict[str, Any]:
        """Have compiled tests run by the candidate's own process; what it says of them.

        It learns the tests and the word that its answer must carry only after the program has been defined.
        """
        self.calls = 1
        word = os.urandom(16).hex()
        self._send(marshal.dumps((tests, word), 2))
        reply = self._read()
        return reply if reply.get("word") == word else self._end("protocol", "an answer that is not the tests'")

    def stand_in(self) -> Callable[..., Any]:
        """A function that the tests can call as if it were the program's.

        Tests may set its attribute `seconds`: the CPU time that each later call may take.
        """

        def entry_point(*args: Any, **kwargs: Any) -> Any:
            return self._call(args, kwargs, getattr(entry_point, "seconds", 0.0))

        entry_point.__name__ = entry_point.__qualname__ = self.entry_point
        return entry_point

    def last_call(self) -> str | None:
        """The last call as source text."""
        if self._sent is None:
            return None
        args, kwargs = read_call(self._sent)
        parts = [show(value) for value in args] + [f"{name}={show(value)}" for name, value in kwargs.items()]
        return f"{self.entry_point}({', '.join(parts)})"

    def last_value(self) -> str | None:
        """The last returned value, as it arrived."""
        try:
            return show(Unpacker(self._arrived).unpack(self._reply["value"])) if "value" in self._reply else None
        except Unsupported:
            return None

    def _call(self, args: tuple[Any, ...], kwargs: dict[str, Any], seconds: float) -> Any:
        # tests may call from several threads; the candidate answers one after the other
        with self._turn:
            if seconds != self._seconds and self.ended is None:
                self._seconds = seconds
                self._send(SECONDS + str(seconds).encode())
            return self._call_alone(args, kwargs)

    def _call_alone(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if self.ended is not None:
            raise Ended
        try:
            sent = write_call(args, kwargs)
        except Unsupported as problem:
            self._end("unsupported" if self.exotic else "tests", str(problem))
        self.calls += 1
        self._sent, self._reply = sent, {}
        self._arrived = containers(*args, *kwargs.values())
        self._send(sent)
        self._reply = reply = self._read()
        try:
            error, value = self._result(reply)
        except Unsupported as problem:
            self._end("unsupported", str(problem))
        except RecursionError:
            self._end("unsupported", "data that nest too deep")
        if error is not None:
            raise error
        return value

    def _more(self, number: int) -> Any:
        """The next elements of an iterator that was returned."""
        if self.ended is not None:
            raise Ended
        with self._turn:
            self._chunks += 1
            if self._chunks > _CHUNKS:
                self._end("unsupported", "an iterator with very many elements")
            self._send(write_more(number))
            reply = self._read()
        if "error" in reply:
            raise self._rebuild(reply)
        if "value" not in reply:
            self._end("unsupported", "an iterator whose elements are no data")
        return reply["value"]

    def _send(self, payload: bytes) -> None:
        """Send a call; the candidate may be gone."""
        try:
            self.channel.send(payload)
        except wire.Closed:
            self._end("died", "")

    def _result(self, reply: dict[str, Any]) -> tuple[BaseException | None, Any]:
        """The exception to be raised, or the value to be returned."""
        unpacker = Unpacker(self._arrived, self._more)
        if "after" in reply:
            self.exotic = True
            unpacker.refill(reply["after"])
        if "error" in reply:
            self.exotic = self.exotic or bool(reply.get("arguments"))
            return self._rebuild(reply), None
        if "unsupported" in reply:
            self._end("unsupported", str(reply["unsupported"])[:200])
        if "value" not in reply:
            self._end("protocol", "bytes that are not data")
        value = unpacker.unpack(reply["value"])
        self.opaque = self.opaque or unpacker.opaque
        self.exotic = self.exotic or isinstance(reply["value"], dict | list)
        return None, value

    def _rebuild(self, reply: dict[str, Any]) -> BaseException:
        """The candidate's exception as one of the built-in class of that name."""
        kind = _EXCEPTIONS.get(str(reply["error"]), Exception)
        message, line = str(reply.get("message", "")), reply.get("line")
        if not issubclass(kind, Exception):
            self._end("exit", kind.__name__)
        if issubclass(kind, StopIteration | StopAsyncIteration):
            # raised as it is, it would end a loop of the test as if all were done
            kind = RuntimeError
        try:
            error = kind(*_arguments(kind, Unpacker().unpack(reply.get("arguments", []))))
            if message_of(error) != message:
                error = type(kind.__name__, (kind,), {"__str__": lambda self: message})(*error.args)
        except Exception:
            error = Exception(message)
        self.raised, self.raised_line = error, line if type(line) is int else None
        self.raised_text = f"{kind.__name__}: {message}" if message else kind.__name__
        return error

    def _read(self) -> dict[str, Any]:
        if self._seconds and not self.channel.comes(_PATIENCE * self._seconds):
            return self._end("late", "")
        try:
            # what the test itself sent, and the call may have changed, is not the program's to answer for
            reply = wire.from_json(self.channel.receive(self.limit + _ECHO * len(self._sent or b"")))
        except wire.Closed:
            return self._end("died", "")
        except wire.TooLarge:
            return self._end("output", f"more than {self.limit >> 10} kB of data (output_kb)")
        except Unsupported as error:
            return self._end("protocol", str(error))
        return reply if isinstance(reply, dict) else self._end("protocol", "bytes that are not data")

    def _end(self, cause: str, reason: str) -> Any:
        self.ended, self.reason = cause, reason
        raise Ended


def _arguments(kind: type[BaseException], given: list[Any]) -> Any:
    """The arguments for an exception; others where the given ones would make its text read memory out of bounds."""
    safe = _UNCHECKED.get(kind)
    if safe is None:
        return given
    *_, text, start, end, _reason = given
    inside = isinstance(text, str | bytes) and type(start) is type(end) is int and 0 <= start < end <= len(text)
    return given if inside else safe
