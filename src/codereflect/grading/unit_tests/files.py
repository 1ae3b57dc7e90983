"""Files of generated tests: read, graded, written.

What was found out is kept as it comes: a run that was stopped goes on where it was. The output appears whole or not at
all.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codereflect.errors import UserError
from codereflect.grading.case import Case, given_case
from codereflect.grading.check import check
from codereflect.grading.journal import Journal
from codereflect.grading.unit_tests import subject
from codereflect.grading.unit_tests.reward import Row
from codereflect.json_files import write_text_atomically
from codereflect.material import ProgramUnderTest
from codereflect.records import Problem, TestQuality, Verdict
from codereflect.sandbox_params import SandboxLimits

_VERDICTS = {"pass": "accept", "fail": "reject", "invalid": "invalid"}
KEYS = ("code", "entry_point", "generated_test")


@dataclass(frozen=True)
class FileRow:
    """A line of the input: the row as it is, what is graded of it, its place, and what it lacks."""

    given: dict[str, Any]
    row: Row
    where: str
    fault: str = ""


def check_out(out: Path) -> None:
    """Refuse a place where nothing can be written, before anything is run."""
    if out.is_dir():
        raise UserError(f"--out {out} is a folder.", "name a file")
    parent = next(folder for folder in out.absolute().parents if folder.exists())
    if not parent.is_dir() or not os.access(parent, os.W_OK):
        raise UserError(f"--out {out} cannot be written: {parent} is not a folder of yours.", "name another file")


def read_rows(path: Path) -> list[FileRow]:
    """The rows of a file of JSON lines; empty lines are passed over.

    Raises:
        UserError: the file is missing, a line is no JSON object (`file:line: reason`), or no row has all texts.
    """
    if not path.is_file():
        raise UserError(f"{path} does not exist, or is no file.", "name a file of JSON lines")
    rows = []
    with open(path, encoding="utf-8-sig", errors="surrogateescape") as stream:
        for number, line in enumerate(stream, start=1):
            if line.strip():
                rows.append(_row(line, f"{path}:{number}", path))
    if not rows:
        raise UserError(f"{path} holds no rows.", f"give it rows with {', '.join(KEYS)}")
    if all(one.fault for one in rows):
        raise UserError(f"{rows[0].where}: {rows[0].fault}.", _fix(path))
    return rows


def _fix(path: Path) -> str:
    return f"edit {path}: each line is an object with the texts {', '.join(KEYS)}"


def _row(line: str, where: str, path: Path) -> FileRow:
    fix = _fix(path)
    try:
        given = json.loads(line)
        # text that is no UTF-8 would break the output much later
        line.encode("utf-8")
    except (ValueError, RecursionError) as error:
        raise UserError(f"{where}: not valid JSON ({error}).", fix) from None
    if not isinstance(given, dict):
        raise UserError(f"{where}: not an object.", fix)
    for key in KEYS:
        if not isinstance(given.get(key), str):
            return FileRow(given, Row("", "", ""), where, f"{key} is {'missing' if key not in given else 'no text'}")
    return FileRow(given, Row(*(given[key] for key in KEYS)), where)


def grade_file(
    rows: Sequence[FileRow], out: Path, limits: SandboxLimits, workers: int | None, level: str | None, mutants: int
) -> list[dict[str, Any]]:
    """Grade the rows and write them with their rewards, in their order. Returns the rewards.

    Raises:
        UserError: this machine cannot confine programs, or too many runs failed for our reasons. What was graded is
            kept for the next run.
    """
    unusable = _unusable(rows)
    cases = [_case(one, number) for number, one in enumerate(rows) if number not in unusable]
    with Journal(out.with_name(f".{out.name}.rewards.part")) as journal:
        found = check(cases, limits, workers, journal, level=level, mutants=mutants)
        graded = (_reward(found.verdicts[case.of]) for case in cases)
        rewards = [unusable[number] if number in unusable else next(graded) for number in range(len(rows))]
        write_text_atomically(out, "".join(_line(one, told) for one, told in zip(rows, rewards, strict=True)))
        journal.remove()
    return rewards


def _case(one: FileRow, number: int) -> Case:
    problem = Problem(
        task_id=one.row.entry_point,
        suite="rows",
        language="python",
        category="unit_test",
        prompt="",
        entry_point=one.row.entry_point,
        material=ProgramUnderTest(code=one.row.code),
        grader="unit_test",
    )
    return given_case(problem, one.row.generated_test, number)


def _reward(verdict: Verdict) -> dict[str, Any]:
    """What a row of the output says beside its input."""
    quality = verdict.quality.model_dump(exclude={"kind"})
    told = {"reward": quality.pop("reward"), "word": verdict.category, "reason": verdict.feedback}
    return {"verdict": _VERDICTS[verdict.outcome]} | told | quality | {"sealed": verdict.sealed}


def _unusable(rows: Sequence[FileRow]) -> dict[int, dict[str, Any]]:
    """What is said of the rows whose program cannot be called, by their number."""
    known: dict[tuple[str, str], str] = {}
    for one in rows:
        program = (one.row.code, one.row.entry_point)
        if program not in known:
            try:
                subject.check(*program)
                known[program] = ""
            except ValueError as error:
                known[program] = str(error)
    found = {}
    for number, one in enumerate(rows):
        if reason := one.fault or known[one.row.code, one.row.entry_point]:
            quality = TestQuality().model_dump(exclude={"kind"})
            told = {"reward": quality.pop("reward"), "word": "code", "reason": f"{one.where}: {reason}."}
            found[number] = {"verdict": "invalid"} | told | quality | {"sealed": True}
    return found


def _line(one: FileRow, reward: dict[str, Any]) -> str:
    text = json.dumps(one.given | reward, ensure_ascii=False)
    # half a surrogate pair, which JSON can name and UTF-8 cannot
    return (text if _encodes(text) else json.dumps(one.given | reward)) + "\n"


def _encodes(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
