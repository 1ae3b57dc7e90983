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
from collections.abc import Callable
from typing import Any, NamedTuple

# end it now, or once it had a moment to end by itself
END, SOON = b"end", b"soon"
# how long the reason of an end is waited for after `soon`: the program's socket is closed before it is gone
_LAST_WORDS_SECONDS = 2.0
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

    def __init__(self, control: socket.socket, limits: dict[str, Any]) -> None:
        """`limits`: cpu_seconds, wall_seconds, filtered. A wait of the control socket ends after some time from now."""
        self.handle, self.limits = control.fileno(), limits
        self.patience = max(0.01, min(limits["cpu_seconds"], limits["wall_seconds"]))
        timeout = struct.pack("@ll", int(self.patience), int(self.patience % 1 * 1e6))
        control.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, timeout)

    def wait(self, pid: int) -> Report | None:
        """The report, or None when the controller is gone."""
        try:
            message = os.read(self.handle, 16)
        except BlockingIOError:
            return self._ended(pid, self._end(pid, self._patient))
        if message == SOON:
            return self._ended(pid, self._end(pid, self._last_words))
        self._kill(pid)
        return self._ended(pid, "killed" if message else "gone")

    def _end(self, pid: int, watch: Callable[[int, int], str]) -> str:
        """What `watch` says of the end of a process; one that has not ended by itself is killed."""
        handle = os.pidfd_open(pid)
        try:
            end = watch(pid, handle)
        finally:
            os.close(handle)
        if end != "done":
            self._kill(pid)
        return end

    def _patient(self, pid: int, handle: int) -> str:
        """Wait for a message, the end of the process `pid`, or that of its time."""
        poll = select.poll()
        poll.register(self.handle, select.POLLIN)
        poll.register(handle, select.POLLIN)
        # the kernel's name for the CPU clock of another process: ~pid << 3 | CPUCLOCK_SCHED
        clock = (~pid << 3) | 2
        deadline = time.monotonic() + self.limits["wall_seconds"] - self.patience
        while True:
            left = self.limits["cpu_seconds"] - time.clock_gettime(clock)
            if left <= 0:
                return "cpu"
            if time.monotonic() > deadline:
                return "wall"
            ready = {number for number, _ in poll.poll(max(min(left, deadline - time.monotonic()), 0.01) * 1000)}
            if handle in ready:
                return "done"
            if ready:
                message = os.read(self.handle, 16)
                return self._last_words(pid, handle) if message == SOON else "killed" if message else "gone"

    def _last_words(self, pid: int, handle: int) -> str:
        """Give a process whose socket is closed a moment to end."""
        poll = select.poll()
        poll.register(handle, select.POLLIN)
        return "done" if poll.poll(_LAST_WORDS_SECONDS * 1000) else "killed"

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
