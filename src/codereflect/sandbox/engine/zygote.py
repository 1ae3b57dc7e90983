"""The warm, confined parent of candidates: forks one process per program and watches over its time.

It never reads a program or a test: it passes a socket on to the child, which reads from it. On its control socket
(SOCK_SEQPACKET) come `run` with a descriptor, and the messages of `watch`; it answers each `run` with one `Report`.
On `numpy` it loads that, where there is one, and answers.
"""

from __future__ import annotations

import fcntl
import gc
import importlib
import json
import math
import os
import resource
import signal
import socket
import sys
from collections.abc import Callable
from typing import Any

from . import candidate, kernel, seccomp, wire
from .watch import RUN, Watch

NUMPY = b"numpy"
# what a forked process does with its channel
Program = Callable[[wire.Channel], None]
_OPEN_FILES = 64
_ONE_HANDLE = socket.CMSG_SPACE(4)
# modules that programs use most: imported once, before the first fork
WARM = """
    bisect collections copy datetime functools heapq itertools json math operator random re string typing
"""


def serve(control: socket.socket, limits: dict[str, Any], program: Program = candidate.serve) -> None:
    """Run programs until the controller closes its end.

    `limits`: cpu_seconds, wall_seconds, memory_bytes, processes; filtered: whether system calls are filtered.
    """
    for name in WARM.split():
        __import__(name)
    _forget_settings()
    candidate.warm_up()
    _limit_heirs(limits)
    birth, watch = _Birth(control, limits, program), Watch(control, limits)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    gc.collect()
    gc.freeze()
    if not birth.succeeds():
        control.send(json.dumps({"ready": False, "reason": "a program cannot be confined"}).encode())
        return
    control.send(json.dumps({"ready": True}).encode())
    while True:
        try:
            message, ancillary, _, _ = control.recvmsg(16, _ONE_HANDLE)
        except BlockingIOError:
            continue  # the wait of the watch ends after some time, and others on its socket do so too
        if not message:
            return
        if message == NUMPY:
            _warm_numpy()
            control.send(json.dumps({"ready": True}).encode())
        if message != RUN:
            continue
        handle = int.from_bytes(ancillary[0][2], sys.byteorder)
        pid = os.fork()
        if pid == 0:
            birth.of_candidate(handle)
        os.close(handle)
        report = watch.wait(pid)
        if report is None:
            return
        # all candidates share the open file of their standard streams: no flag of one may be seen by the next
        fcntl.fcntl(0, fcntl.F_SETFL, os.O_RDWR)
        control.send(report.packed())


def _warm_numpy() -> None:
    """Load numpy; all children start with the same state of its random numbers, seeded where they are loaded."""
    try:
        importlib.import_module("numpy.testing")
        importlib.import_module("numpy.random")
    except (ImportError, OSError, MemoryError):
        return
    gc.collect()
    gc.freeze()


def _forget_settings() -> None:
    """An empty environment and import path of the standard library and the shared packages alone."""
    os.environ.clear()
    # a numeric library would otherwise start one thread per core of the machine
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    sys.argv = [""]


class _Birth:
    """What a new process does before it reads its program. Made ready once: each page it touches is a page fault."""

    def __init__(self, control: socket.socket, limits: dict[str, Any], program: Program) -> None:
        self.control, self.program = control.fileno(), program
        self.second_layer = seccomp.CandidateFilter() if limits["filtered"] else None
        # the first process of a pid namespace takes all others with it
        self.alone = os.getpid() != 1
        seconds = math.ceil(limits["cpu_seconds"]) + 1
        # these count for one process, or would stop the zygote's forks
        processes = limits["processes"]
        self.limits = ((resource.RLIMIT_CPU, (seconds, seconds)), (resource.RLIMIT_NPROC, (processes, processes)))

    def succeeds(self) -> bool:
        """Whether a new process can be confined: one is made that does nothing else."""
        pid = os.fork()
        if pid == 0:
            self._confine()
            os._exit(0)
        return os.waitpid(pid, 0)[1] == 0

    def of_candidate(self, handle: int) -> None:
        """Become a candidate that reads from `handle`. Never returns."""
        self._confine()
        try:
            self.program(wire.Channel(handle))
        except BaseException:
            pass
        finally:
            os._exit(0)

    def _confine(self) -> None:
        """Give up what a program may not have. Never returns where that fails."""
        try:
            os.close(self.control)
            if self.alone:
                kernel.die_with_parent()
            for kind, values in self.limits:
                resource.setrlimit(kind, values)
            if self.second_layer:
                self.second_layer.install(os.getpid())
            else:
                os.setpgid(0, 0)
        except BaseException:
            try:
                # no end that a program has by itself: it is judged once more
                os.kill(os.getpid(), signal.SIGKILL)
            finally:
                os._exit(1)


def _limit_heirs(limits: dict[str, Any]) -> None:
    """The limits that a candidate may inherit: they do not hinder the zygote."""
    values = {resource.RLIMIT_AS: limits["memory_bytes"], resource.RLIMIT_NOFILE: _OPEN_FILES}
    for kind, value in {**values, resource.RLIMIT_FSIZE: 0, resource.RLIMIT_CORE: 0}.items():
        resource.setrlimit(kind, (value, value))
