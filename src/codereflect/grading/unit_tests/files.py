"""Files of generated tests: read, judged, written.

What was judged is kept as it comes, under a key of all it depends on: a run that was stopped goes on where it was. The
output appears whole or not at all.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from codereflect import sandbox, tasks
from codereflect.errors import UserError
from codereflect.grading.unit_tests.reward import Reward, Row, judge, unit_sandbox
from codereflect.grading.unit_tests.subject import check
from codereflect.progress import progress
from codereflect.provenance import tree_digest
from codereflect.records import dump_json, write_text_atomically
from codereflect.sandbox_params import SandboxLimits
from codereflect.store import digest

KEYS = ("code", "entry_point", "generated_test")


@dataclass(frozen=True)
class FileRow:
    """A line of the input: the row as it is, what is judged of it, and its place."""

    given: dict[str, Any]
    row: Row
    where: str


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
        UserError: the file is missing, or a line is no such row (`file:line: reason`).
    """
    if not path.is_file():
        raise UserError(f"{path} does not exist, or is no file.", "name a file of JSON lines")
    rows = []
    with open(path, encoding="utf-8", errors="surrogateescape") as stream:
        for number, line in enumerate(stream, start=1):
            if line.strip():
                rows.append(_row(line, f"{path}:{number}", path))
    if not rows:
        raise UserError(f"{path} holds no rows.", f"give it rows with {', '.join(KEYS)}")
    return rows


def _row(line: str, where: str, path: Path) -> FileRow:
    mend = f"edit {path}: each line is an object with the texts {', '.join(KEYS)}"
    try:
        given = json.loads(line)
        # text that is no UTF-8 would break the output much later
        line.encode("utf-8")
    except (ValueError, RecursionError) as error:
        raise UserError(f"{where}: not valid JSON ({error}).", mend) from None
    if not isinstance(given, dict):
        raise UserError(f"{where}: not an object.", mend)
    for key in KEYS:
        if not isinstance(given.get(key), str):
            raise UserError(f"{where}: {key} is {'missing' if key not in given else 'no text'}.", mend)
    return FileRow(given, Row(*(given[key] for key in KEYS)), where)


def judge_file(
    rows: Sequence[FileRow], out: Path, limits: SandboxLimits, workers: int | None, level: str | None, mutants: int
) -> list[dict[str, Any]]:
    """Judge the rows and write them with their rewards, in their order. Returns the rewards.

    Raises:
        UserError: a program does not define its function, this machine cannot confine programs, or too many programs
            could not be judged. What was judged is kept for the next run.
    """
    _check_code(rows)
    keys = [_key(one.row, limits, mutants) for one in rows]
    partial = out.with_name(f".{out.name}.rewards.part")
    known = dict(_kept(partial))
    waiting = {key: one.row for key, one in zip(keys, rows, strict=True) if key not in known}
    if waiting:
        out.parent.mkdir(parents=True, exist_ok=True)
        known |= _run(waiting, len(rows), partial, limits, workers, level, mutants)
    rewards = [known[key] for key in keys]
    write_text_atomically(out, "".join(_line(one, told) for one, told in zip(rows, rewards, strict=True)))
    partial.unlink(missing_ok=True)
    return rewards


def _check_code(rows: Sequence[FileRow]) -> None:
    """Refuse programs whose function cannot be called, before anything is run."""
    seen = set()
    for one in rows:
        program = (one.row.code, one.row.entry_point)
        if program not in seen:
            seen.add(program)
            try:
                check(*program)
            except ValueError as error:
                mend = "correct the row's code and entry_point, or take the row out"
                raise UserError(f"{one.where}: {error}.", mend) from None


def _run(
    waiting: dict[str, Row],
    total: int,
    partial: Path,
    limits: SandboxLimits,
    workers: int | None,
    level: str | None,
    mutants: int,
) -> dict[str, dict[str, Any]]:
    found = {}
    with (
        unit_sandbox(limits, workers, level) as engine,
        open(partial, "a", encoding="utf-8") as stream,
        progress("tests", total, "tests", total - len(waiting)) as advance,
    ):
        for key, reward in zip(waiting, judge(waiting.values(), engine, mutants), strict=True):
            found[key] = asdict(reward)
            # Our own failure is no reward to be kept.
            if reward.word != "invalid":
                stream.write(dump_json({"key": key, "reward": found[key]}) + "\n")
                stream.flush()
            advance()
    return found


def _key(row: Row, limits: SandboxLimits, mutants: int) -> str:
    """Digest of all that a reward depends on."""
    return digest([json.dumps(asdict(row)), limits.model_dump(), mutants, _version()])


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


def _kept(partial: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Rewards of a run that was stopped; a line that was cut short is passed over."""
    if not partial.exists():
        return
    with open(partial, encoding="utf-8", errors="replace") as stream:
        for line in stream:
            try:
                row = json.loads(line)
                yield row["key"], asdict(Reward(**row["reward"]))
            except (ValueError, KeyError, TypeError):
                continue


@cache
def _version() -> str:
    """Digest of the code that judges."""
    return tree_digest([Path(sandbox.__file__).parent, Path(tasks.__file__).parent])
