"""Rows of a foreign file, with the place of each for errors: JSON lines, gzipped or not, one JSON list, or Parquet.

A bad row is one that cannot be read: no JSON, a key missing or of the wrong kind, an id that was there. `Tally` lets a
number of them go, counted by reason; the one above that number stops with `file:line: reason`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from codereflect.errors import UserError
from codereflect.formats import row_files
from codereflect.formats.row_files import LINE_LIMIT

T = TypeVar("T")


class Row(NamedTuple):
    """A value and where it stands: `file:line`, or `file[index]` in a JSON list or a Parquet file."""

    where: str
    value: Any


class BadRow(UserError):
    """The error of a bad row; `kind` is its reason without what differs from row to row."""

    def __init__(self, where: str, reason: str, kind: str) -> None:
        super().__init__(f"{where}: {reason}.", "correct that line, or leave it out")
        self.kind = kind


def malformed(where: str, reason: str, kind: str | None = None) -> BadRow:
    """The error of a bad row. `kind`: under what it is counted, where the reason holds values of the row."""
    return BadRow(where, reason, kind or reason)


class Tally:
    """Counts what became of the rows of a file, and stops at one bad row too many.

    Attributes:
        limit: how many bad rows are let go.
        read: rows that were read, good or bad.
        bad: bad rows by reason.
        rejected: good rows that are of no use, by reason; any number may be.
        places: where the first of each reason stands.
    """

    def __init__(self, limit: int = 0) -> None:
        self.limit = limit
        self.read = 0
        self.bad: Counter[str] = Counter()
        self.rejected: Counter[str] = Counter()
        self.places: dict[str, str] = {}

    def refuse(self, error: BadRow) -> None:
        """Count a bad row.

        Raises:
            BadRow: there were as many as are allowed already.
        """
        self.bad[error.kind] += 1
        self.places.setdefault(error.kind, error.message)
        if self.bad.total() > self.limit:
            if self.limit:
                error.message += f" That is bad row {self.bad.total()}, {self.limit} are allowed."
            raise error

    def reject(self, reason: str, where: str) -> None:
        """Count a row that is well-formed, but cannot be used."""
        self.rejected[reason] += 1
        self.places.setdefault(reason, where)

    def counts(self) -> dict[str, Any]:
        """The figures for a card: `rows`, `bad` and `rejected` by reason in alphabetical order."""
        return {
            "rows": self.read,
            "bad": dict(sorted(self.bad.items())),
            "rejected": dict(sorted(self.rejected.items())),
        }


def read_rows(path: Path, tally: Tally | None = None) -> Iterator[Row]:
    """Yield the rows of a file; lines that hold nothing are skipped. Without a tally the first bad row stops.

    Raises:
        UserError: the file is missing, empty or broken as a whole, or a row too many is bad (`file:line: reason`).
    """
    tally = tally or Tally()
    rows: Iterator[Row]
    if row_files.is_parquet(path):
        rows = (Row(f"{path}[{index}]", value) for index, value in enumerate(row_files.parquet_rows(path)))
    else:
        rows = _list(path) if _is_list(path) else _json_lines(path, tally)
    for row in rows:
        tally.read += 1
        yield row


def parsed(rows: Iterable[Row], parse: Callable[[Row], T], tally: Tally) -> Iterator[T]:
    """What `parse` makes of the rows; one that it calls malformed is counted.

    Raises:
        BadRow: a row too many is bad.
    """
    for row in rows:
        try:
            value = parse(row)
        except BadRow as error:
            tally.refuse(error)
        else:
            yield value


class Names:
    """Ids that were seen. A second one of a kind is a bad row."""

    def __init__(self) -> None:
        self._seen: dict[str, str] = {}

    def add(self, name: str, where: str) -> None:
        """Note an id.

        Raises:
            BadRow: it was there already.
        """
        if name in self._seen:
            raise malformed(where, f"the id {name[:60]!r} was there already ({self._seen[name]})", "repeated id")
        self._seen[name] = where


def _is_list(path: Path) -> bool:
    """Whether a file is one JSON list: it begins as one, and is not said to be JSON lines."""
    return not path.name.removesuffix(".gz").endswith(".jsonl") and row_files.first_byte(path) == b"["


def _list(path: Path) -> Iterator[Row]:
    try:
        yield from _elements(path)
    except MemoryError:
        raise row_files.too_long(path, "does not fit into the memory of this machine") from None


def _elements(path: Path) -> Iterator[Row]:
    payload = row_files.whole(path)
    try:
        text = payload.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise malformed(f"{path}:{payload.count(10, 0, error.start) + 1}", "the text is not UTF-8") from None
    del payload
    try:
        for index, value in enumerate(json.loads(text)):
            yield Row(f"{path}[{index}]", value)
    except json.JSONDecodeError as error:
        raise malformed(f"{path}:{error.lineno}", f"no JSON ({error.msg} at column {error.colno})") from None
    except (ValueError, RecursionError):
        raise malformed(str(path), _UNREADABLE) from None


def _json_lines(path: Path, tally: Tally) -> Iterator[Row]:
    if not row_files.first_byte(path):
        raise UserError(f"{path} is empty.", "check the path")
    for number, line in row_files.lines(path):
        if line is not None and not line.strip():
            continue
        try:
            row = _row(f"{path}:{number}", line)
        except BadRow as error:
            tally.read += 1
            tally.refuse(error)
        else:
            if row is not None:
                yield row


_UNREADABLE = "no JSON that can be read (nested too deep, or a number with too many digits)"


def _row(where: str, line: bytes | None) -> Row | None:
    if line is None:
        raise malformed(where, f"the line is longer than {LINE_LIMIT >> 20} MB")
    try:
        text = line.decode("utf-8-sig")
        return Row(where, json.loads(text)) if text.strip() else None
    except UnicodeDecodeError:
        raise malformed(where, "the text is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise malformed(where, f"no JSON ({error.msg} at column {error.colno})", "no JSON") from None
    except (ValueError, RecursionError):
        raise malformed(where, _UNREADABLE) from None


def text_field(row: Row, *names: str, halves: bool = False) -> str:
    """The first of some fields that a row has; with `halves` unpaired surrogates may be in it.

    Raises:
        BadRow: the row is no object, has none of them, or the field is no text.
    """
    name = next((name for name in names if fields(row).get(name) is not None), None)
    if name is None:
        raise malformed(row.where, f"the key {' or '.join(names)} is missing")
    value = row.value[name]
    if not isinstance(value, str):
        raise malformed(row.where, f"{name} is a {type(value).__name__}, not a text")
    return value if halves else clean(value, row.where, name)


def optional_text(row: Row, name: str) -> str | None:
    """A field that may be missing or null.

    Raises:
        BadRow: the row is no object, or the field is no text.
    """
    return None if fields(row).get(name) is None else text_field(row, name)


def row_id(row: Row) -> str | None:
    """The row's own `id`, a number or a text; None where it is missing or null.

    Raises:
        BadRow: the row is no object, or its id is anything else.
    """
    name = fields(row).get("id")
    if name is None:
        return None
    if isinstance(name, bool) or not isinstance(name, int | str) or name == "":
        raise malformed(row.where, "id is neither a number nor a text")
    return clean(str(name), row.where, "id")


def fields(row: Row) -> dict[str, Any]:
    """The row as an object.

    Raises:
        BadRow: it is none.
    """
    if not isinstance(row.value, dict):
        raise malformed(row.where, f"expected an object, found a {type(row.value).__name__}")
    return row.value


def whole(text: str) -> str:
    """The text with the replacement character for each half of a character: a model may have stopped between two."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def clean(text: str, where: str, name: str) -> str:
    """The text, if it can be written as UTF-8.

    Raises:
        BadRow: it cannot.
    """
    if not text.isascii():
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            raise malformed(where, f"{name} holds half a character (an unpaired surrogate)") from None
    return text
