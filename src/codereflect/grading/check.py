"""Grades answers: the one road from a problem and an answer to a verdict, for stages, commands, filters and rewards.

| grader | an answer is |
|---|---|
| tests, Python | run with the hidden tests; behind the task's `CodeBefore`, where it has some |
| tests, Java | put into its class and run with the hidden tests |
| unit_test | a file of tests: run on the program under test and on mutants of it (`unit_tests.reward`) |
| text | compared with the reference (`text_check`) |
| checks | not graded: only figures of its text are counted |

What was found out is entered in a journal, answer by answer: the same program with the same tests is never run twice.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from itertools import chain, islice
from typing import Any

from codereflect.grading import java_program, text_check
from codereflect.grading.case import Case, grader_here
from codereflect.grading.java_reading import asked, owner
from codereflect.grading.journal import Journal
from codereflect.grading.unit_tests.reward import MOST_MUTANTS, Reward, grade_tests, row_of
from codereflect.imports import PROGRAM_LIBRARIES, code_of
from codereflect.material import StopTokens
from codereflect.programs.java_frame import ENTRANCE
from codereflect.progress import progress
from codereflect.records import Outcome, Problem, SampleId, TestQuality, Verdict
from codereflect.sandbox import Job, Sandbox, UnitSandbox, why_unsealed
from codereflect.sandbox.java.java_sandbox import JavaJob, JavaSandbox, probe_java
from codereflect.sandbox_params import SandboxLimits
from codereflect.store import Store, digest

NOTHING_RUN = "none"
PYTHON, JAVA, UNIT_TESTS = "python programs", "java programs", "unit tests"
# the limit that changes no verdict
_OF_THE_RUN = {"max_invalid"}
# answers that are looked at before the sandbox has to be ready
_BEFORE_START = 100
_QUALITY = ("reward", "tests_run", "calls", "mutants", "mutants_killed", "equivalent", "inputs", "survivors")
_OUTCOMES: dict[str, Outcome] = {"accept": "pass", "reject": "fail", "invalid": "invalid"}


@dataclass(frozen=True)
class Checked:
    """Verdicts by answer, under which isolation level each program ran, and the keys they have in the journal."""

    verdicts: dict[SampleId, Verdict]
    levels: dict[SampleId, str]
    keys: dict[SampleId, str]

    @property
    def level(self) -> str:
        """All levels, for a table."""
        return ", ".join(sorted(set(self.levels.values()) - {NOTHING_RUN})) or NOTHING_RUN


def journal_of(store: Store) -> Journal:
    """The journal of a store for verdicts of this code, on this Python and Java."""
    return Journal(store.work_dir("verdicts", digest([code_of(__name__, *PROGRAM_LIBRARIES), _java()])) / "journal")


@cache
def _java() -> str | None:
    """The version of Java: another one may judge otherwise."""
    return probe_java().version


def check(
    cases: Iterable[Case],
    limits: SandboxLimits,
    workers: int | None,
    journal: Journal | None = None,
    *,
    level: str | None = None,
    engine: Sandbox | None = None,
    total: int | None = None,
    mutants: int = MOST_MUTANTS,
) -> Checked:
    """Grade answers. Those to problems of `checks` have no verdict.

    Args:
        cases: no two with the same identity; they are taken while the first of them run.
        limits: of one program.
        workers: programs that run side by side; as many as there are cores by default.
        journal: verdicts of earlier runs are taken from it, new ones entered.
        level: insist on this isolation level.
        engine: a Python sandbox that may have been started already; it is told to end, and closed by its owner.
        total: how many cases there are, where `cases` does not say.
        mutants: of a program under test, at most.

    Raises:
        UserError: this machine cannot confine programs, or too many verdicts are invalid.
        ValueError: two cases are the same answer.
    """
    kinds = [_kind(case.problem) for case in cases] if isinstance(cases, Sequence) else [PYTHON, JAVA] * (total or 0)
    settings = [limits.model_dump(exclude=_OF_THE_RUN), level, mutants]
    with ExitStack() as stack:
        run = _Run(cases, Counter(kinds), journal or Journal(), settings)

        def made(kind: type[Sandbox]) -> Sandbox:
            return stack.enter_context(closing(kind(limits, workers, level=level)))

        run.go(PYTHON, lambda: engine or made(Sandbox), _programs)
        run.go(JAVA, lambda: made(JavaSandbox), _programs)
        run.go(UNIT_TESTS, lambda: made(UnitSandbox), partial(_unit_tests, mutants))
        run.compare_texts(workers)
        return run.checked()


Enter = Callable[[Verdict], None]
Grade = Callable[[Sandbox, Iterator[Case], Enter], Iterator[None]]


class _Run:
    """One pass over cases: each kind is taken in its turn, what is met of other kinds waits."""

    def __init__(self, cases: Iterable[Case], totals: Counter[str], journal: Journal, settings: Any) -> None:
        """`totals`: cases by kind; `settings`: what verdicts depend on beside their cases."""
        self._source, self._totals, self._journal, self._settings = iter(cases), totals, journal, settings
        self._waiting: dict[str, deque[Case]] = {}
        self._asked: list[tuple[Case, str]] = []
        self._answers: set[SampleId] = set()
        self._known: dict[str, tuple[Verdict, str]] = {}

    def _of_kind(self, kind: str) -> Iterator[Case]:
        """The cases of a kind: those that waited, then those that come."""
        yield from self._waiting.pop(kind, ())
        for case in self._source:
            if (found := _kind(case.problem)) == kind:
                yield case
            else:
                self._waiting.setdefault(found, deque()).append(case)

    def _new(self, kind: str) -> Iterator[tuple[Case, str]]:
        """The cases of a kind that have no verdict yet, equal ones once, with their keys."""
        sent: set[str] = set()
        for case in self._of_kind(kind):
            if case.of in self._answers:  # its verdict would be entered under the other's key
                raise ValueError(f"two answers are {case.of}")
            self._answers.add(case.of)
            key = _key(case, self._settings)
            self._asked.append((case, key))
            if key in self._known or key in sent:
                continue
            if (kept := self._journal.get(key)) is not None:
                self._known[key] = _read(kept, case.of)
                continue
            sent.add(key)
            yield case, key

    def _enter(self, key: str, verdict: Verdict, level: str) -> None:
        self._known[key] = verdict, level
        # our own failure is no verdict to be kept
        if verdict.outcome != "invalid":
            self._journal.add(key, {"verdict": verdict.model_dump(exclude={"of"}), "level": level})

    def go(
        self, kind: str, make: Callable[[], Sandbox], grade: Callable[[Sandbox, Iterator[Case], Enter], Iterator[None]]
    ) -> None:
        """Grade the cases of a kind; a sandbox is made with the first that has to be run."""
        new = self._new(kind)
        first = next(new, None)
        if first is None:
            return
        before, keys = len(self._asked) - 1, {}
        engine = make()
        engine.start()
        ahead = [first, *islice(new, _BEFORE_START)]  # while the workers come up
        engine.ready()

        def sent() -> Iterator[Case]:
            for case, key in chain(ahead, new):
                keys[case.of] = key
                yield case

        with progress(kind, self._totals[kind], kind.split()[-1]) as advance:
            done = 0
            for _ in grade(engine, sent(), lambda verdict: self._enter(keys.pop(verdict.of), verdict, engine.level)):
                now = len(self._asked) - before - len(keys)
                advance(now - done)
                done = now
        engine.dismiss()

    def compare_texts(self, workers: int | None) -> None:
        """Grade the cases that are compared with their reference."""
        new = {case.of: (case, key) for case, key in self._new("text")}
        for verdict in text_check.verdicts([case for case, _ in new.values()], workers, self._journal):
            self._enter(new[verdict.of][1], verdict, NOTHING_RUN)

    def checked(self) -> Checked:
        """The verdicts, each under the identity of its own answer."""
        verdicts, levels = {}, {}
        for case, key in self._asked:
            verdict, levels[case.of] = self._known[key]
            verdicts[case.of] = verdict.model_copy(update={"of": case.of})
        return Checked(verdicts, levels, {case.of: key for case, key in self._asked})


def _kind(problem: Problem) -> str:
    grader = grader_here(problem)
    return {"tests": f"{problem.language} programs", "unit_test": UNIT_TESTS}.get(grader, grader)


def _read(kept: dict[str, Any], of: SampleId) -> tuple[Verdict, str]:
    return Verdict.model_validate(kept["verdict"] | {"of": of}), kept["level"]


def _key(case: Case, settings: Any) -> str:
    """Digest of all that a verdict depends on."""
    one = case.problem
    material = one.material.model_dump() if one.material is not None else None
    tests = [one.grader, one.language, one.entry_point, one.hidden_tests]
    # they say what class is around a method
    java = [one.prompt, one.reference, _java()] if one.language == "java" else None
    return digest([code_of(__name__, *PROGRAM_LIBRARIES), case.code, tests, material, java, settings])


def _programs(engine: Sandbox, cases: Iterator[Case], enter: Enter) -> Iterator[None]:
    """Enters verdicts as they come, in any order: a slow program keeps none of the others from the journal."""
    for _ in engine.run(map(job_of, cases), lambda result: enter(result.verdict)):
        yield


def _unit_tests(mutants: int, engine: Sandbox, cases: Iterator[Case], enter: Enter) -> Iterator[None]:
    for reward in grade_tests((row_of(case.problem, case.code, case.of) for case in cases), engine, mutants):
        enter(_as_verdict(reward))
        yield


def _as_verdict(reward: Reward) -> Verdict:
    return Verdict(
        of=reward.of,
        outcome=_OUTCOMES[reward.verdict],
        category=reward.word,
        feedback=reward.reason.encode("utf-8", "replace").decode(),
        sealed=reward.sealed,
        detail=TestQuality(**{name: getattr(reward, name) for name in _QUALITY}),
    )


def sealable(problem: Problem) -> bool:
    """Whether only data has to cross between the tests of a problem and a program."""
    return problem.language == "java" or _sealed(tuple(problem.hidden_tests or ()), problem.entry_point or "")


@lru_cache(maxsize=4096)
def _sealed(tests: Sequence[str], entry_point: str) -> bool:
    return why_unsealed(tests, entry_point) is None


def job_of(case: Case) -> Job:
    """What the sandbox is to run for an answer to a problem with tests."""
    problem, tests = case.problem, list(case.problem.hidden_tests or [])
    if isinstance(problem.material, StopTokens):
        # MultiPL-E: the answer is a whole class, the tests are another
        method = problem.entry_point or ""
        return JavaJob(case.of, case.code, method, tests, owner=owner(case.code, asked(problem.prompt, method)))
    if problem.language == "java":
        code, unit = java_program.program(problem, case.code), java_program.tests_unit(tests)
        return JavaJob(case.of, code, ENTRANCE, [unit], owner=java_program.OWNER)
    return Job(case.of, case.program, problem.entry_point or "", tests, sealable(problem))
