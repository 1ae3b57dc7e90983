"""Rows of a CSV file with a header, as they are published: all values are texts, and may hold line ends."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from codereflect.errors import UserError
from codereflect.formats import row_files
from codereflect.formats.rows import BadRow, Row, Tally, malformed


def is_csv(path: Path) -> bool:
    """Whether a file is CSV, by its name."""
    return path.name.removesuffix(".gz").endswith(".csv")


def read_csv(path: Path, tally: Tally) -> Iterator[Row]:
    """The rows below the header, each with the line on which it begins.

    Raises:
        UserError: the file is missing, empty or broken as a whole, or a row too many is bad (`file:line: reason`).
    """
    csv.field_size_limit(row_files.LINE_LIMIT)
    texts = _Lines(path)
    reader = csv.reader(texts, strict=True)
    header: list[str] | None = None
    while True:
        line = texts.number + 1
        try:
            values = next(reader)
            if header is None:
                header = _header(values, path)
                continue
            if not values:
                continue
            row = _row(header, values, f"{path}:{line}")
        except StopIteration:
            break
        except csv.Error as error:
            raise row_files.damaged(f"{path}:{line}", f"no CSV ({error})") from None
        except BadRow as error:
            tally.read += 1
            tally.refuse(error)
        else:
            tally.read += 1
            yield row
    if header is None:
        raise UserError(f"{path} is empty.", "check the path")


def csv_text(rows: Iterable[Mapping[str, Any]], path: Path) -> str:
    """The rows as CSV, every value in quotes; the columns in the order in which they first occur.

    Raises:
        UserError: a value is no text (null and missing ones are written as empty texts).
    """
    rows = list(rows)
    header = list(dict.fromkeys(key for row in rows for key in row))
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(header)
    for number, row in enumerate(rows, start=1):
        for key, value in row.items():
            if not isinstance(value, str | None):
                kind = type(value).__name__
                raise UserError(f"{path}: row {number}: {key} is a {kind}; CSV holds texts alone.", "write .jsonl")
        writer.writerow([row.get(key) or "" for key in header])
    return stream.getvalue()


class _Lines:
    """The lines of a file as texts, and the number of the last one."""

    def __init__(self, path: Path) -> None:
        self.number = 0
        self._path = path
        self._lines = row_files.lines(path)

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        self.number, line = next(self._lines)
        where = f"{self._path}:{self.number}"
        if line is None:
            raise row_files.damaged(where, f"the line is longer than {row_files.LINE_LIMIT >> 20} MB")
        try:
            return line.decode("utf-8-sig" if self.number == 1 else "utf-8")
        except UnicodeDecodeError:
            # a quoted value may go on over lines: where the next row begins is not known any more
            raise row_files.damaged(where, "the text is not UTF-8") from None


def _header(values: list[str], path: Path) -> list[str]:
    if not any(values):
        raise UserError(f"{path} has an empty line where its header should be.", "check the path")
    twice = [name for name in values if values.count(name) > 1]
    if twice:
        raise UserError(f"{path}:1: the column {twice[0]!r} occurs twice.", "name the columns differently")
    return values


def _row(header: list[str], values: list[str], where: str) -> Row:
    if len(values) != len(header):
        kind = "a row has another number of values than the header"
        raise malformed(where, f"{len(values)} values, but the header names {len(header)}", kind)
    return Row(where, dict(zip(header, values, strict=True)))
