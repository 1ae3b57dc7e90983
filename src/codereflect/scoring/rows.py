"""The per-sample rows behind every metric, and how tables are kept as CSV (`verdicts.csv` and its like).

Files have `\\n` line ends, a header and a fixed column order: the same rows give the same bytes everywhere.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from codereflect.records import write_text_atomically

OUTCOMES = ("pass", "fail", "timeout", "invalid", "")


@dataclass(frozen=True, slots=True)
class Row:
    """One sample of one task.

    `category` is the task's. `outcome` is empty and `passed` None when the suite is not executed; `passed` is None for
    an invalid verdict too. `error_class` is empty for a pass; a text that does not parse and is not executed has
    `syntax`. `exact` is None without a reference.
    """

    suite: str
    strategy: str
    task_id: str
    sample_index: int
    category: str
    outcome: str
    error_class: str
    passed: int | None
    exact: int | None
    syntax: int


COLUMNS = tuple(field.name for field in fields(Row))


def write_rows_csv(path: Path, rows: Iterable[Row]) -> None:
    """Write rows as CSV, atomically; None becomes an empty cell."""
    write_table_csv(path, COLUMNS, (asdict(row) for row in rows))


def write_table_csv(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> None:
    """Write mappings as CSV, atomically, with a header even when there is no row.

    Raises:
        ValueError: a row has a key that is no column.
    """
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_text_atomically(path, text.getvalue())
