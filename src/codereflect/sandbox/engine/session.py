"""The trusted end of one candidate: a stand-in for the entry point that sends arguments over and reads data back."""

from __future__ import annotations

import builtins
import marshal
import os
from collections.abc import Callable
from types import CodeType
from typing import Any

from . import wire
from .assertions import show

_EXCEPTIONS = {
    name: kind for name, kind in vars(builtins).items() if isinstance(kind, type) and issubclass(kind, BaseException)
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
        self._sent: bytes | None = None
        self._reply: dict[str, Any] = {}

    def start(self, code: str) -> dict[str, Any]:
        """Send the program; how defining it went."""
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
        """A function that the tests can call as if it were the program's."""

        def entry_point(*args: Any, **kwargs: Any) -> Any:
            return self._call(args, kwargs)

        entry_point.__name__ = entry_point.__qualname__ = self.entry_point
        return entry_point

    def last_call(self) -> str | None:
        """The last call as source text."""
        if self._sent is None:
            return None
        args, kwargs = marshal.loads(self._sent)
        parts = [show(value) for value in args] + [f"{name}={show(value)}" for name, value in kwargs.items()]
        return f"{self.entry_point}({', '.join(parts)})"

    def last_value(self) -> str | None:
        """The last returned value, as it arrived."""
        try:
            return show(wire.unpack(self._reply["value"])) if "value" in self._reply else None
        except wire.Unsupported:
            return None

    def _call(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if self.ended is not None:
            raise Ended
        try:
            sent = marshal.dumps((args, kwargs), 2)
        except ValueError:
            blame = "unsupported" if self.exotic else "tests"
            self._end(blame, "an argument that is not plain data")
        self.calls += 1
        self._sent, self._reply = sent, {}
        self._send(sent)
        self._reply = reply = self._read()
        try:
            error, value = self._result(reply, args, kwargs)
        except wire.Unsupported as problem:
            self._end("unsupported", str(problem))
        except RecursionError:
            self._end("unsupported", "data that nest too deep")
        if error is not None:
            raise error
        return value

    def _send(self, payload: bytes) -> None:
        """Send a call; the candidate may be gone."""
        try:
            self.channel.send(payload)
        except wire.Closed:
            self._end("died", "")

    def _result(
        self, reply: dict[str, Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[BaseException | None, Any]:
        """The exception to be raised, or the value to be returned."""
        if "after" in reply:
            self.exotic = True
            copy_back(reply["after"], args, kwargs)
        if "error" in reply:
            return self._rebuild(reply), None
        if "unsupported" in reply:
            self._end("unsupported", str(reply["unsupported"])[:200])
        if "value" not in reply:
            self._end("protocol", "bytes that are not data")
        value = wire.unpack(reply["value"])
        self.exotic = self.exotic or isinstance(reply["value"], dict | list)
        return None, value

    def _rebuild(self, reply: dict[str, Any]) -> BaseException:
        """The candidate's exception as one of the built-in class of that name."""
        kind = _EXCEPTIONS.get(str(reply["error"]), Exception)
        message, line = str(reply.get("message", "")), reply.get("line")
        if not issubclass(kind, Exception):
            self._end("exit", kind.__name__)
        try:
            error = kind(*wire.unpack(reply.get("arguments", [])))
        except Exception:
            error = Exception(message)
        self.raised, self.raised_line = error, line if type(line) is int else None
        self.raised_text = f"{kind.__name__}: {message}" if message else kind.__name__
        return error

    def _read(self) -> dict[str, Any]:
        try:
            reply = wire.from_json(self.channel.receive(self.limit))
        except wire.Closed:
            return self._end("died", "")
        except wire.TooLarge:
            return self._end("output", "")
        except wire.Unsupported as error:
            return self._end("protocol", str(error))
        return reply if isinstance(reply, dict) else self._end("protocol", "bytes that are not data")

    def _end(self, cause: str, reason: str) -> Any:
        self.ended, self.reason = cause, reason
        raise Ended


def copy_back(after: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """Give the caller's arguments the contents that the call left in them."""
    if not isinstance(after, list) or len(after) != 2:
        raise wire.Unsupported("an argument was changed to something that is not plain data")
    new_args, new_kwargs = wire.unpack(after[0]), wire.unpack(after[1])
    if not isinstance(new_args, list) or len(new_args) != len(args) or not isinstance(new_kwargs, dict):
        raise wire.Unsupported("a value that is not well-formed")
    for old, new in zip(args, new_args, strict=True):
        _overwrite(old, new)
    for name, old in kwargs.items():
        _overwrite(old, new_kwargs.get(name))


def _overwrite(old: Any, new: Any) -> None:
    """Contents of `new` into `old`, in place where both are the same kind of container."""
    if type(old) is not type(new):
        return
    if isinstance(old, list):
        if len(old) == len(new):
            new = [_merged(a, b) for a, b in zip(old, new, strict=True)]
        old[:] = new
    elif isinstance(old, dict):
        merged = {key: _merged(old[key], value) if key in old else value for key, value in new.items()}
        old.clear()
        old.update(merged)
    elif isinstance(old, set):
        old.clear()
        old.update(new)
    elif isinstance(old, bytearray):
        old[:] = new
    elif isinstance(old, tuple) and len(old) == len(new):
        for a, b in zip(old, new, strict=True):
            _overwrite(a, b)


def _merged(old: Any, new: Any) -> Any:
    """`old` updated in place when it is a container of the same kind (others may hold it too), else `new`."""
    if type(old) is type(new) and isinstance(old, list | dict | set | bytearray):
        _overwrite(old, new)
        return old
    return new
