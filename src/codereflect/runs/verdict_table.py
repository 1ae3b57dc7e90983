"""verdicts.csv, the per-task truth of a run, and the scores per task that are paired.

A score of a task is the mean over its valid samples (or the unbiased pass@k over them); what was not executed, or
could not be judged through our own failure (outcome `invalid`), has no score and is never a zero.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from codereflect.errors import UserError

COLUMNS = (
    "suite",
    "strategy",
    "task_id",
    "sample_index",
    "category",
    "outcome",
    "error_class",
    "passed",
    "exact",
    "syntax",
)
# in the file where a suite has them
OPTIONAL = ("text", "compiles")
_FIELD_OF_METRIC = {
    "pass@1": "passed",
    "exact_match": "exact",
    "text_pass@1": "text",
    "java_compiles": "compiles",
    "syntax": "syntax",
}
_PASS_AT_K = re.compile(r"pass@([1-9][0-9]*)")


class Row(NamedTuple):
    """One sample of one task. None: not measured for this sample."""

    suite: str
    strategy: str
    task_id: str
    sample_index: int
    category: str
    outcome: str
    error_class: str
    passed: int | None
    exact: int | None
    syntax: int | None
    text: int | None = None
    compiles: int | None = None


def parse_verdicts(text: str, where: str) -> tuple[Row, ...]:
    """The rows of a verdicts.csv; `where` names the file in errors. Columns it does not know are ignored.

    Raises:
        UserError: a column is missing, or a row is malformed or repeated (`file:line: reason`).
    """
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    rows: list[Row] = []
    seen: set[tuple[str, str, str, int]] = set()
    try:
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            raise ValueError(f"the column {missing[0]} is missing")
        for cells in reader:
            row = _row(cells)
            if row[:4] in seen:
                raise ValueError(f"task {row.task_id}, sample {row.sample_index} occurs twice")
            seen.add(row[:4])
            rows.append(row)
    except (ValueError, csv.Error) as error:
        raise UserError(
            f"{where}:{max(reader.reader.line_num, 1)}: {error}.", "dvc repro --force score, or correct the file"
        ) from None
    return tuple(rows)


def _row(cells: dict[str, str | None]) -> Row:
    text = {name: value for name in COLUMNS if (value := cells[name]) is not None}
    if len(text) < len(COLUMNS) or None in cells:
        raise ValueError("the number of cells is not the number of columns")
    if not text["suite"] or not text["task_id"]:
        raise ValueError("suite or task_id is empty")
    if not text["sample_index"].isdecimal():
        raise ValueError(f"sample_index is {text['sample_index']!r}, not a whole number")
    return Row(
        suite=text["suite"],
        strategy=text["strategy"],
        task_id=text["task_id"],
        sample_index=int(text["sample_index"]),
        category=text["category"],
        outcome=text["outcome"],
        error_class=text["error_class"],
        passed=_flag("passed", text["passed"]),
        exact=_flag("exact", text["exact"]),
        syntax=_flag("syntax", text["syntax"]),
        **{name: _flag(name, cells.get(name) or "") for name in OPTIONAL},
    )


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


def is_metric(name: str) -> bool:
    """Whether a metric can be computed per task."""
    return name in _FIELD_OF_METRIC or _PASS_AT_K.fullmatch(name) is not None


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
    return {task: pass_at_k(len(flags), sum(flags), k) for task, flags in samples.items() if len(flags) >= k}


def pass_at_k(samples: int, correct: int, k: int) -> float:
    """Unbiased probability that one of k samples passes (Chen et al. 2021, arXiv 2107.03374, section 2.1)."""
    return 1.0 - math.comb(samples - correct, k) / math.comb(samples, k)
