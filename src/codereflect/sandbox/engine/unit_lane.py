"""The controller of a lane for generated unit tests: the broker between a test file and the code that it tests.

    caller -- broker (this process) -- zygote -- runner: the test file, one process for each run   untrusted
                                    `- zygote -- function: the code under test and its mutants     confined

The runner makes calls, the broker has them answered by one implementation (the reference, a mutant, a second correct
one) and passes the answers back. In the end the runner claims that it was green or red. A claim cannot be checked, but
it need not be: what is rewarded is green on the reference and red on mutants, and the answers are all that a runner can
tell them apart by. It has no memory (a new process each time, nothing can be written), sees no source, no order (runs
are shuffled by the system's random numbers, the reference comes back among them at unknown places) and no file.

From that follows what is believed:

* A test is a function from answers to calls and claims. The broker keeps it as a table: after these answers comes this
  call, or this end. A run that departs from the table makes the test `unsteady`: nothing it says counts.
* A mutant whose answers are those of the reference survives, whatever the runner would say: it is not even asked.
  Mutants that give the same answers share one run.
* A run that ends early (`os._exit`), floods, crashes or claims nonsense is red; red on the reference is no reward.

Counted here, not by the runner: calls, and which implementation answered.

For code whose arguments cannot cross (`unsealed`) the runner defines the code itself and its claims are all there is.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import random
import select
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import unit_function, unit_runner, wire, zygote
from .lane import Confined, Controller, Lost, run_main

# calls and bytes of one run, and bytes of the table of one test
_CALLS, _RUN_BYTES, _TABLE_BYTES = 20_000, 16 << 20, 64 << 20
# further runs on the reference, and repeated runs on mutants, at places that a test cannot foresee
_AGAIN, _CONFIRMED = 2, 3
# an implementation may use this many times the CPU seconds of the reference, and at least so many
_SLOWER, _LEAST_SECONDS = 10, 0.1
_CLAIMS = ("green", "assert", "error", "exit", "skip", "syntax", "late")
_ZYGOTE_MS, _LAST_WORDS_MS = 3000, 1000
_MESSAGE_LIMIT = 300


class Unsteady(Exception):
    """A test did not do the same after the same answers."""


class Late(Exception):
    """A process did not answer in time."""


@dataclass(frozen=True)
class Claim:
    """How a run ended: `state` is green, or why it is red."""

    state: str
    message: str = ""
    run: int = 0
    calls: int = 0

    def same(self, other: Claim) -> bool:
        """Whether two runs ended the same way (texts may differ: addresses, times)."""
        return (self.state, self.run) == (other.state, other.run)


class Child:
    """One process forked by a zygote, with a channel to it."""

    def __init__(self, parent: Confined) -> None:
        """Fork it."""
        self.parent = parent
        ours, theirs = socket.socketpair()
        with theirs:
            socket.send_fds(parent.control, [zygote.RUN], [theirs.fileno()])
        self.channel = wire.Channel(ours)

    def receive(self, limit: int, seconds: float) -> bytes:
        """A frame. Raises wire.Closed, wire.TooLarge, Late."""
        if not self.channel.buffered():
            poll = select.poll()
            poll.register(self.channel.connection, select.POLLIN)
            if not poll.poll(seconds * 1000):
                raise Late
        return self.channel.receive(limit)

    def end(self, patience_ms: int = 0) -> dict[str, Any]:
        """Kill it, after some patience for its own end; the zygote's report. Raises Lost."""
        poll = select.poll()
        poll.register(self.parent.control, select.POLLIN)
        try:
            if not poll.poll(patience_ms):
                self.parent.control.send(zygote.END)
                if not poll.poll(_ZYGOTE_MS):
                    raise Lost("the zygote does not answer")
            answer = self.parent.control.recv(4096)
        except OSError:
            answer = b""
        finally:
            self.channel.close()
        if not answer:
            raise Lost("the zygote died")
        report: dict[str, Any] = wire.from_json(answer)
        return report


class Functions:
    """The process that holds the code under test, forked again when it dies."""

    def __init__(self, parent: Confined, limit: int) -> None:
        """`limit`: bytes of one answer."""
        self.parent, self.limit = parent, limit
        self.child: Child | None = None
        self.source, self.seconds = "", 0.0
        self.dead = False

    def load(self, source: str, seconds: float) -> dict[str, Any]:
        """Define an implementation that may use so many CPU seconds; how that went."""
        self.source, self.seconds, self.dead = source, seconds, False
        reply = self._ask(unit_function.LOAD + marshal.dumps((source, seconds), 2))
        return {"stage": "died"} if reply is None else wire.from_json(reply)

    def call(self, call: bytes) -> bytes:
        """An answer: its kind, and JSON."""
        reply = None if self.dead else self._ask(unit_function.CALL + call)
        return unit_function.LATE if reply is None else reply

    def walk(self, path: list[tuple[str, str]]) -> tuple[int, bytes | None]:
        """How many calls of a path have the known answers, and the first other answer."""
        reply = self._ask(unit_function.WALK + wire.to_json(path), self.limit + (1 << 16))
        if reply is None:
            return 0, unit_function.LATE
        agreed, other = wire.from_json(reply)
        return agreed, None if other is None else other.encode()

    def answers(self, calls: list[str]) -> list[tuple[str, str | None]]:
        """Name of each answer, and of the exception where it is one; shorter when the process died."""
        reply = self._ask(unit_function.ANSWERS + wire.to_json(calls))
        return [] if reply is None else [(name, error) for name, error in wire.from_json(reply)]

    def used(self) -> float:
        """CPU seconds used since `load`."""
        reply = self._ask(unit_function.USED)
        return self.seconds if reply is None else float(wire.from_json(reply))

    def close(self) -> None:
        """End the process."""
        if self.child is not None:
            child, self.child = self.child, None
            child.end()

    def _ask(self, frame: bytes, limit: int | None = None) -> bytes | None:
        """An answer, or None when the process died or hangs: it is gone then."""
        if self.child is None:
            self.child = Child(self.parent)
        try:
            self.child.channel.send(frame)
            # A loop inside one C function does not see the alarm.
            return self.child.receive(limit or self.limit, 4 * self.seconds + 1.0)
        except (wire.Closed, wire.TooLarge, Late):
            self.dead = True
            self.close()
            return None


class Table:
    """What a test does after which answers: the next call, or the end."""

    def __init__(self) -> None:
        """Nothing is known."""
        self.known: dict[bytes, bytes | Claim] = {}
        self.room = _TABLE_BYTES
        # the calls of the first run with the names of their answers
        self.path: list[tuple[str, str]] = []
        self.places: list[bytes] = []

    @staticmethod
    def after(place: bytes, reply: bytes) -> bytes:
        """The place that an answer leads to."""
        return hashlib.blake2b(place + hashlib.blake2b(reply, digest_size=16).digest(), digest_size=16).digest()

    def note(self, place: bytes, step: bytes | Claim) -> None:
        """Enter a step. Raises Unsteady when another one is known there."""
        known = self.known.get(place)
        if known is None:
            self.room -= len(step) if isinstance(step, bytes) else 100
            if self.room > 0:
                self.known[place] = step
        elif isinstance(known, Claim) and isinstance(step, Claim):
            if not known.same(step):
                raise Unsteady
        elif known != step:
            raise Unsteady

    def find(self, functions: Functions) -> Claim | None:
        """The end that the loaded implementation leads to, as far as the table knows."""
        agreed, reply = functions.walk(self.path)
        place = self.places[agreed]
        while reply is not None or agreed == len(self.path):
            if reply is not None:
                if reply[:1] in (unit_function.LATE, unit_function.FOREIGN):
                    return Claim("late" if reply[:1] == unit_function.LATE else "foreign")
                place = self.after(place, reply)
            step = self.known.get(place)
            if step is None or isinstance(step, Claim):
                return step
            agreed, reply = -1, functions.call(step)
        return None


@dataclass
class Work:
    """One job: a test file, the code under test, and its mutants."""

    text: str
    entry_point: str
    code: str
    second: str
    mutants: list[str]
    inputs: list[str]
    unsealed: str | None


class UnitController(Controller):
    """One lane: two zygotes, and the broker."""

    def serve(self) -> None:
        """Start, say at which level, then judge one test file after the other."""
        self._pin()
        level, reasons = self._start_zygotes()
        self.caller.send(wire.to_json({"level": level, "reasons": reasons}))
        while level and self._wait_for_job():
            self.caller.send(wire.to_json(self._answer(Work(*wire.from_json(self.caller.receive())))))

    def _start_zygotes(self) -> tuple[str | None, list[str]]:
        reasons: list[str] = []
        seconds, total = self.settings["cpu_seconds"], self.settings["wall_seconds"]
        short = {**self.settings, "wall_seconds": 4 * seconds + 0.5}
        long = {**self.settings, "cpu_seconds": total}
        for level in self.settings["levels"]:
            runners = self._zygote(level, short, unit_runner.serve, unit_runner.prepare)
            answer = _greeting(runners)
            if answer["ready"]:
                self.runners = runners
                self.functions = self._zygote(level, long, unit_function.serve, lambda: None)
                if not _greeting(self.functions)["ready"]:
                    raise Lost("the second zygote did not start")
                return level, reasons
            reasons.append(f"{level}: {answer['reason']}")
            runners.kill()
        return None, reasons

    def _zygote(
        self, level: str, limits: dict[str, Any], program: zygote.Program, prepare: Callable[[], None]
    ) -> Confined:
        def serve(control: socket.socket, filtered: bool) -> None:
            prepare()
            zygote.serve(control, {**limits, "filtered": filtered}, program)

        return Confined(level, socket.SOCK_SEQPACKET, self.packages, serve)

    def _answer(self, work: Work) -> dict[str, Any]:
        started, before = time.monotonic(), time.process_time()
        broker = Broker(work, self)
        try:
            facts = broker.judge()
        finally:
            broker.functions.close()
        facts["seconds"] = broker.seconds | {"all": time.monotonic() - started}
        cpu = broker.cpu + time.process_time() - before
        timeout = facts["reference"]["state"] == "late"
        outcome = "timeout" if timeout else "pass" if facts["stage"] == "judged" else "fail"
        return {
            "outcome": outcome,
            "category": facts["stage"],
            "feedback": facts["reference"]["message"],
            "killed": False,
            "cpu": cpu,
            "wall": time.monotonic() - started,
            "facts": facts,
        }

    def abandoned(self) -> bool:
        """Whether the caller is gone."""
        poll = select.poll()
        poll.register(self.caller.connection, 0)
        return bool(poll.poll(0))


class Broker:
    """Judges one job; `judge` gives the facts (see `codereflect.sandbox.unit_job`)."""

    def __init__(self, work: Work, lane: UnitController) -> None:
        """Nothing is started yet."""
        self.work, self.lane, self.table = work, lane, Table()
        self.limit = lane.settings["reply_bytes"]
        self.most = lane.settings["cpu_seconds"]
        self.deadline = time.monotonic() + lane.settings["wall_seconds"] - 4 * self.most
        self.functions = Functions(lane.functions, self.limit)
        self.names: dict[str, Any] = {}
        self.sealed = True
        self.cpu = 0.0
        self.runs = 0
        self.seconds: dict[str, float] = {"runs": 0.0, "walks": 0.0, "equivalence": 0.0}
        # the kind of an answer of the reference that stopped the run
        self.stopped = b""

    def judge(self) -> dict[str, Any]:
        """Run the test on the reference; where it is green, on everything else."""
        report = self.functions.load(self.work.code, self.most)
        if report["stage"] != "ready":
            return self._facts(
                "code", Claim("error", f"{report.get('error', report['stage'])}: {report.get('message', '')}")
            )
        self.names = report["names"]
        seconds = self.most
        try:
            first = self._run(self.work.code, seconds, first=True)
            if first.state != "green" and (self.work.unsealed or self.stopped == unit_function.FOREIGN):
                self.sealed, self.table = False, Table()
                first = self._run(self.work.code, seconds, first=True)
            if first.state != "green" or not first.calls:
                return self._facts("reference", first)
            if self.sealed:
                seconds = min(self.most, max(_LEAST_SECONDS, _SLOWER * self.functions.used()))
            ends = self._others(first, seconds)
        except Unsteady:
            return self._facts("unsteady", Claim("error", "the test does not do the same twice after the same answers"))
        facts = self._facts("judged", first)
        facts["second"] = vars(ends.pop("second"))
        facts["mutants"] = [ends[str(i)].state if str(i) in ends else "" for i in range(len(self.work.mutants))]
        facts["equivalent"], facts["inputs"] = self._equivalent(facts["mutants"], seconds)
        facts["runs"] = self.runs
        return facts

    def _facts(self, stage: str, first: Claim) -> dict[str, Any]:
        return {"stage": stage, "sealed": self.sealed, "reference": vars(first), "mutants": [], "runs": self.runs}

    def _others(self, first: Claim, seconds: float) -> dict[str, Claim]:
        """Ends by mutant, and of the second implementation (`second`), the runs in an unforeseeable order."""
        chance = random.SystemRandom()
        sources = {str(number): text for number, text in enumerate(self.work.mutants)} | {"second": self.work.second}
        waiting = [*sources, *["reference"] * _AGAIN]
        ends: dict[str, Claim] = {}
        confirmed = 0
        while waiting:
            name = waiting.pop(chance.randrange(len(waiting)))
            late = time.monotonic() > self.deadline
            if late and name not in ("reference", "second") and name not in ends:
                continue
            if name == "reference":
                if not self._run(self.work.code, self.most).same(first):
                    raise Unsteady
                continue
            again = ends.get(name)
            # A correct implementation may be slower than the reference; it is not the test that is judged then.
            allowed = self.most if name == "second" else seconds
            end = self._find(sources[name], allowed) if again is None else None
            if end is None:
                end = self._run(sources[name], allowed)
                if again is not None and not again.same(end):
                    raise Unsteady
                if again is None and end.state != "green" and confirmed < _CONFIRMED:
                    confirmed += 1
                    waiting.append(name)
            ends[name] = end
        return ends

    def _find(self, source: str, seconds: float) -> Claim | None:
        """The end of a run with this implementation, if the table knows it."""
        if not self.sealed:
            return None
        started = time.monotonic()
        report = self.functions.load(source, seconds)
        try:
            # A mutant that cannot even be defined fails every test.
            if report["stage"] != "ready":
                return Claim("late" if report["stage"] in ("late", "died") else "error")
            return self.table.find(self.functions)
        finally:
            self.seconds["walks"] += time.monotonic() - started

    def _run(self, source: str, seconds: float, first: bool = False) -> Claim:
        """Run the tests against an implementation, in a new process."""
        if self.lane.abandoned():
            os._exit(0)
        started = time.monotonic()
        if self.sealed and self.functions.load(source, seconds)["stage"] != "ready":
            return Claim("late")
        child = Child(self.lane.runners)
        code = None if self.sealed else source
        patience = 0
        try:
            child.channel.send(marshal.dumps((self.work.text, self.names, self.work.entry_point, code, seconds), 2))
            claim = self._converse(child, first)
        except wire.Closed:
            claim, patience = Claim("exit", "the test ended its process"), _LAST_WORDS_MS
        except (wire.TooLarge, Late):
            claim = Claim("late", "the test sent too much, or nothing")
        finally:
            # also where the run departs from the table: each process has one report, which must be taken
            report = child.end(patience)
            self.cpu += report["cpu"]
            self.runs += 1
            self.seconds["runs"] += time.monotonic() - started
        if claim.state == "exit" and report["end"] in ("cpu", "wall"):
            return Claim("late", "the test took too long")
        return claim

    def _converse(self, child: Child, first: bool) -> Claim:
        """Pass calls and answers until the run ends; enters every step into the table."""
        place, calls, steps, room = b"", 0, 0, _RUN_BYTES
        entry = self.work.entry_point.encode() + b"\n"
        if first:
            self.table.places = [place]
        while True:
            frame = child.receive(self.limit, 8 * self.most + 2.0)
            kind, step = frame[:1], frame[1:]
            if kind != unit_runner.CALL or not self.sealed:
                claim = _claim(frame, calls if self.sealed else None)
                if self.sealed:
                    self.table.note(place, claim)
                return claim
            calls, steps, room = calls + step.startswith(entry), steps + 1, room - len(step)
            if steps > _CALLS or room < 0:
                return Claim("late", "the test makes too many calls")
            if not step.isascii():
                return Claim("error", "a call that is not well-formed")
            self.table.note(place, step)
            reply = self.functions.call(step)
            if reply[:1] in (unit_function.LATE, unit_function.FOREIGN):
                self.stopped = reply[:1]
                late = reply[:1] == unit_function.LATE
                return Claim("late" if late else "foreign", "" if late else reply[1:].decode(), 0, calls)
            room -= len(reply)
            place = self.table.after(place, reply)
            if first:
                self.table.path.append((step.decode("ascii"), unit_function.digest(reply)))
                self.table.places.append(place)
            child.channel.send(reply[1:])

    def _equivalent(self, states: list[str], seconds: float) -> tuple[list[int], int]:
        """Survivors that give the reference's answers on all inputs, and how many inputs that were."""
        survivors = [number for number, state in enumerate(states) if state == "green"]
        if not (survivors and self.work.inputs and self.sealed):
            return [], 0
        started = time.monotonic()
        path, allowed = comparable(self.functions, self.work.code, self.work.inputs, self.most)
        same = []
        for number in survivors if path else []:
            if self.functions.load(self.work.mutants[number], max(seconds, allowed))["stage"] != "ready":
                continue
            agreed, _ = self.functions.walk(path)
            if agreed == len(path):
                same.append(number)
        self.seconds["equivalence"] += time.monotonic() - started
        return same, len(path)


def comparable(
    functions: Functions, code: str, inputs: list[str], seconds: float
) -> tuple[list[tuple[str, str]], float]:
    """The inputs on which the reference says something, with the names of its answers; CPU seconds to allow.

    An exception says something only when the code raises it by name: others mean that an input makes no sense.
    """
    functions.load(code, seconds)
    answers = functions.answers(inputs)
    raised = {error for _, error in answers if error and f"raise {error}" in code}
    path = [
        (call, name) for call, (name, error) in zip(inputs, answers, strict=False) if error is None or error in raised
    ]
    return path, max(_LEAST_SECONDS, _SLOWER * functions.used())


def _greeting(process: Confined) -> dict[str, Any]:
    greeting = process.control.recv(4096)
    answer: dict[str, Any] = wire.from_json(greeting) if greeting else {"ready": False, "reason": "the process died"}
    return answer


def _claim(frame: bytes, calls: int | None) -> Claim:
    """What a runner says of its run; nonsense is red."""
    try:
        told = wire.from_json(frame[1:]) if frame[:1] == unit_runner.END else {}
    except wire.Unsupported:
        told = {}
    told = told if isinstance(told, dict) else {}
    state, run, said = told.get("state"), told.get("run"), told.get("calls")
    if state not in _CLAIMS or type(run) is not int:
        return Claim("late" if state == "late" else "error", "an end that is not well-formed")
    counted = calls if calls is not None else said if type(said) is int else 0
    return Claim(state, str(told.get("message", ""))[:_MESSAGE_LIMIT], min(max(run, 0), 100_000), counted)


def main() -> None:
    """Serve the caller whose socket is standard input."""
    run_main(UnitController)
