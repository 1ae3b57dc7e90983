"""`Sandbox`: many programs through a few workers, results in the order of the jobs, memory bounded."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any, NamedTuple, Self

from codereflect.errors import UserError
from codereflect.records import CallFailure, Verdict
from codereflect.sandbox.job import Job, Result, SandboxError
from codereflect.sandbox.worker import Worker, WorkerLost, settings
from codereflect.sandbox_params import SandboxLimits

LEVELS = ("full", "landlock", "limits")
# jobs a worker holds: one that runs and one that waits, so that it never waits for the caller
_DEPTH = 2
# jobs between the oldest without a result and the newest handed out: one slow program must not stop the others
_WINDOW = 20_000
_MANY_INVALID = 20
# seconds between two looks for workers that are stuck
_WATCH_SECONDS = 2.0
_ATTEMPTS = 2
# what a worker tells of the call that failed
_FAILURE = ("call", "expected", "actual", "raised")
# how often a worker is started before its place is given up
_STARTS = 4


class Confinement(NamedTuple):
    """The level this machine gives (`none`: programs cannot be run here), and why it is not a stronger one."""

    level: str
    reasons: list[str]


def probe() -> Confinement:
    """What confinement this machine gives, tried out. Takes about 0.1 s."""
    if sys.platform != "linux":
        return Confinement("none", [f"the sandbox needs Linux, this is {sys.platform}"])
    limits = SandboxLimits(cpu_seconds=1.0, memory_mb=512, output_kb=64, allow_weak=True, max_invalid=0.0)
    worker = Worker(settings(limits, list(LEVELS), None))
    try:
        level, reasons = worker.greet()
    except WorkerLost:
        return Confinement("none", ["its first process could not be started"])
    finally:
        worker.close()
    return Confinement(level or "none", reasons)


class _NotStarted(SandboxError):
    """A worker died before it was ready."""


class Sandbox:
    """Runs untrusted Python programs. Use it as a context manager.

    Args:
        limits: of one program, see params.yaml.
        workers: how many; as many as this process has cores by default.
        level: insist on one level instead of taking the strongest that holds.
    """

    # a sandbox of another language has other workers
    levels: Sequence[str] = LEVELS
    worker = Worker

    def __init__(self, limits: SandboxLimits, workers: int | None = None, *, level: str | None = None) -> None:
        """Nothing is started before `with`."""
        self.limits = limits
        cores = sorted(os.sched_getaffinity(0)) if sys.platform == "linux" else [0]
        count = workers or len(cores)
        weak = () if limits.allow_weak else LEVELS[-1:]
        levels = [level] if level else [name for name in self.levels if name not in weak]
        # several sandboxes of few workers should not all meet on the first core
        first = os.getpid() % len(cores)
        self._settings = [self.settings(levels, cores[(first + i) % len(cores)]) for i in range(count)]
        self._workers: list[Worker] = []
        self._running = False
        self.level = "none"

    def settings(self, levels: list[str], core: int | None) -> dict[str, Any]:
        """What the controller of a worker is told."""
        return settings(self.limits, levels, core)

    def start_early(self) -> None:
        """Start up to one worker a core, without waiting. What fails is left to `ready`."""
        with suppress(SandboxError):
            self.start(most=len(os.sched_getaffinity(0)) if sys.platform == "linux" else 0)

    def start(self, most: int | None = None) -> None:
        """Start the workers, or the first of them, without waiting: `ready` does so, and says where there can be none.

        Raises:
            SandboxError: the system gives no process or no descriptor for one.
        """
        for one in self._settings[len(self._workers) : most] if sys.platform == "linux" else ():
            self._workers.append(self._new_worker(one))

    def _new_worker(self, one: dict[str, Any]) -> Worker:
        try:
            return self.worker(one)
        except OSError as error:
            raise _NotStarted(
                f"The sandbox could not start its {len(self._settings)} workers ({error.strerror}).",
                "use fewer workers, or allow more files and processes (ulimit -n, ulimit -u)",
            ) from None

    def ready(self) -> Self:
        """Start the workers that are not, wait for all. Raises UserError where this machine cannot confine programs."""
        if sys.platform != "linux":
            raise UserError("The sandbox that runs programs needs Linux.", "run this on Linux or in a container")
        try:
            self.start()
            for worker in self._workers:
                self.level = self._accept(worker)
        except BaseException:
            self.close()
            raise
        return self

    def __enter__(self) -> Self:
        """The sandbox, ready. Raises UserError."""
        return self.ready()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End all workers."""
        self.close()

    def dismiss(self) -> None:
        """Tell the workers to end without waiting for it, when all results were taken; `close` waits."""
        for worker in self._workers:
            worker.dismiss()

    def close(self) -> None:
        """End all workers."""
        self.dismiss()
        while self._workers:
            self._workers.pop().close()

    def run(self, jobs: Iterable[Job], finished: Callable[[Result], None] | None = None) -> Iterator[Result]:
        """Grade programs; results come in the order of the jobs, as soon as they and those before them are known.

        Args:
            jobs: any number.
            finished: called with each result as soon as it is known itself.

        Raises:
            SandboxError: more than `max_invalid` of the programs could not be judged.
        """
        if not self._workers:
            raise RuntimeError("a Sandbox runs programs only inside its `with` block")
        if self._running:
            raise RuntimeError("the results of an earlier run of this Sandbox were not all taken")
        self._running = True
        flow = _Flow(iter(jobs), finished or _ignore)
        try:
            yield from self._flow(flow)
        finally:
            self._running = False
            self._abandon()

    def _flow(self, flow: _Flow) -> Iterator[Result]:
        while True:
            self._hand_out(flow)
            if any(worker.pending for worker in self._workers):
                self._collect(flow)
            elif flow.again:
                self._run_again(flow)
            elif flow.exhausted:
                break
            yield from self._in_order(flow)
        yield from self._in_order(flow)
        _bear(flow, self.limits.max_invalid, final=True)

    def _hand_out(self, flow: _Flow) -> None:
        """Give waiting workers work, the emptiest worker first."""
        if flow.alone:
            return
        for depth in range(_DEPTH):
            for index, worker in enumerate(self._workers):
                if len(worker.pending) > depth or flow.exhausted or flow.handed_out - flow.given >= _WINDOW:
                    continue
                job = next(flow.jobs, None)
                if job is None:
                    flow.exhausted = True
                    return
                number = flow.add(job)
                try:
                    worker.submit(number, job)
                except WorkerLost:
                    self._replace(index, flow)

    def _collect(self, flow: _Flow) -> None:
        """Wait for answers and take one from each worker that has some."""
        busy = [index for index, worker in enumerate(self._workers) if worker.pending]
        # Two answers may have come in one read: no more bytes would announce the second.
        ready = [index for index in busy if self._workers[index].answered()]
        events: dict[int, int] = {}
        if not ready:
            events = self._wait(busy)
            for index in busy:
                if index not in events and self._workers[index].silent():
                    self._replace(index, flow)
            ready = list(events)
        for index in ready:
            try:
                self._workers[index].send_more()
                if events.get(index) == select.POLLOUT:
                    continue
                answer = self._workers[index].receive()
            except WorkerLost:
                self._replace(index, flow)
                continue
            flow.take(self._workers[index].pending.popleft(), answer)

    def _wait(self, busy: list[int]) -> dict[int, int]:
        """Wait some seconds for workers that answer, or take more of a job: what each is ready for."""
        poll, places = select.poll(), {}
        for index in busy:
            worker = self._workers[index]
            places[worker.fileno()] = index
            poll.register(worker, select.POLLIN | (select.POLLOUT if worker.sending() else 0))
        return {places[handle]: event for handle, event in poll.poll(_WATCH_SECONDS * 1000)}

    def _run_again(self, flow: _Flow) -> None:
        """Jobs that took too long by the clock, or whose worker died, once more: each alone on its worker."""
        for index, worker in enumerate(self._workers):
            if not flow.again:
                return
            number = flow.again.pop(0)
            flow.alone.add(number)
            try:
                worker.submit(number, flow.open[number])
            except WorkerLost:
                self._replace(index, flow)

    def _in_order(self, flow: _Flow) -> Iterator[Result]:
        while flow.given in flow.done:
            result = flow.done.pop(flow.given)
            flow.given += 1
            flow.count(result)
            _bear(flow, self.limits.max_invalid, final=False)
            yield result

    def _replace(self, index: int, flow: _Flow) -> None:
        """A new worker for one that died; its jobs run again, alone."""
        lost = self._workers[index]
        lost.close()
        for number in lost.pending:
            flow.lose(number)
        self._renew(index)

    def _renew(self, index: int) -> None:
        """Start a worker in an empty place; one that dies before it is ready is no reason yet to give up."""
        for attempt in range(_STARTS):
            self._workers[index].close()
            try:
                self._workers[index] = self._new_worker(self._settings[index])
                self._accept(self._workers[index])
                return
            except _NotStarted:
                if attempt == _STARTS - 1:
                    raise

    def _accept(self, worker: Worker) -> str:
        """The level of a new worker. Raises UserError when the machine gives none that is allowed."""
        try:
            level, reasons = worker.greet()
        except WorkerLost:
            raise _NotStarted("The sandbox could not start its first process.", "codereflect doctor") from None
        if level is None:
            why = "; ".join(reasons) or "unknown reason"
            raise UserError(
                f"This machine cannot confine untrusted programs ({why}).",
                "allow user namespaces, or set sandbox.allow_weak: true in params.yaml if you trust the model's code",
            )
        return level

    def _abandon(self) -> None:
        """After a run that was not read to its end: no worker keeps an answer that nobody waits for."""
        for index, worker in enumerate(self._workers):
            if worker.pending:
                self._renew(index)


@dataclass
class _Flow:
    """The state of one run: which jobs are open, done, given back."""

    jobs: Iterator[Job]
    finished: Callable[[Result], None]
    open: dict[int, Job] = field(default_factory=dict)
    done: dict[int, Result] = field(default_factory=dict)
    again: list[int] = field(default_factory=list)
    alone: set[int] = field(default_factory=set)
    doubted: set[int] = field(default_factory=set)
    attempts: dict[int, int] = field(default_factory=dict)
    handed_out: int = 0
    given: int = 0
    exhausted: bool = False
    invalid: int = 0
    first_invalid: str = ""
    broken_tests: bool = False

    def add(self, job: Job) -> int:
        """Number a job."""
        number = self.handed_out
        self.open[number] = job
        self.handed_out += 1
        return number

    def take(self, number: int, answer: dict[str, Any]) -> None:
        """Record an answer; a timeout by the clock or a kill counts only the second time, when it runs alone."""
        self.alone.discard(number)
        sure = answer.pop("sure", False)
        # Killed by somebody else, the memory of the whole machine being short, say: that says nothing yet either.
        doubtful = answer.pop("killed", False) or (answer["outcome"] == "timeout" and not sure)
        if doubtful and number not in self.doubted:
            self.doubted.add(number)
            self.again.append(number)
        elif answer["category"] == "worker":
            self.lose(number)
        elif answer["outcome"] == "invalid" and answer["category"] == "unsupported" and self.open[number].sealed:
            # The test gave the program something that does not cross; it never had a word in that.
            self.open[number] = replace(self.open[number], sealed=False)
            self.again.append(number)
        else:
            self._finish(number, answer)

    def lose(self, number: int) -> None:
        """A job that our own failure left without an answer: once more, then `invalid`."""
        self.alone.discard(number)
        self.attempts[number] = self.attempts.get(number, 0) + 1
        if self.attempts[number] < _ATTEMPTS:
            self.again.append(number)
            return
        text = "The process that ran this program died twice."
        self._finish(number, {"outcome": "invalid", "category": "worker", "feedback": text})

    def _finish(self, number: int, answer: dict[str, Any]) -> None:
        job = self.open.pop(number)
        self.attempts.pop(number, None)
        self.doubted.discard(number)
        cpu, wall, facts = answer.pop("cpu", 0.0), answer.pop("wall", 0.0), answer.pop("facts", None)
        told = {name: value for name in _FAILURE if (value := answer.pop(name, None)) is not None}
        detail = CallFailure(**told) if told else None
        self.done[number] = Result(Verdict(of=job.of, sealed=job.sealed, detail=detail, **answer), cpu, wall, facts)
        self.finished(self.done[number])

    def count(self, result: Result) -> None:
        """Count our own failures."""
        if result.verdict.outcome == "invalid":
            self.invalid += 1
            self.broken_tests = self.broken_tests if self.first_invalid else result.verdict.category == "tests"
            self.first_invalid = self.first_invalid or f"{result.verdict.of.task_id}: {result.verdict.feedback}"


def _ignore(result: Result) -> None:
    """A result that is only waited for in its turn."""


def _bear(flow: _Flow, share: float, final: bool) -> None:
    """Stop when too many programs could not be judged: such verdicts are no data."""
    if flow.invalid > share * flow.given and (final or flow.invalid >= _MANY_INVALID):
        raise SandboxError(
            f"{flow.invalid} of {flow.given} programs could not be judged (first: {flow.first_invalid}).",
            "correct the tests of that task" if flow.broken_tests else "codereflect doctor",
        )
