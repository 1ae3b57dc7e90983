"""The warm, confined parent of candidates: forks one process per program and watches over its time.

It never reads a program or a test: it passes a socket on to the child, which reads from it. On its control socket
(SOCK_SEQPACKET) come `run` with a descriptor, and `end`; it answers each `run` with one JSON report
{"end": "killed" | "cpu" | "wall" | "exit" | "signal", "signal": name or null, "cpu": seconds}.
"""

from __future__ import annotations

import gc
import json
import math
import os
import resource
import select
import signal
import socket
import sys
import time
from collections.abc import Callable
from typing import Any

from . import candidate, kernel, seccomp, wire

RUN, END = b"run", b"end"
# what a forked process does with its channel
Program = Callable[[wire.Channel], None]
_OPEN_FILES = 64
_PROCESSES = 64
# modules that programs use most: imported once, before the first fork
WARM = """
    bisect collections copy datetime functools heapq itertools json math operator random re string typing
"""


def serve(control: socket.socket, limits: dict[str, Any], program: Program = candidate.serve) -> None:
    """Run programs until the controller closes its end.

    `limits`: cpu_seconds, wall_seconds, memory_bytes; filtered: whether system calls are filtered.
    """
    for name in WARM.split():
        __import__(name)
    _forget_settings()
    _limit_heirs(limits)
    second_layer = seccomp.CandidateFilter()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    gc.collect()
    gc.freeze()
    control.send(json.dumps({"ready": True}).encode())
    while True:
        message, handles, _, _ = socket.recv_fds(control, 16, 1)
        if not message:
            return
        if message != RUN:
            continue
        pid = os.fork()
        if pid == 0:
            _become_candidate(control, handles[0], limits, second_layer, program)
        os.close(handles[0])
        report = _Watch(pid, control, limits).wait()
        if report is None:
            return
        control.send(json.dumps(report).encode())


def _forget_settings() -> None:
    """An empty environment and import path of the standard library and the shared packages alone."""
    os.environ.clear()
    # a numeric library would otherwise start one thread per core of the machine
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    sys.argv = [""]


def _become_candidate(
    control: socket.socket,
    handle: int,
    limits: dict[str, Any],
    second_layer: seccomp.CandidateFilter,
    program: Program,
) -> None:
    """Never returns."""
    try:
        control.close()
        kernel.die_with_parent()
        _limit_itself(limits)
        if limits["filtered"]:
            second_layer.install(os.getpid())
        else:
            os.setpgid(0, 0)
        program(wire.Channel(socket.socket(fileno=handle)))
    except BaseException:
        pass
    finally:
        os._exit(0)


def _limit_heirs(limits: dict[str, Any]) -> None:
    """The limits that a candidate may inherit: they do not hinder the zygote."""
    _set({resource.RLIMIT_AS: limits["memory_bytes"], resource.RLIMIT_FSIZE: 0, resource.RLIMIT_CORE: 0})
    _set({resource.RLIMIT_NOFILE: _OPEN_FILES})


def _limit_itself(limits: dict[str, Any]) -> None:
    """The limits that count for one process or stop forks: CPU seconds, processes and threads."""
    _set({resource.RLIMIT_CPU: math.ceil(limits["cpu_seconds"]) + 1, resource.RLIMIT_NPROC: _PROCESSES})


def _set(values: dict[int, int]) -> None:
    for kind, value in values.items():
        resource.setrlimit(kind, (value, value))


class _Watch:
    """Waits for the end of one candidate, and brings it about when its time is over or its verdict is in."""

    def __init__(self, pid: int, control: socket.socket, limits: dict[str, Any]) -> None:
        self.pid, self.control, self.limits = pid, control, limits
        # the kernel's name for the CPU clock of another process: ~pid << 3 | CPUCLOCK_SCHED
        self.clock = (~pid << 3) | 2

    def wait(self) -> dict[str, Any] | None:
        """The report, or None when the controller is gone."""
        handle = os.pidfd_open(self.pid)
        poll = select.poll()
        poll.register(self.control, select.POLLIN)
        poll.register(handle, select.POLLIN)
        try:
            end = self._end(poll, handle)
        finally:
            os.close(handle)
        if end != "done":
            self._kill()
        _, status, usage = os.wait4(self.pid, 0)
        if end == "gone":
            return None
        return self._report(end, status, usage.ru_utime + usage.ru_stime)

    def _end(self, poll: select.poll, handle: int) -> str:
        deadline = time.monotonic() + self.limits["wall_seconds"]
        left = self.limits["cpu_seconds"]
        while True:
            pause = min(left, deadline - time.monotonic())
            ready = {number for number, _ in poll.poll(max(pause, 0.01) * 1000)}
            if handle in ready:
                return "done"
            if ready:
                return "killed" if self.control.recv(16) == END else "gone"
            left = self.limits["cpu_seconds"] - time.clock_gettime(self.clock)
            if left <= 0:
                return "cpu"
            if time.monotonic() > deadline:
                return "wall"

    def _kill(self) -> None:
        if not self.limits["filtered"]:
            try:
                os.killpg(self.pid, signal.SIGKILL)
            except OSError:
                pass
        os.kill(self.pid, signal.SIGKILL)

    def _report(self, end: str, status: int, cpu: float) -> dict[str, Any]:
        name = None
        if end == "done":
            end = "exit"
            if os.WIFSIGNALED(status):
                end, number = "signal", os.WTERMSIG(status)
                name = signal.Signals(number).name if number in set(signal.Signals) else str(number)
            if cpu >= self.limits["cpu_seconds"] and name in ("SIGKILL", "SIGXCPU"):
                end = "cpu"
        return {"end": end, "signal": name, "cpu": cpu}
