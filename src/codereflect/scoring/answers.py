"""Other people's answers to known problems: which program each one is, and its verdict, kept as it comes in.

A verdict is kept under a key of everything it depends on (program, tests, limits, the sandbox's own code), so that a
run that was stopped goes on where it was, and a second run runs only what is new.
"""

from __future__ import annotations

import json
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, islice
from pathlib import Path
from typing import Any, ClassVar

from codereflect import sandbox
from codereflect.errors import UserError
from codereflect.formats import Answer
from codereflect.grading.assembly import Prepend, program
from codereflect.progress import progress
from codereflect.provenance import tree_digest
from codereflect.records import Problem, Record, Verdict, dump_json, write_records
from codereflect.sandbox import JavaJob, Job, Sandbox, probe_java, why_unsealed
from codereflect.sandbox_params import SandboxLimits
from codereflect.store import digest

VERDICTS = "verdicts.jsonl"
# verdicts of a run that has not ended, one a line as they came
PARTIAL = ".verdicts.part"
_BEFORE_START = 100


class Judged(Record):
    """A verdict with the answer it is about: as produced (`answer`) and as it was run (`code`), at a sandbox level."""

    version: ClassVar[int] = 1
    suite: str
    verdict: Verdict
    answer: str
    code: str
    level: str
    key: str


@dataclass(frozen=True)
class Case:
    """An answer to be judged on one problem."""

    problem: Problem
    answer: Answer
    code: str
    sealed: bool

    def job(self) -> Job:
        """The job for the sandbox."""
        kind = JavaJob if self.problem.language == "java" else Job
        return kind(
            self.answer.task_id,
            self.answer.sample_index,
            self.code,
            self.problem.entry_point or "",
            list(self.problem.hidden_tests or []),
            self.sealed,
        )


def cases(problems: Sequence[Problem], answers: Iterable[Answer], prepend: Prepend) -> Iterator[Case]:
    """Every answer with every problem of its task, suite by suite."""
    said: dict[str, list[Answer]] = {}
    for answer in answers:
        said.setdefault(answer.task_id, []).append(answer)
    for suite in dict.fromkeys(problem.suite for problem in problems):
        for problem in (problem for problem in problems if problem.suite == suite):
            java = problem.language == "java"
            sealed = java or why_unsealed(problem.hidden_tests or [], problem.entry_point or "") is None
            for answer in said.get(problem.task_id, []):
                yield Case(problem, answer, program(problem, answer.text, prepend), sealed)


def judge(
    problems: Sequence[Problem],
    answers: Sequence[Answer],
    prepend: Prepend,
    engine: Sandbox,
    level: str | None,
    folder: Path,
) -> list[Judged]:
    """Verdicts in the order of the cases. Writes verdicts.jsonl into `folder`; the engine is told to end meanwhile.

    Args:
        problems: of one language.
        answers: to these problems.
        prepend: whether a prompt belongs in front of an answer.
        engine: of that language, started or not.
        level: the one that was insisted on.
        folder: for what is kept.

    Raises:
        UserError: this machine cannot confine programs, or too many verdicts are invalid.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"{folder} cannot be made: {error.strerror}.", "name another folder") from None
    known = dict(_kept(folder))
    tasks = Counter(problem.task_id for problem in problems)
    run = _Run(known, sum(tasks[answer.task_id] for answer in answers), folder)
    waiting = run.waiting(engine, cases(problems, answers, prepend), lambda case: _key(case, engine.limits, level))
    run.judge(engine, waiting)
    engine.dismiss()
    rows = [_judged(case, key, *known[key]) for case, key in run.asked]
    write_records(folder / VERDICTS, rows)
    (folder / PARTIAL).unlink(missing_ok=True)
    return rows


def _judged(case: Case, key: str, verdict: Verdict, level: str) -> Judged:
    # An equal program may have been judged as another answer.
    own = {"task_id": case.answer.task_id, "sample_index": case.answer.sample_index}
    return Judged(
        suite=case.problem.suite,
        verdict=verdict.model_copy(update=own),
        answer=case.answer.text,
        code=case.code,
        level=level,
        key=key,
    )


class _Run:
    """Judges what has no verdict yet, each distinct program once, while the programs come in."""

    def __init__(self, known: dict[str, tuple[Verdict, str]], total: int, folder: Path) -> None:
        """Verdicts with their levels are added to `known`, by key, and noted in the folder as they come."""
        self.known, self.total, self.folder = known, total, folder
        self.asked: list[tuple[Case, str]] = []
        self.sent: deque[str] = deque()

    def waiting(self, engine: Sandbox, found: Iterable[Case], key_of: Callable[[Case], str]) -> Iterator[Job]:
        """The jobs that are left to be run. With the first of them the engine starts."""
        seen = set(self.known)
        for case in found:
            key = key_of(case)
            self.asked.append((case, key))
            if key not in seen:
                engine.start()
                seen.add(key)
                self.sent.append(key)
                yield case.job()

    def judge(self, engine: Sandbox, waiting: Iterator[Job]) -> None:
        """Run the jobs."""
        first = list(islice(waiting, _BEFORE_START))  # while the lanes come up
        if not first:
            return
        done = len(self.asked) - len(self.sent)
        engine.ready()
        with (
            open(self.folder / PARTIAL, "a", encoding="utf-8") as partial,
            progress("programs", self.total, "programs", done) as advance,
        ):
            for result in engine.run(chain(first, waiting)):
                key = self.sent.popleft()
                self.known[key] = result.verdict, engine.level
                # Our own failure is no verdict to be kept.
                if result.verdict.outcome != "invalid":
                    kept = {"key": key, "verdict": result.verdict.model_dump(), "level": engine.level}
                    partial.write(dump_json(kept) + "\n")
                advance(len(self.asked) - len(self.sent) - done)
                done = len(self.asked) - len(self.sent)


def _kept(folder: Path) -> Iterator[tuple[str, tuple[Verdict, str]]]:
    """Verdicts of earlier runs by key; lines that a kill cut short, or of another form, are passed over."""
    for name in (VERDICTS, PARTIAL):
        if not (folder / name).exists():
            continue
        with open(folder / name, encoding="utf-8", errors="replace") as stream:
            for line in stream:
                entry = _entry(line)
                if entry is not None:
                    yield entry


def _entry(line: str) -> tuple[str, tuple[Verdict, str]] | None:
    try:
        row: Any = json.loads(line)
        key, level, verdict = row["key"], row["level"], Verdict.model_validate(row["verdict"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    whole = isinstance(key, str) and isinstance(level, str) and verdict.outcome != "invalid"
    return (key, (verdict, level)) if whole else None


def _key(case: Case, limits: SandboxLimits, level: str | None) -> str:
    """Digest of all that a verdict depends on. The level does not change one; a level that is insisted on counts."""
    parts = [case.code, case.problem.entry_point, case.problem.hidden_tests, case.sealed]
    engine = [_engine(), _java()] if case.problem.language == "java" else [_engine()]
    return digest([parts, limits.model_dump(exclude={"max_invalid", "allow_weak"}), level, *engine])


@cache
def _engine() -> str:
    """Digest of the sandbox's own code: another engine judges anew."""
    return tree_digest([Path(sandbox.__file__).parent])


@cache
def _java() -> str | None:
    """The version of Java: another one may judge otherwise."""
    return probe_java().version


def missing(problems: Sequence[Problem], answers: Sequence[Answer]) -> list[str]:
    """Tasks without an answer."""
    said = {answer.task_id for answer in answers}
    return list(dict.fromkeys(problem.task_id for problem in problems if problem.task_id not in said))


def refuse_missing(names: Sequence[str], file: Path) -> None:
    """Raise the error of tasks that have no answer: a score over the others is another score."""
    if names:
        more = f" (and {len(names) - 1} more)" if len(names) > 1 else ""
        raise UserError(
            f"{file}: task {names[0]}{more} has no sample.", "add the samples, or score the others with --allow-missing"
        )
