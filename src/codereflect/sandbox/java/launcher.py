"""The confined parent of Java machines: forks, becomes one by exec in the child, and watches over its time.

On its control socket (SOCK_SEQPACKET) come `start` with two descriptors, the machine's end of a socket and where its
complaints go; `run`, from when on that machine's time counts; `end`. It answers each `run` with the `Report` of
`engine.watch`. For a machine that is not run, `clock` asks for its CPU seconds.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import socket
import time
from typing import Any

from ..engine import kernel, seccomp
from ..engine.watch import END, RUN, Report, Watch

START, CLOCK = b"start", b"clock"
# threads of all workers of one user are counted together; how many a program may have follows from its memory
_PROCESSES = 4096
_OPEN_FILES = 256
# a machine that crashes writes a report
_LAST_WORDS_SECONDS = 2.0


def serve(control: socket.socket, command: list[str], limits: dict[str, Any]) -> None:
    """Start and watch machines until the controller closes its end.

    `command`: the program and its arguments. `limits`: cpu_seconds (None: no limit), wall_seconds, address_bytes,
    libraries (a folder), filtered (whether system calls are).
    """
    second_layer = seccomp.CandidateFilter()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    control.send(json.dumps({"ready": True}).encode())
    pid = 0
    while True:
        try:
            message, handles, _, _ = socket.recv_fds(control, 16, 2)
        except BlockingIOError:
            continue  # the wait of a `Watch` ends after some time, and others on its socket do so too
        if not message:
            return
        if message == START:
            pid = os.fork()
            if pid == 0:
                _become(command, handles, limits, second_layer)
            for handle in handles:
                os.close(handle)
        elif message == RUN and pid:
            report = _watch(pid, control, limits)
            pid = 0
            if report is None:
                return
            control.send(report.packed())
        elif message == CLOCK and pid:
            control.send(json.dumps({"cpu": _cpu(pid)}).encode())
        elif message == END and pid:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            pid = 0


def _watch(pid: int, control: socket.socket, limits: dict[str, Any]) -> Report | None:
    """The report on a machine that now begins its work: what it used to come up does not count."""
    used = _cpu(pid)
    watched = {**limits, "cpu_seconds": limits["cpu_seconds"] + used}
    report = Watch(control, watched, _LAST_WORDS_SECONDS).wait(pid)
    return None if report is None else report._replace(cpu=max(0.0, report.cpu - used))


def _cpu(pid: int) -> float:
    try:
        return time.clock_gettime((~pid << 3) | 2)
    except OSError:
        return 0.0  # it has ended


def _become(
    command: list[str], handles: list[int], limits: dict[str, Any], second_layer: seccomp.CandidateFilter
) -> None:
    """Never returns: becomes the machine, or ends."""
    try:
        kernel.die_with_parent()
        connection, complaints = handles
        for target, source in ((1, complaints), (2, complaints), (0, connection)):
            os.dup2(source, target)
        os.closerange(3, _OPEN_FILES)
        _limit_itself(limits)
        words = [word.encode() for word in command]
        path = ctypes.create_string_buffer(words[0])
        arguments = (ctypes.c_char_p * (len(words) + 1))(*words, None)
        # where its libraries lie, which it cannot find out without /proc; and no memory set aside for each thread
        settings = [f"LD_LIBRARY_PATH={limits['libraries']}".encode(), b"MALLOC_ARENA_MAX=1"]
        environment = (ctypes.c_char_p * 3)(*settings, None)
        addresses = [ctypes.addressof(block) for block in (path, arguments, environment)]
        if limits["filtered"]:
            third_layer = seccomp.start_filter(addresses[0])
            seccomp.install(third_layer)
            second_layer.install(os.getpid())
        kernel.syscall("execve", *addresses)
    finally:
        os._exit(127)


def _limit_itself(limits: dict[str, Any]) -> None:
    values = {
        resource.RLIMIT_AS: limits["address_bytes"],
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: _OPEN_FILES,
        resource.RLIMIT_NPROC: _PROCESSES,
    }
    if limits["cpu_seconds"] is not None:
        # for a launcher that cannot end it; some seconds more than what is watched, for its own start
        values[resource.RLIMIT_CPU] = int(limits["cpu_seconds"]) + 5
    for kind, value in values.items():
        hard = resource.getrlimit(kind)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (value, value))
