"""The caller's handle of one worker: starts its controller by exec, sends jobs, reads answers."""

from __future__ import annotations

import json
import os
import select
import socket
import subprocess
import sys
import sysconfig
import time
from collections import deque
from pathlib import Path
from typing import Any

from codereflect.sandbox.engine.wire import Channel, Closed, frame, to_json
from codereflect.sandbox.job import Job
from codereflect.sandbox_params import SandboxLimits

# packages beside the standard library that programs may import, where they are installed
SHARED_PACKAGES = ("numpy", "numpy.libs", "sympy", "mpmath")
# beyond the wall limit: for the checker's grace, the zygote's, and a machine that is busy
_GRACE_SECONDS = 8.0
# for the end of a worker
_END_SECONDS = 2.0
# `random` is imported without its hook that seeds every forked child anew: candidates are seeded by us, and it costs a
# tenth of their start.
_BOOT = """
import os, sys
hook, os.register_at_fork = os.register_at_fork, lambda **functions: None
import random
os.register_at_fork = hook
sys.path.append(sys.argv[1])
from engine.controller import main
main()
"""


class WorkerLost(Exception):
    """The worker died; its jobs are without a verdict."""


def settings(limits: SandboxLimits, levels: list[str], core: int | None) -> dict[str, Any]:
    """What a controller is told. The wall limit is several times the CPU limit: a busy machine is no infinite loop."""
    folders = sorted({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")})
    packages = [Path(folder, name) for folder in folders for name in SHARED_PACKAGES]
    return {
        "levels": levels,
        "core": core,
        "cpu_seconds": limits.cpu_seconds,
        "wall_seconds": 4 * limits.cpu_seconds + 0.5,
        "memory_bytes": limits.memory_mb << 20,
        "reply_bytes": limits.output_kb << 10,
        "packages": [str(path) for path in packages if path.is_dir()],
    }


class Worker:
    """One running worker. `pending` are the jobs it was given, oldest first."""

    # what the controller's process runs; its first argument is the folder of the sandbox
    boot = _BOOT
    # of all its programs: sets of texts have the same order everywhere
    hash_seed = "0"

    def __init__(self, told: dict[str, Any]) -> None:
        """Start the process and tell it its `settings`; `greet` waits for its answer."""
        self.told = told
        self.pending: deque[int] = deque()
        # A job ends within its wall limit and some grace; a controller that is silent for longer is stuck.
        self.patience = 2 * (told["wall_seconds"] + _GRACE_SECONDS)
        self._heard = time.monotonic()
        ours, theirs = socket.socketpair()
        # LD_BIND_NOW: else every forked process looks up by itself what only such processes call in the C library
        environment = {"PYTHONHASHSEED": self.hash_seed, "LC_ALL": "C.UTF-8", "LD_BIND_NOW": "1"}
        if "LD_LIBRARY_PATH" in os.environ:
            environment["LD_LIBRARY_PATH"] = os.environ["LD_LIBRARY_PATH"]
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-S", "-s", "-P", "-c", self.boot, str(Path(__file__).parent)],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=environment,
                cwd="/",
                start_new_session=True,
            )
        self._socket = ours
        self.channel = Channel(ours.fileno())
        self._unsent = b""
        self._send(told)

    def greet(self) -> tuple[str | None, list[str]]:
        """Wait until the worker is ready: its level (None: no level holds) and why stronger ones do not hold."""
        answer = self.receive()
        return answer["level"], answer["reasons"]

    def fileno(self) -> int:
        """The descriptor that is readable when an answer is there."""
        return self.channel.handle

    def answered(self) -> bool:
        """Whether an answer, or the start of one, was already read from the socket."""
        return self.channel.buffered()

    def sending(self) -> bool:
        """Whether a part of a job waits until the worker reads again."""
        return bool(self._unsent)

    def send_more(self) -> None:
        """Send as much as the socket takes: a worker that is busy must not stop the caller. Raises WorkerLost."""
        try:
            while self._unsent:
                self._unsent = self._unsent[self._socket.send(self._unsent, socket.MSG_DONTWAIT) :]
        except BlockingIOError:
            pass
        except OSError:
            raise WorkerLost from None

    def silent(self) -> bool:
        """Whether it has said nothing for longer than any job takes."""
        return bool(self.pending) and time.monotonic() - self._heard > self.patience

    def submit(self, number: int, job: Job) -> None:
        """Queue a job. Raises WorkerLost."""
        if not self.pending:
            self._heard = time.monotonic()
        self.pending.append(number)
        self._send(self.encoded(job))

    def encoded(self, job: Job) -> Any:
        """What the controller is told of a job."""
        return [job.code, job.entry_point, job.tests, job.sealed]

    def receive(self) -> dict[str, Any]:
        """The next answer. Raises WorkerLost."""
        try:
            answer: dict[str, Any] = json.loads(self.channel.receive())
            self._heard = time.monotonic()
            return answer
        except Closed:
            raise WorkerLost from None

    def dismiss(self) -> None:
        """Have the worker end, and everything below it: it does so when the socket closes, and waits for its own."""
        self._socket.close()

    def close(self) -> None:
        """End the worker."""
        self.dismiss()
        handle = os.pidfd_open(self.process.pid) if self.process.poll() is None else -1
        if handle >= 0:
            poll = select.poll()
            poll.register(handle, select.POLLIN)
            if not poll.poll(_END_SECONDS * 1000):
                self.process.kill()
            os.close(handle)
        self.process.wait()

    def _send(self, message: Any) -> None:
        self._unsent += frame(to_json(message))
        self.send_more()
