"""The controller of one worker: takes jobs from the caller, brings a fresh candidate and the checker together.

Started by exec with the caller's socket as standard input, so nothing of the caller's memory is here. It forks the
zygote before it reads the first job, and never again: where it dies, the worker ends and the caller starts another.
Everything below dies with this process, and this process ends when the caller's end of the socket closes.
"""

from __future__ import annotations

import os
import resource
import select
import signal
import socket
import sys
import time
from collections.abc import Callable
from typing import Any

from . import confine, kernel, wire, zygote
from .packages import SharedPackages
from .watch import END, RUN, SOON, Report

_JOBS_PER_CHECKER = 500
_GRACE_SECONDS = 1.0
_IDLE_MS = 5000
# how long a zygote may take to end a candidate; one that is stopped or stuck never answers
_ZYGOTE_MS = 3000
_CHECKER_EXTRA_BYTES = 512 << 20


# what a confined process does with its socket; told whether the system-call filter is on, and the limit on processes
Serve = Callable[[socket.socket, bool, int], None]


class Lost(Exception):
    """A part of this worker died; the caller must start another."""


class Confined:
    """A confined process and the socket to it. Killing the outer process kills the inner one."""

    def __init__(self, level: str, kind: int, view: confine.View, serve: Serve) -> None:
        """Fork and confine; the first message on `control` says whether it worked."""
        self.control, theirs = socket.socketpair(socket.AF_UNIX, kind)
        parent = os.getpid()
        self.pid = os.fork()
        if self.pid == 0:
            _outer(level, view, theirs, serve, parent)
        theirs.close()

    def kill(self) -> None:
        """End it and everything below it."""
        self.control.close()
        try:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        except (ProcessLookupError, ChildProcessError):
            pass  # it was waited for as one of many
        # the inner process of this one or of an earlier one, which was left to us
        reap(os.WNOHANG)


def reap(options: int) -> None:
    """Wait for all children, or for those that have ended."""
    try:
        while os.waitpid(-1, options)[0]:
            pass
    except ChildProcessError:
        pass


def wait_for_job(caller: wire.Channel, parent: int) -> bool:
    """Wait for a job; False when the caller, the process `parent`, is gone."""
    if caller.buffered():
        return True
    poll = select.poll()
    poll.register(caller.handle, select.POLLIN)
    while not poll.poll(_IDLE_MS):
        if os.getppid() != parent:
            return False
    return True


def _outer(level: str, view: confine.View, control: socket.socket, serve: Serve, parent: int) -> None:
    """Enter the namespaces, fork the process that serves, wait for it. Never returns."""
    try:
        kernel.die_with_parent()
        if os.getppid() != parent:
            os._exit(1)
        _stand_alone(control.fileno())
        processes = confine.enter(level, view)
        kernel.die_with_parent()
        pid = os.fork()
        if pid == 0:
            kernel.die_with_parent()
            filtered = confine.seal(level, view)
            _serve(serve, control, filtered, processes)
        control.close()
        os.waitpid(pid, 0)
    except Exception as error:
        _say(control, str(error) or type(error).__name__)
    finally:
        os._exit(1)


def _serve(serve: Serve, control: socket.socket, filtered: bool, processes: int) -> None:
    """Serve until the end. Never returns: a failure in there says nothing, least of all what could be a verdict."""
    try:
        serve(control, filtered, processes)
    except BaseException:
        pass
    finally:
        os._exit(0)


def _say(control: socket.socket, reason: str) -> None:
    message = wire.to_json({"ready": False, "reason": reason[:300]})
    try:
        if control.type == socket.SOCK_SEQPACKET:
            control.send(message)
        else:
            wire.Channel(control.fileno()).send(message)
    except (OSError, wire.Closed):
        pass


def _stand_alone(kept: int) -> None:
    """Standard streams to nowhere, one descriptor kept, all others closed."""
    nowhere = os.open("/dev/null", os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    kernel.close_all_but(kept)


class Controller:
    """One worker: a zygote, a checker, and the caller."""

    def __init__(self, caller: int) -> None:
        """`caller`: the descriptor of its socket. Reads the settings, the first frame on it."""
        self.caller = wire.Channel(caller)
        self.settings: dict[str, Any] = wire.from_json(self.caller.receive())
        self.view = confine.python_view(self.settings["packages"])
        self.parent = os.getppid()
        self.jobs = 0

    def serve(self) -> None:
        """Start, say at which level, then judge one job after the other."""
        self._pin()
        level, reasons = self._start_zygote()
        if level:
            self.level = level
            self._start_checker()
        self.caller.send(wire.to_json({"level": level, "reasons": reasons}))
        while level and wait_for_job(self.caller, self.parent):
            self.caller.send(wire.to_json(self._judge(self.caller.receive())))

    def _pin(self) -> None:
        core = self.settings["core"]
        if core is not None:
            os.sched_setaffinity(0, {core})

    def _start_zygote(self) -> tuple[str | None, list[str]]:
        """Try the levels from the strongest; the one that holds, and why those before it do not."""
        reasons: list[str] = []
        for level in self.settings["levels"]:
            process = Confined(
                level,
                socket.SOCK_SEQPACKET,
                self.view,
                self._serve_candidates,
            )
            greeting = process.control.recv(4096)
            answer = wire.from_json(greeting) if greeting else {"ready": False, "reason": "the process died"}
            if answer["ready"]:
                self.zygote = process
                return level, reasons
            reasons.append(f"{level}: {answer['reason']}")
            process.kill()
        return None, reasons

    def _start_checker(self) -> None:
        # Loaded only now, when the zygote is forked: each candidate would pay for what the checker needs.
        from . import checker

        self.is_worn = False
        self._serve = checker.serve
        self.checker = Confined(self.level, socket.SOCK_STREAM, self.view, self._serve_checker)
        self.verdicts = wire.Channel(self.checker.control.fileno())
        try:
            ready = wire.from_json(self.verdicts.receive())["ready"]
        except wire.Closed:
            ready = False
        if not ready:
            raise Lost("the checker did not start")

    def _serve_candidates(self, control: socket.socket, filtered: bool, processes: int) -> None:
        zygote.serve(control, {**self.settings, "filtered": filtered, "processes": processes})

    def _serve_checker(self, control: socket.socket, filtered: bool, processes: int) -> None:
        ceiling = self.settings["memory_bytes"] + _CHECKER_EXTRA_BYTES
        resource.setrlimit(resource.RLIMIT_AS, (ceiling, ceiling))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        self._serve(control, self.settings["reply_bytes"], filtered)

    def end(self) -> None:
        """End all processes below and wait for them, so that none is left to a parent that may not."""
        for name in ("zygote", "checker"):
            if hasattr(self, name):
                getattr(self, name).kill()
        reap(0)

    def _restart_checker(self) -> None:
        self.checker.kill()
        self._start_checker()

    def _judge(self, job: bytes) -> dict[str, Any]:
        """Run one job; the verdict with its seconds."""
        self.jobs += 1
        if self.is_worn or self.jobs % _JOBS_PER_CHECKER == 0:
            self._restart_checker()
        started = time.monotonic()
        ours, theirs = socket.socketpair()
        with ours, theirs:
            socket.send_fds(self.zygote.control, [RUN], [theirs.fileno()])
            socket.send_fds(self.checker.control, [b"j"], [ours.fileno()])
        verdict, report = self._await(job)
        verdict = _with_end(verdict, report, self.settings["cpu_seconds"])
        return {**verdict, "cpu": report.cpu, "wall": time.monotonic() - started}

    def _await(self, job: bytes) -> tuple[dict[str, Any], Report]:
        """The checker's verdict and the zygote's report on the end of the candidate."""
        try:
            self.verdicts.send(job)
            if not self._verdict_comes():
                return self._stuck_checker()
            verdict = wire.from_json(self.verdicts.receive())
            if "outcome" not in verdict:
                raise wire.Closed
            # its compiler ended: the way of later programs must not depend on this one
            self.is_worn = verdict.pop("worn")
        except wire.Closed:
            report = self._report(END)
            self._restart_checker()
            return _invalid("The process that holds the tests died."), report
        return verdict, self._report(SOON if verdict.get("ended") else END)

    def _verdict_comes(self) -> bool:
        """Wait for the checker; False when it is over time. Raises Lost when the caller is gone."""
        poll = select.poll()
        poll.register(self.checker.control, select.POLLIN)
        poll.register(self.caller.handle, 0)
        ready = {number for number, _ in poll.poll((self.settings["wall_seconds"] + _GRACE_SECONDS) * 1000)}
        if self.caller.handle in ready:
            raise Lost("the caller is gone")
        return bool(ready)

    def _stuck_checker(self) -> tuple[dict[str, Any], Report]:
        report = self._report(END)
        self._restart_checker()
        text = "The tests did not finish with what the program returned."
        return {"outcome": "timeout", "category": "timeout", "feedback": text}, report

    def _report(self, wish: bytes) -> Report:
        """The zygote's report; the candidate is ended to have it."""
        return report_on(self.zygote, wish)


def report_on(zygote: Confined, wish: bytes) -> Report:
    """A zygote's report on its child, which is to end now or soon, unless its time was over before. Raises Lost."""
    poll = select.poll()
    poll.register(zygote.control, select.POLLIN)
    try:
        if not poll.poll(0):
            zygote.control.send(wish)
            if not poll.poll(_ZYGOTE_MS):
                raise Lost("the zygote does not answer")
        answer = zygote.control.recv(64)
    except OSError:
        answer = b""
    if not answer:
        raise Lost("the zygote died")
    return Report.read(answer)


def _invalid(text: str) -> dict[str, Any]:
    return {"outcome": "invalid", "category": "worker", "feedback": text}


def _with_end(verdict: dict[str, Any], report: Report, cpu_seconds: float) -> dict[str, Any]:
    """A verdict on a candidate that ended early, with the reason."""
    if not verdict.pop("ended", False):
        return verdict
    subject = verdict["feedback"]
    if report.end in ("cpu", "wall"):
        ran = f"ran longer than {cpu_seconds:g} CPU seconds" if report.end == "cpu" else "waited without end"
        text = f"{subject} {ran}."
        # the CPU time of a program does not depend on who else is busy, as the time of the clock does
        return {**verdict, "outcome": "timeout", "category": "timeout", "feedback": text, "sure": report.end == "cpu"}
    if report.end == "signal" and report.number == signal.SIGPROF:
        text = f"{subject} ran longer than one call may."
        return {**verdict, "outcome": "timeout", "category": "timeout", "feedback": text, "sure": True}
    if report.end == "signal":
        text = f"{subject} crashed the interpreter ({report.signal})."
        return {**verdict, "category": "crash", "feedback": text, "killed": report.number == signal.SIGKILL}
    return {**verdict, "category": "exit", "feedback": f"{subject} ended the whole program."}


def main() -> None:
    """Serve the caller whose socket is standard input."""
    run_main(Controller)


def run_main(kind: type[Controller]) -> None:
    """Serve with a controller of this kind."""
    os.umask(0o022)
    sys.path[:] = [path for path in sys.path if path != sys.argv[1]]
    controller = kind(os.dup(0))
    sys.meta_path.insert(0, SharedPackages(controller.settings["packages"]))
    kernel.adopt_orphans()
    try:
        controller.serve()
    except (Lost, wire.Closed):
        pass
    finally:
        controller.end()
