"""What is taken out of the training rows: duplicates, and rows that hold a tested problem; with tables for the card.

Rows of one task are compared with one another and with the tested problems of that task. Generated corpora are
reported on only: their rows differ by behaviour, which similar texts do not tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from codereflect.corpora.compared import row_text
from codereflect.corpora.contamination import contamination
from codereflect.corpora.duplicates import Duplicate, Settings, counts, split_duplicates
from codereflect.params import Data
from codereflect.records import Example, Problem

TRAINING_SET, _SET = "train", "training_set"
_WORST = ("suite", "problem", "row", "kind", "share")
# Short functions resemble each other: a row that shares the n-grams of a tested one does something else.
_DEALT_APART = "short generated functions look alike; what tells rows from tests is their behaviour, dealt apart"


def clean(
    examples: Sequence[Example], suites: Mapping[str, Sequence[Problem]], data: Data, generated: bool
) -> tuple[list[Example], dict[str, Any]]:
    """The rows that stay, in their order, and what the card says of the others.

    Args:
        examples: rows that may be trained on.
        suites: the problems of every suite that is tested on.
        data: `near_duplicates`, the threshold; `contamination`, whether offending rows are dropped.
        generated: report only.
    """
    card: dict[str, Any] = {}
    kept = list(examples)
    if not generated:
        gone = _duplicates(examples, suites, data.near_duplicates)
        kept = [example for example in examples if example.task_id not in gone]
        tested = sum(one.kept.startswith(_TESTED) for one in gone.values())
        card["duplicates"] = {**counts(gone), "of_a_tested_problem": tested, "threshold": data.near_duplicates}
    report = contamination({TRAINING_SET: kept}, suites)
    offending = {offence.row for offence in report.offences}
    if not generated:
        offending |= _of_tested_problems(kept, suites)
    dropped = not generated and data.contamination == "drop"
    if dropped:
        kept = [example for example in kept if example.task_id not in offending]
    card["contamination"] = {
        "suites": _table(report.table, [name for name in (report.table or [{}])[0] if name not in ("worst", _SET)]),
        "worst": _table([{"suite": row["suite"], **one} for row in report.table for one in row["worst"]], _WORST),
        "offending_rows": len(offending),
        "dropped": dropped,
    }
    if not dropped:
        card["contamination"]["why they stay"] = _DEALT_APART if generated else "data.contamination is report"
    return kept, card


def distinct(examples: Sequence[Example], threshold: float) -> tuple[list[Example], dict[str, Any]]:
    """Rows of which no two of a task are alike, in their order, and how many others there were.

    Args:
        examples: rows that are tested.
        threshold: see `duplicates.Settings`.
    """
    gone = _duplicates(examples, {}, threshold)
    return [example for example in examples if example.task_id not in gone], {**counts(gone), "threshold": threshold}


def _table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> dict[str, Any]:
    """Rows as the card shows them."""
    return {"columns": list(columns), "rows": [[row[name] for name in columns] for row in rows]}


def _of_tested_problems(examples: Sequence[Example], suites: Mapping[str, Sequence[Problem]]) -> set[str]:
    """Rows that were made of a problem that is tested, however little their texts share: their group is its name."""
    tested = {problem.task_id for problems in suites.values() for problem in problems}
    return {example.task_id for example in examples if example.group in tested}


_TESTED = "tested "


def _duplicates(
    examples: Sequence[Example], suites: Mapping[str, Sequence[Problem]], threshold: float
) -> dict[str, Duplicate]:
    """Those of `examples` that go, by id, task by task."""
    gone: dict[str, Duplicate] = {}
    for task in sorted({example.task for example in examples}):
        found = split_duplicates(_rows(task, examples, suites), Settings(threshold=threshold))
        gone |= {key: one for key, one in found.items() if not key.startswith(_TESTED)}
    return gone


def _rows(
    task: str, examples: Sequence[Example], suites: Mapping[str, Sequence[Problem]]
) -> Iterator[tuple[str, str, bool]]:
    for example in examples:
        if example.task == task:
            yield example.task_id, row_text(example), False
    for suite, problems in suites.items():
        for problem in problems:
            if problem.task == task and problem.reference is not None:
                yield f"{_TESTED}{suite} {problem.task_id}", row_text(problem), True
