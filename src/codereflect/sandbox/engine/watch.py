"""How the end of a forked process is awaited, brought about and told; for the confined parents of programs.

A parent of candidates shares each page of its memory with the child it has just forked, and pays a page fault for
every one that it then writes to: what follows a fork is kept to a few calls.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import struct
import time
from typing import Any, NamedTuple

# run a program; end it now, or once it had a moment to end by itself: its socket is closed before it is gone
RUN, END, SOON = b"run", b"end", b"soon"
_CAUSES = ("exit", "signal", "killed", "cpu", "wall")
_FORM = struct.Struct("<BBd")


class Report(NamedTuple):
    """How a process ended: `end` is exit, signal (with its number), killed, cpu or wall; CPU seconds it used."""

    end: str
    number: int
    cpu: float

    @property
    def signal(self) -> str:
        """The signal's name."""
        return signal.Signals(self.number).name if self.number in set(signal.Signals) else str(self.number)

    def packed(self) -> bytes:
        """Bytes for a control socket."""
        return _FORM.pack(_CAUSES.index(self.end), self.number, self.cpu)

    @classmethod
    def read(cls, payload: bytes) -> Report:
        """What `packed` wrote."""
        cause, number, cpu = _FORM.unpack(payload)
        return cls(_CAUSES[cause], number, cpu)


class Watch:
    """Waits for the end of processes, and brings it about when their time is over or their verdict is in.

    Prepared once, used for one process after the other. As long as no process can have used its time up, only a
    message ends the wait: one that ends by itself is looked at when the controller, which sees its socket close, asks.
    """

    def __init__(self, control: socket.socket, limits: dict[str, Any], last_words: float = 1.0) -> None:
        """`limits`: cpu_seconds, wall_seconds, filtered. A wait of the control socket ends after some time from now.

        `last_words`: seconds in which a process whose socket is closed may end by itself.
        """
        self.handle, self.limits, self.last_words = control.fileno(), limits, last_words
        self.patience = max(0.01, min(limits["cpu_seconds"], limits["wall_seconds"]))
        timeout = struct.pack("@ll", int(self.patience), int(self.patience % 1 * 1e6))
        control.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, timeout)

    def wait(self, pid: int) -> Report | None:
        """The report, or None when the controller is gone."""
        try:
            message = os.read(self.handle, 16)
        except BlockingIOError:
            return self._ended(pid, self._look(pid, last=False))
        if message == SOON:
            return self._ended(pid, self._look(pid, last=True))
        self._kill(pid)
        return self._ended(pid, "killed" if message else "gone")

    def _look(self, pid: int, last: bool) -> str:
        """How a process ends; it is killed where it does not by itself. `last`: it has its last words."""
        handle = os.pidfd_open(pid)
        try:
            end = self._first(pid, handle, last)
        finally:
            os.close(handle)
        if end != "done":
            self._kill(pid)
        return end

    def _first(self, pid: int, handle: int, last: bool) -> str:
        """What comes first: the end of the process, of its time, or (before its last words) a message."""
        poll = select.poll()
        poll.register(handle, select.POLLIN)
        if not last:
            poll.register(self.handle, select.POLLIN)
        late, seconds = ("killed", self.last_words) if last else ("wall", self.limits["wall_seconds"] - self.patience)
        deadline, pause = time.monotonic() + seconds, 0.0
        # the kernel's name for the CPU clock of another process: ~pid << 3 | CPUCLOCK_SCHED
        clock = (~pid << 3) | 2
        while True:
            ready = {number for number, _ in poll.poll(pause * 1000)}
            if handle in ready:
                return "done"
            if ready:
                message = os.read(self.handle, 16)
                return self._first(pid, handle, last=True) if message == SOON else "killed" if message else "gone"
            left = self.limits["cpu_seconds"] - time.clock_gettime(clock)
            if left <= 0:
                return "cpu"
            if time.monotonic() >= deadline:
                return late
            pause = max(min(left, deadline - time.monotonic()), 0.01)

    def _kill(self, pid: int) -> None:
        if not self.limits["filtered"]:
            try:
                os.killpg(pid, signal.SIGKILL)
            except OSError:
                pass
        os.kill(pid, signal.SIGKILL)

    def _ended(self, pid: int, end: str) -> Report | None:
        """Wait for the process; the report on an end that was seen, or brought about."""
        _, status, usage = os.wait4(pid, 0)
        if end == "gone":
            return None
        cpu, number = usage.ru_utime + usage.ru_stime, 0
        if end == "done":
            end = "exit"
            if os.WIFSIGNALED(status):
                end, number = "signal", os.WTERMSIG(status)
                if cpu >= self.limits["cpu_seconds"] and number in (signal.SIGKILL, signal.SIGXCPU):
                    end = "cpu"
        return Report(end, number, cpu)
