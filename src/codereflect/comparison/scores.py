"""Other people's scores: a CSV file with a row per task and a column per system."""

from __future__ import annotations

import csv
import math
from pathlib import Path

from codereflect.comparison.results import Line
from codereflect.comparison.statistics import paired
from codereflect.errors import UserError


def compare_columns(path: Path, a: str, b: str, by: str | None = None) -> list[Line]:
    """Compare two columns of scores, row by row.

    Args:
        path: CSV with a header line.
        a, b: names of the columns.
        by: a column to group by as well.

    Returns:
        A line over all rows, then one for each value of `by`.

    Raises:
        UserError: the file or a column is missing, or a row is malformed (`file:line: reason`).
    """
    rows = read_columns(path, a, b, by)
    lines = [_line(path.stem, "", rows)]
    for group in sorted({group for group, _, _ in rows}) if by else []:
        lines.append(_line(path.stem, group, [row for row in rows if row[0] == group]))
    return lines


def _line(name: str, group: str, rows: list[tuple[str, float, float]]) -> Line:
    estimate = paired([a for _, a, _ in rows], [b for _, _, b in rows])
    return Line(name, group, "score", estimate.a, estimate.b, estimate, decides=not group, share=estimate.binary)


def read_columns(path: Path, a: str, b: str, by: str | None = None) -> list[tuple[str, float, float]]:
    """The rows of a CSV file as (group, score of a, score of b); the group is empty without `by`.

    Raises:
        UserError: see `compare_columns`.
    """
    try:
        with open(path, encoding="utf-8-sig", newline="") as stream:
            return _rows(stream, path, [a, b, *([by] if by else [])])
    except FileNotFoundError:
        raise UserError(f"{path} does not exist.", "codereflect compare FILE.csv --a COLUMN --b COLUMN") from None
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: not UTF-8 ({error.reason}).", f"iconv -t utf-8 {path}") from None


def _rows(stream: object, path: Path, columns: list[str]) -> list[tuple[str, float, float]]:
    reader = csv.reader(stream, strict=True)  # type: ignore[arg-type]
    rows = []
    try:
        header = next(reader, [])
        places = [_place(header, column) for column in columns]
        for cells in reader:
            if not cells:
                continue
            if len(cells) != len(header):
                raise ValueError(f"{len(cells)} cells where the header has {len(header)}")
            group = cells[places[2]] if len(places) > 2 else ""
            rows.append((group, _number(columns[0], cells[places[0]]), _number(columns[1], cells[places[1]])))
    except UnicodeDecodeError:
        raise
    except (ValueError, csv.Error) as error:
        raise UserError(f"{path}:{max(reader.line_num, 1)}: {error}.", f"correct {path}") from None
    if not rows:
        raise UserError(f"{path} has a header and no rows.", f"correct {path}")
    return rows


def _place(header: list[str], column: str) -> int:
    if header.count(column) != 1:
        what = "twice" if column in header else "not"
        raise ValueError(f"the column {column} is {what} there; the columns are {', '.join(header) or 'none'}")
    return header.index(column)


def _number(column: str, cell: str) -> float:
    named = {"true": 1.0, "false": 0.0}.get(cell.strip().lower())
    try:
        value = float(cell) if named is None else named
    except ValueError:
        raise ValueError(f"{column} is {cell!r}, not a number") from None
    if not math.isfinite(value):
        raise ValueError(f"{column} is {cell!r}, not a finite number")
    return value
