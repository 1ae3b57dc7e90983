"""A generated test file as a job of the sandbox, and the facts that `engine/unit_tests/unit_controller.py` finds."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from codereflect.sandbox.engine import values, wire
from codereflect.sandbox.engine.unit_tests import call_format, function
from codereflect.sandbox.job import Job
from codereflect.sandbox.pool import Sandbox
from codereflect.sandbox.worker import Worker, settings

# a test file and its mutants may take as long as so many programs; mutants that are left then are not judged
_RUNS = 6
# tags of values that are compared as lists
_LISTED = ("iterator", "deque", "range", "keys", "values", "pairs")

End = Literal["green", "assert", "error", "exit", "skip", "syntax", "late", "foreign", ""]
"""How a run ended: green; red by an assertion, another exception, an early end of the process, skipped tests, a text
that is no Python, no end in time; `foreign`: the implementation gave what is no data; empty: not run, out of time."""


@dataclass(frozen=True)
class UnitJob(Job):
    """A test file (`tests`, one text) on `code` and on other implementations of it.

    Without a test the implementations are only compared with the code on `inputs`; the result's `facts` then have
    `inputs` (numbers of those on which the code says something), `differing` (for each mutant the number of the
    first input on which it differs, null where there is none, -1 where it cannot be defined) and `reached` (for each
    span how many inputs reached it). With `record`, also `answers`: what the code said on each of `inputs`
    (`read_answer`).

    Args:
        second: a correct implementation with another text.
        mutants: wrong implementations.
        inputs: calls of the entry point (`call_text`) on which mutants that survive are compared with the code.
        fresh: whether the code may keep something outside of its own module: then each run gets a new process for it.
        spans: for each mutant the first and last line of the code that it changes; without them none is equivalent.
        own_inputs: how many of these, the first ones, do not depend on the test.
        gives_more: whether the tests may run in the code's own process once it has given more than data.
        unsealed: why the tests may run in the code's own process if they are not green otherwise; None: they may not.
    """

    second: str = ""
    mutants: Sequence[str] = field(default_factory=list)
    inputs: Sequence[str] = field(default_factory=list)
    spans: Sequence[tuple[int, int]] = field(default_factory=list)
    own_inputs: int = 0
    unsealed: str | None = None
    gives_more: bool = False
    fresh: bool = False
    record: bool = False

    def message(self) -> list[Any]:
        """What the controller is told of a job."""
        text = self.tests[0] if self.tests else None
        fixed = [text, self.entry_point, self.code, self.second]
        ways = [self.unsealed, self.gives_more, self.fresh]
        spans = [list(span) for span in self.spans]
        return [*fixed, list(self.mutants), list(self.inputs), *ways, self.own_inputs, spans, self.record]


class UnitWorker(Worker):
    """A worker whose controller is a broker."""

    boot = Worker.boot.replace("engine.controller", "engine.unit_tests.unit_controller")

    def encoded(self, job: Job) -> Any:
        """What the controller is told of a job."""
        assert isinstance(job, UnitJob)
        return job.message()


class OtherSeedWorker(UnitWorker):
    """A worker whose programs meet another order of sets of texts than in the workers that judge."""

    hash_seed = "1"


class UnitSandbox(Sandbox):
    """Runs generated test files (`UnitJob`). Use it as a context manager; its results have `facts`."""

    worker = UnitWorker

    def settings(self, levels: list[str], core: int | None) -> dict[str, Any]:
        """What a controller is told."""
        told = settings(self.limits, levels, core)
        return told | {"wall_seconds": told["wall_seconds"] * _RUNS}


class OtherSeedSandbox(UnitSandbox):
    """As `UnitSandbox`, with another hash seed: what comes out of both is no accident of it."""

    worker = OtherSeedWorker


@dataclass(frozen=True)
class UnitFacts:
    """What is known of a test file after its runs.

    Attributes:
        stage: `code`: the code itself cannot be run; `reference`: red on it, or never calls it; `unsteady`: does not do
            the same twice; `judged`: all runs were made.
        sealed: the code was in another process than the tests.
        reference: how the run on the code ended; `message` of the first failure.
        calls: of the entry point, in that run. Counted by the broker where `sealed`.
        second: how the run on the second implementation ended.
        mutants: how the run on each mutant ended, in their order.
        equivalent: numbers of mutants that survived and gave the code's answers on all `inputs`, of which enough
            reached what they change.
        runs: processes that were started to run the tests.
        seconds: of the clock, by step.
    """

    stage: Literal["code", "reference", "unsteady", "judged"]
    sealed: bool
    reference: End
    message: str
    tests_run: int
    calls: int
    second: End
    mutants: list[End]
    equivalent: list[int]
    inputs: int
    runs: int
    seconds: dict[str, float]

    @classmethod
    def read(cls, facts: dict[str, Any]) -> UnitFacts:
        """From a worker's answer."""
        first = facts["reference"]
        return cls(
            stage=facts["stage"],
            sealed=facts["sealed"],
            reference=first["state"],
            message=first["message"],
            tests_run=first["run"],
            calls=first["calls"],
            second=facts.get("second", {}).get("state", ""),
            mutants=facts["mutants"],
            equivalent=facts.get("equivalent", []),
            inputs=facts.get("inputs", 0),
            runs=facts["runs"],
            seconds=facts["seconds"],
        )


@dataclass(frozen=True)
class CallAnswer:
    """What a call gave.

    Attributes:
        error: name of the built-in class of the exception that it raised, or None.
        value: what it returned otherwise, of exact built-in types; a list where `listed`.
        listed: the value itself is an iterator, a deque, a range or a view of a dictionary: equal to no literal.
        changed: whether the arguments were changed; `after` are their containers' contents then, in their places.
    """

    error: str | None
    value: Any
    listed: bool
    changed: bool
    after: tuple[Any, ...]


def read_answer(text: str, args: Sequence[Any]) -> CallAnswer | None:
    """A recorded answer to a call with these arguments (which are left alone); None where it is no data."""
    if text[:1].encode() not in (function.VALUE, function.ERROR):
        return None
    given = copy.deepcopy(tuple(args))
    try:
        reply = wire.from_json(text[1:].encode())
        unpacker = values.Unpacker(values.containers(*given))
        if "after" in reply:
            unpacker.refill(reply["after"])
        if "error" in reply:
            return CallAnswer(str(reply["error"]), None, False, "after" in reply, given)
        packed = reply["value"]
        value = unpacker.unpack(packed)
        listed = isinstance(packed, dict) and packed["t"] in _LISTED
        return CallAnswer(None, list(value) if listed else value, listed, "after" in reply, given)
    except (values.Unsupported, KeyError, RecursionError, ValueError):
        return None


def call_text(entry_point: str, args: Sequence[Any]) -> str | None:
    """A call as a worker takes it, or None where an argument is no data."""
    try:
        return (call_format.named(entry_point) + call_format.write(tuple(args), {})[0]).decode()
    except values.Unsupported:
        return None
