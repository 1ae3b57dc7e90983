"""Models' answers: rows with `task_id` (or `name`) and one text, or several as MultiPL-E has them; bigcode's lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from codereflect.errors import UserError
from codereflect.formats.problems import mbpp_id
from codereflect.formats.rows import Row, malformed, read_rows, text_field, whole
from codereflect.records import Problem

# the keys of one answer; `generation` is that of DeepSeek's and Qwen's kits
_ONE = ("completion", "solution", "generation")


@dataclass(frozen=True)
class Answer:
    """One answer as it was produced (halves of characters became U+FFFD), and where it stands.

    `continued`: it is the `completion` of a prompt, not a `solution` by itself.
    """

    task_id: str
    sample_index: int
    text: str
    where: str
    continued: bool = False


def read_samples(path: Path, problems: Sequence[Problem]) -> list[Answer]:
    """The answers of a file, in the order of the problems, then of their index.

    Rows may have a `sample_index`; without one they are counted per task. In bigcode's form the lists stand in the
    order of the problems.

    Raises:
        UserError: a row is malformed, repeated, or answers an unknown task (`file:line: reason`).
    """
    order = {name: place for place, name in enumerate(dict.fromkeys(problem.task_id for problem in problems))}
    rows = read_rows(path)
    first = next(rows, None)
    if first is None:
        raise UserError(f"{path} holds no samples.", "check the path")
    if isinstance(first.value, list):
        found = _lists(chain([first], rows), list(order), path)
    else:
        found = _objects(chain([first], rows), order)
    return sorted(found, key=lambda answer: (order[answer.task_id], answer.sample_index))


def _lists(rows: chain[Row], tasks: list[str], path: Path) -> list[Answer]:
    found, seen = [], 0
    for seen, row in enumerate(rows, start=1):
        if seen > len(tasks):
            raise malformed(row.where, f"there are only {len(tasks)} problems")
        if not isinstance(row.value, list) or not all(isinstance(text, str) for text in row.value):
            raise malformed(row.where, "expected a list of texts, one list per problem")
        for index, text in enumerate(row.value):
            found.append(Answer(tasks[seen - 1], index, whole(text), row.where))
    if seen < len(tasks):
        raise UserError(
            f"{path} holds {seen} lists, but there are {len(tasks)} problems.", "write one list per problem, in order"
        )
    return found


def _objects(rows: chain[Row], order: dict[str, int]) -> list[Answer]:
    found: dict[tuple[str, int], Answer] = {}
    counted: dict[str, int] = {}
    for row in rows:
        task = _task(row, order)
        for text in _texts(row):
            index = row.value.get("sample_index", counted.get(task, 0))
            if isinstance(index, bool) or not isinstance(index, int) or not 0 <= index < 1 << 31:
                raise malformed(row.where, f"sample_index {index!r} is no whole number from 0 on")
            counted[task] = counted.get(task, 0) + 1
            if (task, index) in found:
                earlier = found[task, index].where
                raise malformed(row.where, f"sample {index} of task {task} was there already ({earlier})")
            found[task, index] = Answer(task, index, text, row.where, isinstance(row.value.get("completion"), str))
    return list(found.values())


def _texts(row: Row) -> list[str]:
    """The answers of a row: one, or MultiPL-E's `completions`, or the programs of its `results`."""
    several: Any = row.value.get("completions")
    if several is None and isinstance(results := row.value.get("results"), list):
        several = [result.get("program") if isinstance(result, dict) else None for result in results]
    if several is None:
        return [whole(text_field(row, *_ONE, halves=True))]
    if not isinstance(several, list) or not all(isinstance(text, str) for text in several):
        raise malformed(row.where, "completions is no list of texts, or a result has no program")
    return [whole(text) for text in several]


def _task(row: Row, order: dict[str, int]) -> str:
    if not isinstance(row.value, dict):
        raise malformed(row.where, f"expected an object, found a {type(row.value).__name__}")
    task = row.value.get("task_id", row.value.get("name"))
    if isinstance(task, bool) or not isinstance(task, int | str):
        raise malformed(row.where, "the key task_id is missing" if task is None else "task_id is no text")
    name = next((name for name in (str(task), mbpp_id(task)) if name in order), None)
    if name is None:
        shown = str(task)[:60].encode("utf-8", "replace").decode()
        raise malformed(row.where, f"task {shown!r} is not among the problems")
    return name
