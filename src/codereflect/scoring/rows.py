"""The per-sample rows behind every metric, and how tables are kept as CSV (`verdicts.csv` and its like).

Files have `\\n` line ends, a header and a fixed column order: the same rows give the same bytes everywhere.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from codereflect.errors import UserError
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


def read_rows_csv(path: Path) -> list[Row]:
    """Read what `write_rows_csv` wrote.

    Raises:
        UserError: the file is missing, has other columns, or a line is malformed (`file:line: reason`).
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UserError(f"{path} does not exist.", "dvc repro score") from None
    except UnicodeDecodeError:
        raise UserError(f"{path} is not UTF-8 text.", "dvc repro --force score") from None
    return list(_parse(path, text))


def _parse(path: Path, text: str) -> Iterator[Row]:
    mend = "dvc repro --force score"
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise UserError(f"{path}:1: the columns must be {','.join(COLUMNS)}.", mend)
        for cells in reader:
            yield _row(cells)
    except csv.Error as error:  # raised before the line is counted
        raise UserError(f"{path}:{reader.line_num + 1}: {error}.", mend) from None
    except ValueError as error:
        raise UserError(f"{path}:{reader.line_num}: {error}.", mend) from None


def _row(cells: dict[str, str]) -> Row:
    if None in cells or None in cells.values():
        raise ValueError(f"expected {len(COLUMNS)} cells")
    if cells["outcome"] not in OUTCOMES:
        raise ValueError(f"unknown outcome {cells['outcome']!r}")
    if not cells["sample_index"].isdecimal():
        raise ValueError(f"sample_index must be a whole number, not {cells['sample_index']!r}")
    syntax = _flag("syntax", cells["syntax"])
    if syntax is None:
        raise ValueError("syntax must be 0 or 1")
    return Row(
        suite=cells["suite"],
        strategy=cells["strategy"],
        task_id=cells["task_id"],
        sample_index=int(cells["sample_index"]),
        category=cells["category"],
        outcome=cells["outcome"],
        error_class=cells["error_class"],
        passed=_flag("passed", cells["passed"]),
        exact=_flag("exact", cells["exact"]),
        syntax=syntax,
    )


def _flag(name: str, cell: str) -> int | None:
    if cell not in ("", "0", "1"):
        raise ValueError(f"{name} must be 0, 1 or empty, not {cell!r}")
    return int(cell) if cell else None
