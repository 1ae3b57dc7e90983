"""Other people's answers to known problems: which program each one is, and its verdict, kept as it comes in."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar

from codereflect.errors import UserError
from codereflect.formats.samples import Answer
from codereflect.grading.assembly import Assembled, Prepend, assemble
from codereflect.grading.case import Case
from codereflect.grading.check import check
from codereflect.grading.journal import Journal
from codereflect.records import Outcome, Problem, Record, SampleId, Verdict, given, write_records
from codereflect.sandbox import Sandbox, probe_java
from codereflect.sandbox_params import SandboxLimits

VERDICTS = "verdicts.jsonl"
# verdicts of a run that has not ended
PARTIAL = ".verdicts.part"


class GradedAnswer(Record):
    """A line of verdicts.jsonl, flat: the answer, as produced (`answer`) and as it was run (`code`), and its verdict.

    `passed` is None where our own failure left no verdict. `level`: the isolation level; `key`: in the journal;
    `steps`: what was done to the answer (`grading.assembly.STEPS`), with commas.
    """

    version: ClassVar[int] = 1
    task_id: str
    sample_index: int
    suite: str
    strategy: str
    round: int
    outcome: Outcome
    category: str
    passed: bool | None
    feedback: str
    failing_call: str | None
    expected: str | None
    actual: str | None
    raised: str | None
    sealed: bool
    level: str
    answer: str
    code: str
    key: str
    steps: str = ""


def grade_answers(
    problems: Sequence[Problem],
    answers: Sequence[Answer],
    prepend: Prepend,
    limits: SandboxLimits,
    workers: int | None,
    engine: Sandbox | None,
    level: str | None,
    folder: Path,
) -> list[GradedAnswer]:
    """Grade answers, suite by suite in the order of the problems, and write verdicts.jsonl into `folder`.

    Args:
        problems: of one language.
        answers: to these problems.
        prepend: whether a prompt belongs in front of an answer.
        limits: of one program.
        workers: programs at once.
        engine: a Python sandbox that may have been started already.
        level: the isolation level that was insisted on.
        folder: for the verdicts; what an earlier run left there is not run again.

    Raises:
        UserError: this machine cannot confine programs, or too many verdicts are invalid.
    """
    java = probe_java() if any(problem.language == "java" for problem in problems) else None
    if java is not None and java.version is None:
        raise UserError(java.reason, java.fix)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"{folder} cannot be made: {error.strerror}.", "name another folder") from None
    tasks = Counter(problem.task_id for problem in problems)
    total = sum(tasks[answer.task_id] for answer in answers)
    asked: dict[SampleId, tuple[Answer, Assembled]] = {}
    with Journal(folder / PARTIAL) as journal:
        for key, value in _earlier(folder / VERDICTS):
            journal.learn(key, value)
        cases = answer_cases(problems, answers, prepend, asked)
        found = check(cases, limits, workers, journal, level=level, engine=engine, total=total)
        rows = [
            _flat(found.verdicts[of], answer.text, program, found.levels[of], found.keys[of])
            for of, (answer, program) in asked.items()
        ]
        write_records(folder / VERDICTS, rows)
        journal.remove()
    return rows


def answer_cases(
    problems: Sequence[Problem],
    answers: Iterable[Answer],
    prepend: Prepend,
    asked: dict[SampleId, tuple[Answer, Assembled]],
) -> Iterator[Case]:
    """Every answer with every problem of its task, suite by suite; each is entered into `asked` with its program."""
    said: dict[str, list[Answer]] = {}
    for answer in answers:
        said.setdefault(answer.task_id, []).append(answer)
    for suite in dict.fromkeys(problem.suite for problem in problems):
        for problem in (problem for problem in problems if problem.suite == suite):
            for answer in said.get(problem.task_id, []):
                program = assemble(problem, answer.text, answer.continued, prepend)
                case = Case(problem, given(problem.task_id, answer.sample_index, suite), program.code)
                asked[case.of] = answer, program
                yield case


def _flat(verdict: Verdict, answer: str, program: Assembled, level: str, key: str) -> GradedAnswer:
    failure = verdict.failure
    return GradedAnswer(
        **verdict.of.model_dump(),
        outcome=verdict.outcome,
        category=verdict.category,
        passed=None if verdict.outcome == "invalid" else verdict.outcome == "pass",
        feedback=verdict.feedback,
        failing_call=failure.call,
        expected=failure.expected,
        actual=failure.actual,
        raised=failure.raised,
        sealed=verdict.sealed,
        level=level,
        answer=answer,
        code=program.code,
        steps=",".join(program.steps),
        key=key,
    )


def _earlier(file: Path) -> Iterator[tuple[str, Any]]:
    """What the lines of a finished verdicts.jsonl say, as the journal has it; other lines are passed over."""
    if not file.exists():
        return
    with open(file, encoding="utf-8", errors="replace") as stream:
        for line in stream:
            try:
                row = GradedAnswer.model_validate({k: v for k, v in json.loads(line).items() if k != "schema"})
            except (ValueError, AttributeError, RecursionError):
                continue
            if row.outcome != "invalid":
                yield row.key, {"verdict": _verdict(row), "level": row.level}


def _verdict(row: GradedAnswer) -> dict[str, Any]:
    told = {"call": row.failing_call, "expected": row.expected, "actual": row.actual, "raised": row.raised}
    known = {name: text for name, text in told.items() if text is not None}
    detail = {"kind": "call", **known} if known else None
    same = ("outcome", "category", "feedback", "sealed")
    return {name: getattr(row, name) for name in same} | {"detail": detail}


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
