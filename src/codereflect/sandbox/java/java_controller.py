"""The controller of one Java worker: has programs compiled and vetted, and runs each in a machine of its own.

Started by exec like the controller of `engine.controller`, with the caller's socket as standard input. Below it are two
confinements: one holds the compiler, a machine that serves many jobs and executes nothing of them; in the other each
program gets a fresh machine, which was started before its job came. Both end with this process.
"""

from __future__ import annotations

import os
import select
import socket
import struct
import time
from typing import Any

from ..engine import confine, kernel, wire
from ..engine.controller import Confined, Lost, reap, report_on, wait_for_job
from ..engine.watch import END, RUN, SOON
from . import java_verdicts, launcher

# for a machine to come up, on a machine that is busy
_START_SECONDS = 60.0
# how long the compiler may work before its time is looked at; most programs take a hundredth of this
_PATIENCE_SECONDS = 1.0
_ANSWER_BYTES = 1 << 20
_CLASSES_BYTES = 64 << 20
# a compiler is replaced now and then: what javac remembers of many programs grows
_JOBS_PER_COMPILER = 2000
_SELF_TEST = "class Checked { static int f(int x) { return x + 1; } }"
_SELF_TESTS = {
    "class Checks { public static void main(String[] a) { assert f(1) == 2; } }": "pass",
    "class Checks { public static void main(String[] a) { f(1); assert false; } }": "assertion",
}


def _text(text: str) -> bytes:
    payload = text.encode("utf-8", "replace")
    return struct.pack(">I", len(payload)) + payload


def _read_report(answer: bytes) -> Any:
    """The JSON text that an answer of the compiler begins with."""
    return wire.from_json(answer[4 : 4 + struct.unpack(">I", answer[:4])[0]])


def _after_report(answer: bytes) -> bytes:
    return answer[4 + struct.unpack(">I", answer[:4])[0] :]


class Machine:
    """A Java machine below a launcher, and the socket to it."""

    def __init__(self, control: socket.socket) -> None:
        """Have it started."""
        ours, theirs = socket.socketpair()
        # read only where it does not come up; closed otherwise, so that it cannot fill up
        self.complaints, writing = os.pipe()
        try:
            socket.send_fds(control, [launcher.START], [theirs.fileno(), writing])
        except OSError:
            raise Lost("the launcher died") from None
        finally:
            theirs.close()
            os.close(writing)
        self.connection = ours
        self.channel = wire.Channel(ours.fileno())
        self.is_ready = False

    def wait(self) -> str | None:
        """Wait until it has come up: None, or why it did not."""
        if self.is_ready:
            return None
        self.limit_silence(_START_SECONDS)
        try:
            self.is_ready = self.connection.recv(1) == b"r"
        except OSError:
            pass
        self.limit_silence(0)
        said = b"" if self.is_ready else self._complaints()
        os.close(self.complaints)
        self.complaints = -1
        return None if self.is_ready else " ".join(said.decode("utf-8", "replace").split()) or "it does not come up"

    def _complaints(self) -> bytes:
        os.set_blocking(self.complaints, False)
        try:
            return os.read(self.complaints, 300)
        except OSError:
            return b""

    def limit_silence(self, seconds: float) -> None:
        """How long a read waits for bytes before it fails; 0: without end."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", int(seconds), 0))

    def close(self) -> None:
        """Close the socket to it."""
        self.connection.close()
        if self.complaints >= 0:
            os.close(self.complaints)
            self.complaints = -1


class JavaController:
    """One worker: a compiler, a machine that waits, and the caller."""

    def __init__(self, caller: int) -> None:
        """`caller`: the descriptor of its socket. Reads the settings, the first frame from the caller."""
        self.caller = wire.Channel(caller)
        self.settings: dict[str, Any] = wire.from_json(self.caller.receive())
        told = self.settings
        self.view = confine.program_view(told["folders"], told["files"], [told["compiler"][0]])
        self.parent = os.getppid()
        self.level = "none"
        self.compiled = 0
        self.launchers: dict[str, Confined] = {}
        self.compiler: Machine
        self.waiting: Machine

    def serve(self) -> None:
        """Start, say at which level, then judge one job after the other."""
        if self.settings["core"] is not None:
            os.sched_setaffinity(0, {self.settings["core"]})
        reasons: list[str] = []
        for level in self.settings["levels"]:
            try:
                reason = self._try(level)
            except (Lost, wire.Closed) as error:
                reason = str(error) or "its processes ended"
            if reason is None:
                break
            reasons.append(f"{level}: {reason}")
            self.kill_all()
        found = self.level if self.launchers else None
        self.caller.send(wire.to_json({"level": found, "reasons": reasons}))
        while found and wait_for_job(self.caller, self.parent):
            self.caller.send(wire.to_json(self._judge(wire.from_json(self.caller.receive()))))
            self._ready_next()

    def _try(self, level: str) -> str | None:
        """Start at a level and judge two programs whose verdicts are known: None, or why it does not work."""
        self.level = level
        for name in ("compiler", "runner"):
            reason = self._launch(name)
            if reason is not None:
                return reason
        for tests, category in _SELF_TESTS.items():
            self.waiting = Machine(self.launchers["runner"].control)
            reason = self.waiting.wait()
            if reason is not None:
                return reason
            found = self._judge([_SELF_TEST, "Checked", "f", tests])
            if found["category"] != category:
                return f"a program that must end with {category} ended with {found['category']} ({found['feedback']})"
        self.waiting = Machine(self.launchers["runner"].control)
        return self.waiting.wait()

    def _launch(self, name: str) -> str | None:
        """Start a confinement anew, and the compiler in it: None, or why it does not work."""
        if name in self.launchers:
            self.launchers.pop(name).kill()
        limits = {**self.settings["limits"][name], "libraries": self.settings["libraries"]}
        command = self.settings[name]
        process = Confined(
            self.level,
            socket.SOCK_SEQPACKET,
            self.view,
            lambda control, filtered, _: launcher.serve(control, command, {**limits, "filtered": filtered}),
        )
        self.launchers[name] = process
        greeting = process.control.recv(4096)
        answer = wire.from_json(greeting) if greeting else {"ready": False, "reason": "the process died"}
        if not answer["ready"]:
            return str(answer["reason"])
        if name == "compiler":
            self.compiled = 0
            self.compiler = Machine(process.control)
            reason = self.compiler.wait()
            # for an answer that begins and does not end
            self.compiler.limit_silence(_START_SECONDS)
            return reason
        return None

    def kill_all(self) -> None:
        """End all that runs below."""
        while self.launchers:
            self.launchers.popitem()[1].kill()

    def _restart_compiler(self) -> None:
        self.compiler.close()
        reason = self._launch("compiler")
        if reason is not None:
            raise Lost(reason)

    def _ready_next(self) -> None:
        """After an answer: what the next job needs."""
        if self.compiled >= _JOBS_PER_COMPILER:
            self._restart_compiler()
        if self.waiting.connection.fileno() < 0:
            self.waiting = Machine(self.launchers["runner"].control)

    def _judge(self, job: list[str]) -> dict[str, Any]:
        """Compile, vet and run one job: the verdict with its seconds."""
        code, owner, method, tests = job
        started = time.monotonic()
        answer = self._compile(code, tests, owner, method)
        if answer and _read_report(answer).get("worn"):
            # replaced as soon as this job is answered
            self.compiled = _JOBS_PER_COMPILER
        if not tests:
            return _read_report(answer) if answer else {"stage": "stuck" if answer is None else "broken"}
        if answer is None:
            return {**java_verdicts.stuck(), "wall": time.monotonic() - started}
        if not answer:
            return {**java_verdicts.crashed(), "wall": time.monotonic() - started}
        report, classes = _read_report(answer), _after_report(answer)
        if report["stage"] != "ready":
            found, cpu = java_verdicts.not_run(report, code, tests, method), 0.0
        else:
            found, cpu = self._run(classes, report["asserts"], code, method)
        return {**found, "cpu": cpu, "wall": time.monotonic() - started}

    def _compile(self, code: str, tests: str, owner: str, method: str) -> bytes | None:
        """The compiler's answer; None when it took too long, nothing when it died. Then there is another."""
        self.compiled += 1
        channel = self.compiler.channel
        try:
            channel.send(b"".join(map(_text, (code, tests, owner, method))))
            if self._compiles(channel):
                return channel.receive(_CLASSES_BYTES)
            answer = None
        except (wire.Closed, wire.TooLarge):
            answer = b""
        self._restart_compiler()
        return answer

    def _compiles(self, channel: wire.Channel) -> bool:
        """Wait for the compiler; False when it has used its CPU time, or does nothing for several times as long."""
        if self._comes(channel, _PATIENCE_SECONDS):
            return True
        limit = self.settings["compile_seconds"]
        end = time.monotonic() + self.settings["compile_wall_seconds"]
        first = self._compiler_cpu()
        while time.monotonic() < end and self._compiler_cpu() - first < limit:
            if self._comes(channel, _PATIENCE_SECONDS):
                return True
        return False

    def _compiler_cpu(self) -> float:
        control = self.launchers["compiler"].control
        try:
            control.send(launcher.CLOCK)
            answer = control.recv(4096)
        except OSError:
            answer = b""
        if not answer:
            raise Lost("the launcher died")
        return float(wire.from_json(answer)["cpu"])

    def _comes(self, channel: wire.Channel, seconds: float) -> bool:
        """Wait for bytes; False when there are none. Raises Lost when the caller is gone."""
        poll = select.poll()
        poll.register(channel.handle, select.POLLIN)
        poll.register(self.caller.handle, 0)
        ready = {number for number, _ in poll.poll(seconds * 1000)}
        if self.caller.handle in ready:
            raise Lost("the caller is gone")
        return bool(ready)

    def _run(self, classes: bytes, asserts: dict[str, Any], code: str, method: str) -> tuple[dict[str, Any], float]:
        """Run compiled classes in the machine that waits: the verdict and its CPU seconds."""
        machine, control = self.waiting, self.launchers["runner"].control
        reason = machine.wait()
        if reason is not None:
            raise Lost(reason)
        word = os.urandom(16).hex()
        limits = self.settings["limits"]["runner"]
        answer = b""
        try:
            control.send(RUN)
            machine.channel.send(_text(word) + classes)
            if self._comes(machine.channel, limits["wall_seconds"] + _START_SECONDS):
                answer = machine.channel.receive(_ANSWER_BYTES)
        except (wire.Closed, wire.TooLarge):
            pass
        finally:
            machine.close()
        report = report_on(self.launchers["runner"], END if answer else SOON)
        if not answer:
            return java_verdicts.ended(report, limits["cpu_seconds"]), report.cpu
        if not answer.startswith(word.encode()):
            return java_verdicts.verdict("fail", "protocol", "The program gave an answer that is not the tests'."), 0.0
        found = java_verdicts.ran(wire.from_json(answer[len(word) :]), asserts, code, method)
        return found, report.cpu


def main() -> None:
    """Serve the caller whose socket is standard input."""
    os.umask(0o022)
    controller = JavaController(os.dup(0))
    kernel.adopt_orphans()
    try:
        controller.serve()
    except (Lost, wire.Closed):
        pass
    finally:
        controller.kill_all()
        reap(0)
