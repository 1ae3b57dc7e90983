"""The broker's ends of the processes below it: one child of a zygote, and the one that holds the code under test."""

from __future__ import annotations

import marshal
import select
import socket
from typing import Any

from .. import wire
from ..controller import Confined, report_on
from ..watch import END, RUN, Report
from . import function

# of the clock, for what a call takes beside the function itself
_CALL_SECONDS = 0.002


class Late(Exception):
    """A process did not answer in time."""


class Child:
    """One process forked by a zygote, with a channel to it."""

    def __init__(self, parent: Confined) -> None:
        """Fork it."""
        self.parent = parent
        ours, theirs = socket.socketpair()
        with theirs:
            socket.send_fds(parent.control, [RUN], [theirs.fileno()])
        self.channel = wire.Channel(ours.detach())

    def receive(self, limit: int, seconds: float) -> bytes:
        """A frame. Raises wire.Closed, wire.TooLarge, Late."""
        if not self.channel.buffered():
            poll = select.poll()
            poll.register(self.channel.handle, select.POLLIN)
            if not poll.poll(seconds * 1000):
                raise Late
        return self.channel.receive(limit)

    def end(self, wish: bytes = END) -> Report:
        """End it, now or soon; the zygote's report. Raises Lost."""
        try:
            return report_on(self.parent, wish)
        finally:
            self.channel.close()


class Functions:
    """The process that holds the code under test, forked again when it dies."""

    def __init__(self, parent: Confined, limit: int, fresh: bool) -> None:
        """`limit`: bytes of one answer; `fresh`: a new process for each implementation that is loaded."""
        self.parent, self.limit, self.fresh = parent, limit, fresh
        self.child: Child | None = None
        self.source, self.seconds = "", 0.0
        self.dead = False

    def load(self, source: str, seconds: float) -> dict[str, Any]:
        """Define an implementation that may use so many CPU seconds; how that went."""
        self.source, self.seconds, self.dead = source, seconds, False
        if self.fresh:
            self.close()
        reply = self._ask(function.LOAD + marshal.dumps((source, seconds), 2))
        return {"stage": "died"} if reply is None else wire.from_json(reply)

    def call(self, call: bytes) -> bytes:
        """An answer: its kind, and JSON."""
        reply = None if self.dead else self._ask(function.CALL + call)
        return function.LATE if reply is None else reply

    def walk(self, path: list[tuple[str, str]]) -> tuple[int, bytes | None]:
        """How many calls of a path have the known answers, and the first other answer."""
        reply = self._ask(function.WALK + wire.to_json(path), self.limit + (1 << 16), _CALL_SECONDS * len(path))
        if reply is None:
            return 0, function.LATE
        agreed, other = wire.from_json(reply)
        return agreed, None if other is None else other.encode()

    def answers(self, calls: list[str], spans: list[list[int]]) -> list[tuple[str, str | None, int]]:
        """Name of each answer, of the exception where it is one, and which spans of lines were reached (a bit each).

        Shorter when the process died.
        """
        room = self.limit + (80 + len(spans) // 4) * len(calls)
        reply = self._ask(function.ANSWERS + wire.to_json([calls, spans]), room, _CALL_SECONDS * len(calls))
        told = [] if reply is None else wire.from_json(reply)
        return [(name, error, int(reached, 16)) for name, error, reached in told]

    def used(self) -> float:
        """CPU seconds used since `load`."""
        reply = self._ask(function.USED)
        return self.seconds if reply is None else float(wire.from_json(reply))

    def close(self) -> None:
        """End the process."""
        if self.child is not None:
            child, self.child = self.child, None
            child.end()

    def _ask(self, frame: bytes, limit: int | None = None, extra: float = 0.0) -> bytes | None:
        """An answer, or None when the process died or hangs: it is gone then."""
        if self.child is None:
            self.child = Child(self.parent)
        try:
            self.child.channel.send(frame)
            # A loop inside one C function does not see the alarm. By the clock: the machine may be busy.
            return self.child.receive(limit or self.limit, 10 * self.seconds + 2.0 + extra)
        except (wire.Closed, wire.TooLarge, Late):
            self.dead = True
            self.close()
            return None
