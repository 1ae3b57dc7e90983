"""verdicts.csv, the per-task truth of a run, and the scores per task that are paired.

A score of a task is the mean over its valid samples (or the unbiased pass@k over them); what was not executed, or
could not be judged through our own failure (outcome `invalid`), has no score and is never a zero.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from codereflect.csv_table import write_csv
from codereflect.errors import UserError
from codereflect.runs.pass_at_k import task_pass_at_k

_FIELD_OF_METRIC = {
    "pass@1": "passed",
    "exact_match": "exact",
    "text_pass@1": "text",
    "java_compiles": "compiles",
    "syntax": "syntax",
}
_PASS_AT_K = re.compile(r"pass@([1-9][0-9]*)")


class Row(NamedTuple):
    """One sample of one task. None: not measured for this sample.

    `category` is the task's. `outcome` is empty and `passed` None when the suite is not executed; `passed` is None for
    an invalid verdict too. `error_class` is empty for a pass; a text that does not parse and is not executed has
    `syntax`. `exact` is None without a reference. `text`: whether the text checks of an instruction task hold;
    `compiles`: whether a Java method that is not executed compiles where its reference does.
    """

    suite: str
    strategy: str
    task_id: str
    sample_index: int
    round: int
    category: str
    outcome: str
    error_class: str
    passed: int | None
    exact: int | None
    syntax: int | None
    text: int | None = None
    compiles: int | None = None


# left out of the file where no row has a value
OPTIONAL = ("text", "compiles")
# tables from before there were rounds lack it
_REQUIRED = tuple(name for name in Row._fields if name not in ("round", *OPTIONAL))


def write_verdicts(path: Path, rows: Sequence[Row]) -> None:
    """Write rows as CSV, atomically; None becomes an empty cell."""
    unused = [name for name in OPTIONAL if all(getattr(row, name) is None for row in rows)]
    columns = [name for name in Row._fields if name not in unused]
    write_csv(path, columns, ({name: getattr(row, name) for name in columns} for row in rows))


def parse_verdicts(text: str, where: str) -> tuple[Row, ...]:
    """The rows of a verdicts.csv; `where` names the file in errors. Columns it does not know are ignored.

    Raises:
        UserError: a column is missing, or a row is malformed or repeated (`file:line: reason`).
    """
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    rows: dict[tuple[object, ...], Row] = {}
    try:
        missing = [name for name in _REQUIRED if name not in (reader.fieldnames or ())]
        if missing:
            raise ValueError(f"the column {missing[0]} is missing")
        for cells in reader:
            add_row(rows, _row(cells))
    except (ValueError, csv.Error) as error:
        raise UserError(
            f"{where}:{max(reader.reader.line_num, 1)}: {error}.", "dvc repro --force score, or correct the file"
        ) from None
    return tuple(rows.values())


def add_row(rows: dict[tuple[object, ...], Row], row: Row) -> None:
    """Add a row under what identifies it.

    Raises:
        ValueError: it is there already, or names no suite or task.
    """
    if not row.suite or not row.task_id:
        raise ValueError("suite or task_id is empty")
    if rows.setdefault(row[:5], row) is not row:
        again = f", round {row.round}" if row.round else ""
        raise ValueError(f"task {row.task_id}, sample {row.sample_index}{again} occurs twice")


def _row(cells: dict[str, str | None]) -> Row:
    text = {name: value for name in Row._fields if (value := cells.get(name)) is not None}
    if not text.keys() >= {*_REQUIRED} or None in cells:
        raise ValueError("the number of cells is not the number of columns")
    return Row(
        suite=text["suite"],
        strategy=text["strategy"],
        task_id=text["task_id"],
        sample_index=_count("sample_index", text["sample_index"]),
        round=_count("round", text.get("round", "0")),
        category=text["category"],
        outcome=text["outcome"],
        error_class=text["error_class"],
        **{name: _flag(name, text.get(name, "")) for name in ("passed", "exact", "syntax", *OPTIONAL)},
    )


def _count(name: str, value: str) -> int:
    if not value.isdecimal():
        raise ValueError(f"{name} is {value!r}, not a whole number")
    return int(value)


def _flag(name: str, value: str) -> int | None:
    if value not in ("", "0", "1"):
        raise ValueError(f"{name} is {value!r}, not 0, 1 or empty")
    return int(value) if value else None


def suites(rows: Iterable[Row]) -> list[tuple[str, str]]:
    """The pairs (suite, strategy), in the order of the file."""
    return list(dict.fromkeys((row.suite, row.strategy) for row in rows))


def metrics_of(rows: Sequence[Row]) -> list[str]:
    """The metrics that rows of one suite carry, the one that decides first."""
    return [name for name, field in _FIELD_OF_METRIC.items() if any(getattr(row, field) is not None for row in rows)]


def last_rounds(rows: Sequence[Row]) -> list[Row]:
    """Of each sample the row of its last round: what was answered in the end."""
    if not any(row.round for row in rows):
        return list(rows)
    return list({row[:4]: row for row in sorted(rows, key=lambda row: row.round)}.values())


def task_scores(rows: Iterable[Row], metric: str) -> dict[str, float]:
    """Score of each task, between 0 and 1, for `pass@K` or another metric; tasks without one are absent."""
    k = 1
    match = _PASS_AT_K.fullmatch(metric)
    if match:
        k = int(match[1])
    field = "passed" if match else _FIELD_OF_METRIC[metric]
    samples: dict[str, list[int]] = {}
    for row in rows:
        value = getattr(row, field)
        # Text metrics of an answer hold whether or not our sandbox could judge it.
        if value is not None and not (field == "passed" and row.outcome == "invalid"):
            samples.setdefault(row.task_id, []).append(value)
    return {
        task: float(task_pass_at_k(len(flags), sum(flags), k)) for task, flags in samples.items() if len(flags) >= k
    }
