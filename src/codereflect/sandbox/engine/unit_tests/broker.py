"""The broker of generated unit tests: it stands between a test file and the code that it tests.

    caller -- broker (in `controller`) -- zygote -- runner: the test file, one process for each run   untrusted
                                    `- zygote -- function: the code under test and its mutants     confined

The runner makes calls, the broker has them answered by one implementation (the reference, a mutant, a second correct
one) and passes the answers back. In the end the runner claims that it was green or red. A claim cannot be checked, but
it need not be: what is rewarded is green on the reference and red on mutants, and the answers are all that a runner can
tell them apart by. It has no memory (a new process each time, nothing can be written), sees no source and no file, and
should it find a memory after all (process ids, caches), it learns no order from it: some mutants run before the
reference, the first of them one that answers otherwise, then all in an order of the system's random numbers, in which
the reference and those mutants come back.

From that follows what is believed:

* A test is a function from answers to calls and claims. The broker keeps it as a table: after these answers comes this
  call, or this end. A run that departs from the table makes the test `unsteady`: nothing it says counts.
* A mutant whose answers are those of the reference survives, whatever the runner would say: it is not even asked.
  Mutants that give the same answers share one run.
* An assertion finds a mutant where no call raised that returns a value in the reference: that it does not raise is no
  expected value, however a test words it.
* A run that ends early (`os._exit`), floods, crashes or claims nonsense is red; red on the reference is no reward.

Counted here, not by the runner: calls, and which implementation answered.

For code whose arguments cannot cross (`unsealed`) the runner defines the code itself and its claims are all there is.
"""

from __future__ import annotations

import marshal
import random
import time
from collections.abc import Callable, Container
from dataclasses import dataclass, replace
from typing import Any

from .. import wire
from ..controller import Confined, Lost
from ..watch import END, SOON
from . import call_format, function, runner
from .call_table import ENDS, Claim, Table, Unsteady, read_claim
from .children import Child, Functions, Late

# calls and bytes of one run
_CALLS, _RUN_BYTES = 20_000, 16 << 20
# repeated runs on mutants that an assertion found, at least; and on mutants that were not found
_CONFIRMED, _GREEN_AGAIN = 6, 3
# mutants that run before the reference, and among how many, on how many inputs, the first of them is chosen
_AHEAD, _CHOICE, _CHOICE_INPUTS = (1, 2, 3), 4, 16
_CHANCE = random.SystemRandom()
# an implementation may use this many times the CPU seconds of the reference, and at least so many
_SLOWER, _LEAST_SECONDS = 10, 0.05
# inputs that come from the code alone, below which nothing is called equivalent
_LEAST_INPUTS = 20
# of these, how many must reach the line that a mutant changed
LEAST_REACHED = 8
# for all made-up inputs together
_INPUT_SECONDS = 1.0
# characters of an answer that is recorded
_LONGEST_ANSWER = 4000
# seconds of the clock that a run may take for each CPU second: it waits for the code, and the machine may be busy
WALL = 6


@dataclass
class Work:
    """One job: a test file, the code under test, and its mutants."""

    text: str | None
    entry_point: str
    code: str
    second: str
    mutants: list[str]
    inputs: list[str]
    unsealed: str | None
    gives_more: bool
    fresh: bool
    own_inputs: int
    # first and last line of the code that each mutant changed
    spans: list[list[int]]
    record: bool = False


class Broker:
    """Judges one job; `judge` gives the facts (see `codereflect.sandbox.unit_job`)."""

    def __init__(
        self, work: Work, runners: Confined, functions: Confined, settings: dict[str, Any], gone: Callable[[], bool]
    ) -> None:
        """Nothing is started yet. `runners`, `functions`: the zygotes; `gone`: whether the caller is."""
        self.gone = gone
        self.work, self.runners, self.table = work, runners, Table()
        self.limit, self.most = settings["reply_bytes"], settings["cpu_seconds"]
        self.deadline = time.monotonic() + settings["wall_seconds"] - 4 * self.most
        self.functions = Functions(functions, self.limit, work.fresh)
        self.names: dict[str, Any] = {}
        self.sealed = True
        self.cpu = self.last_cpu = 0.0
        self.runs = 0
        self.seconds: dict[str, float] = {"runs": 0.0, "walks": 0.0, "equivalence": 0.0}
        # the kind of an answer that stopped the last run
        self.stopped = b""
        # ends of the runs before the reference
        self.ahead: dict[str, Claim] = {}

    def judge(self) -> dict[str, Any]:
        """Run the test on the reference; where it is green, on everything else."""
        if self.work.text is None:
            return self.compare()
        report = self.functions.load(self.work.code, self.most)
        if report["stage"] != "ready":
            return self._facts(
                "code", Claim("error", f"{report.get('error', report['stage'])}: {report.get('message', '')}")
            )
        self.names = report["names"]
        seconds = self.most
        try:
            self._run_ahead()
            first = self._run(self.work.code, seconds, first=True)
            said = first.state == "green" and first.calls
            if not said and (self.work.unsealed or self._gave_more()):
                self.sealed, self.table, self.ahead = False, Table(), {}
                first = self._run(self.work.code, seconds, first=True)
            if first.state != "green" or not first.calls:
                return self._facts("reference", first)
            used = self.functions.used() if self.sealed else self.last_cpu
            seconds = min(self.most, max(_LEAST_SECONDS, _SLOWER * used))
            ends = self._others(first, seconds)
        except Unsteady:
            return self._facts("unsteady", Claim("error", "the test does not do the same twice after the same answers"))
        except Late:
            return self._facts("reference", Claim("late", "the same run took too long another time"))
        facts = self._facts("judged", first)
        facts["second"] = _told(ends.pop("second"))
        facts["mutants"] = [ends[str(i)].state if str(i) in ends else "" for i in range(len(self.work.mutants))]
        facts["equivalent"], facts["inputs"] = self._equivalent(facts["mutants"])
        facts["runs"] = self.runs
        return facts

    def _run_ahead(self) -> None:
        """Run some mutants: what a test remembers of its first runs is not what the reference answers."""
        waiting = list(self.work.mutants)
        _CHANCE.shuffle(waiting)
        started, some = time.monotonic(), min(_CHOICE_INPUTS, len(self.work.inputs))
        known = comparable(self.functions, self.work.code, _CHANCE.sample(self.work.inputs, k=some), [])
        told = {source: self._differing(source, known) for source in waiting[:_CHOICE]}
        waiting.sort(key=lambda source: -told.get(source, 0))
        self.seconds["walks"] += time.monotonic() - started
        for source in waiting[: _CHANCE.choice(_AHEAD)]:
            if self.functions.load(source, _LEAST_SECONDS)["stage"] == "ready":
                end = self._run(source, _LEAST_SECONDS)
                # an implementation that was too slow may end otherwise when it has more time
                if not self.stopped:
                    self.ahead[source] = end

    def _differing(self, source: str, known: Comparable) -> int:
        """On how many inputs a mutant does not answer as the code does, nor nothing."""
        if self.functions.load(source, _LEAST_SECONDS)["stage"] != "ready":
            return 0
        answers = self.functions.answers([call for call, _ in known.path], [])
        return sum(name != mine for (name, *_), (_, mine) in zip(answers, known.path, strict=False))

    def _gave_more(self) -> bool:
        """Whether the code gave more than data, and its text says that it may; a test's choice is no reason."""
        return self.stopped == function.FOREIGN and self.work.gives_more

    def _facts(self, stage: str, first: Claim) -> dict[str, Any]:
        return {"stage": stage, "sealed": self.sealed, "reference": _told(first), "mutants": [], "runs": self.runs}

    def _others(self, first: Claim, seconds: float) -> dict[str, Claim]:
        """Ends by mutant, and of the second implementation (`second`), the runs in an unforeseeable order."""
        sources = {str(number): text for number, text in enumerate(self.work.mutants)} | {"second": self.work.second}
        waiting = [*sources, "reference", "reference"]
        ends: dict[str, Claim] = {}
        reds: list[str] = []
        greens: list[str] = []
        while waiting:
            name = waiting.pop(_CHANCE.randrange(len(waiting)))
            if name == "reference":
                self._repeat(self.work.code, self.most, first)
            elif name == "second" or time.monotonic() < self.deadline:
                # A correct implementation may be slower than the reference; it is not the test that is judged then.
                allowed = self.most if name == "second" else seconds
                end = self._find(sources[name], allowed)
                if end is None:
                    end = self._run(sources[name], allowed)
                    (greens if end.state == "green" else reds).append(name)
                ends[name] = end
        again = [*reds, *_CHANCE.sample(greens, k=min(len(greens), _GREEN_AGAIN))]
        self._confirm(first, {sources[name]: ends[name] for name in again} | self.ahead, seconds)
        return {name: self._weighed(end, first) for name, end in ends.items()}

    @staticmethod
    def _weighed(end: Claim, first: Claim) -> Claim:
        """An end without its assertion where a call raised that returned a value in the reference."""
        return replace(end, state="error") if end.state == "assert" and end.raised - first.raised else end

    def _confirm(self, first: Claim, known: dict[str, Claim], seconds: float) -> None:
        """Repeat the reference and the known runs (every red one, those before it, some green ones), in an
        unforeseeable order: what is red by chance is caught, and what is green only as long as it knows too little.

        Acceptance rests on runs that an assertion made red. Where these are few they are repeated more often; other
        reds, which come from exceptions of a mutant, must not stand in for them.
        """
        asserted = [source for source, claim in known.items() if self._weighed(claim, first).state == "assert"]
        waiting = [*known, self.work.code]
        if asserted:
            waiting += _CHANCE.choices(asserted, k=max(0, _CONFIRMED - len(asserted)))
        _CHANCE.shuffle(waiting)
        for source in waiting:
            if time.monotonic() > self.deadline + 2 * self.most:
                raise Late
            self._repeat(source, self.most if source == self.work.code else seconds, known.get(source, first))

    def _repeat(self, source: str, seconds: float, known: Claim) -> None:
        """One run more. Raises Unsteady when it ends otherwise, Late when only its time was over."""
        end = self._run(source, seconds)
        if end.same(known):
            return
        if "late" not in (end.state, known.state):
            raise Unsteady
        if known.state == "green":
            raise Late
        if end.state == "green":
            raise Unsteady

    def _find(self, source: str, seconds: float) -> Claim | None:
        """The end of a run with this implementation, if the table knows it."""
        if not self.sealed:
            return None
        started = time.monotonic()
        report = self.functions.load(source, seconds)
        try:
            if report["stage"] != "ready":
                # a mutant that cannot even be defined fails every test, and tells nothing of this one
                return Claim("late" if report["stage"] in ("late", "died") else "")
            return self.table.find(self.functions)
        finally:
            self.seconds["walks"] += time.monotonic() - started

    def _run(self, source: str, seconds: float, first: bool = False) -> Claim:
        """Run the tests against an implementation, in a new process."""
        if self.gone():
            raise Lost("the caller is gone")
        started, self.stopped = time.monotonic(), b""
        if self.sealed and self.functions.load(source, seconds)["stage"] != "ready":
            return Claim("late")
        child = Child(self.runners)
        # Nothing in what a sealed runner is told may depend on the implementation.
        code, told = (None, self.most) if self.sealed else (source, seconds)
        wish = END
        try:
            child.channel.send(marshal.dumps((self.work.text, self.names, self.work.entry_point, code, told), 2))
            claim = self._converse(child, first)
        except wire.Closed:
            claim, wish = Claim("exit", "the test ended its process"), SOON
        except (wire.TooLarge, Late):
            claim = Claim("late", "the test sent too much, or nothing")
        finally:
            # also where the run departs from the table: each process has one report, which must be taken
            report = child.end(wish)
            self.last_cpu = report.cpu
            self.cpu += self.last_cpu
            self.runs += 1
            self.seconds["runs"] += time.monotonic() - started
        if claim.state == "exit" and report.end in ("cpu", "wall"):
            return Claim("late", "the test took too long")
        return claim

    def _converse(self, child: Child, first: bool) -> Claim:
        """Pass calls and answers until the run ends; enters every step into the table."""
        place, calls, steps, room = b"", 0, 0, _RUN_BYTES
        raised: set[int] = set()
        entry = call_format.named(self.work.entry_point)
        if first:
            self.table.places = [place]
        while True:
            frame = child.receive(self.limit, 2 * WALL * self.most + 2.0)
            kind, step = frame[:1], frame[1:]
            if kind != runner.CALL or not self.sealed:
                claim = read_claim(frame, calls if self.sealed else None)
                if self.sealed:
                    claim = replace(claim, raised=frozenset(raised))
                    self.table.note(place, claim)
                return claim
            calls, steps, room = calls + step.startswith(entry), steps + 1, room - len(step)
            if steps > _CALLS or room < 0:
                return Claim("late", "the test makes too many calls")
            if not step.isascii():
                return Claim("error", "a call that is not well-formed")
            self.table.note(place, step)
            reply = self.functions.call(step)
            if reply[:1] in ENDS:
                self.stopped = reply[:1]
                return Claim(ENDS[reply[:1]], reply[1:].decode() or "a call of the function did not end well", 0, calls)
            if reply[:1] == function.ERROR:
                raised.add(steps)
            room -= len(reply)
            place = self.table.after(place, reply)
            if first:
                self.table.path.append((step.decode("ascii"), function.digest(reply)))
                self.table.places.append(place)
            child.channel.send(reply[1:])

    def _equivalent(self, states: list[str]) -> tuple[list[int], int]:
        """Survivors that give the reference's answers on all inputs, and how many inputs that were.

        Inputs that come from the test may tell more mutants apart, but they are no evidence that none can be.
        """
        survivors = [number for number, state in enumerate(states) if state == "green"]
        if not (survivors and self.work.inputs and self.work.spans and self.sealed):
            return [], 0
        started = time.monotonic()
        spans = [self.work.spans[number] for number in survivors]
        known = comparable(self.functions, self.work.code, self.work.inputs, spans)
        own = set(self.work.inputs[: self.work.own_inputs])
        said = {call: name for call, name in known.path if call in own}
        enough = len(said) >= _LEAST_INPUTS and len(set(said.values())) > 1
        same = [
            number
            for place, number in enumerate(survivors)
            if enough and known.reaching(place, own) >= LEAST_REACHED and self._difference(number, known) is None
        ]
        self.seconds["equivalence"] += time.monotonic() - started
        return same, len(known.path)

    def _difference(self, number: int, known: Comparable) -> int | None:
        """The place of the first call that a mutant answers otherwise; -1 when it cannot be defined."""
        if self.functions.load(self.work.mutants[number], known.seconds)["stage"] != "ready":
            return -1
        agreed, _ = self.functions.walk(known.path)
        return agreed if agreed < len(known.path) else None

    def compare(self) -> dict[str, Any]:
        """On which input each mutant first differs from the code, and how many reach what it changed. No test."""
        facts = self._facts("compared", Claim("green"))
        known = comparable(self.functions, self.work.code, self.work.inputs, self.work.spans)
        places = [self.work.inputs.index(call) for call, _ in known.path]
        found = [self._difference(number, known) for number in range(len(self.work.mutants))]
        facts["inputs"] = places
        facts["differing"] = [place if place is None or place < 0 else places[place] for place in found]
        facts["reached"] = [known.reaching(number, known.reached) for number in range(len(self.work.spans))]
        if self.work.record:
            facts["answers"] = self._answers([call for call, _ in known.path], known.seconds)
        return facts

    def _answers(self, calls: list[str], seconds: float) -> list[str]:
        """What the code answers, one call after the other: the kind, and JSON; empty where that is very long."""
        self.functions.load(self.work.code, seconds)
        told = (self.functions.call(call.encode("ascii")).decode() for call in calls)
        return [answer if len(answer) <= _LONGEST_ANSWER else "" for answer in told]


def _told(claim: Claim) -> dict[str, Any]:
    return {"state": claim.state, "message": claim.message, "run": claim.run, "calls": claim.calls}


@dataclass
class Comparable:
    """The inputs on which the reference says something.

    Attributes:
        path: the calls with the names of their answers.
        reached: by call, the spans of lines that it reached, a bit each.
        seconds: CPU seconds to allow for all of them.
    """

    path: list[tuple[str, str]]
    reached: dict[str, int]
    seconds: float

    def reaching(self, span: int, calls: Container[str]) -> int:
        """How many of some calls reached a span."""
        return sum(mask >> span & 1 for call, mask in self.reached.items() if call in calls)


def comparable(functions: Functions, code: str, inputs: list[str], spans: list[list[int]]) -> Comparable:
    """Have the reference answer made-up inputs.

    An exception says something only when the code raises it by name: others mean that an input makes no sense.
    """
    functions.load(code, _INPUT_SECONDS)
    answers = functions.answers(inputs, spans)
    raised = {error for _, error, _ in answers if error and f"raise {error}" in code}
    told = [(call, *answer) for call, answer in zip(inputs, answers, strict=False)]
    told = [one for one in told if one[2] is None or one[2] in raised]
    path, reached = [(call, name) for call, name, _, _ in told], {call: mask for call, _, _, mask in told}
    return Comparable(path, reached, _LEAST_SECONDS + functions.used())
