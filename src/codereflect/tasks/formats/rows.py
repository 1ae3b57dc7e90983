"""Rows of a foreign file (JSON lines, gzipped or not, or one JSON list), with the place of each for errors."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from codereflect.errors import UserError

# Longest line that is read, in bytes: beyond this a file is no list of programs.
LINE_LIMIT = 64 << 20


class Row(NamedTuple):
    """A value and where it stands: `file:line`, or `file[index]` in a JSON list."""

    where: str
    value: Any


def malformed(where: str, reason: str) -> UserError:
    """The error of a bad row."""
    return UserError(f"{where}: {reason}.", "correct that line, or leave it out")


def read_rows(path: Path) -> Iterator[Row]:
    """Yield the rows of a file; lines that hold nothing are skipped.

    Raises:
        UserError: the file is missing or no text, or a line is no JSON (`file:line: reason`).
    """
    if not path.is_file():
        raise UserError(f"{path} {'is no file' if path.exists() else 'does not exist'}.", "check the path")
    lines = _lines(path)
    first = next(lines, None)
    if first is None:
        raise UserError(f"{path} is empty.", "check the path")
    if first[1].lstrip()[:1] == b"[" and not path.name.removesuffix(".gz").endswith(".jsonl"):
        yield from _list(path, b"".join([first[1], *(line for _, line in lines)]))
        return
    yield _row(*first)
    for where, line in lines:
        yield _row(where, line)


def _list(path: Path, payload: bytes) -> Iterator[Row]:
    values = _row(str(path), payload).value
    if not isinstance(values, list):
        raise malformed(str(path), "expected a JSON list")
    for index, value in enumerate(values):
        yield Row(f"{path}[{index}]", value)


def _lines(path: Path) -> Iterator[tuple[str, bytes]]:
    """The lines that hold something, with their places."""
    number = 0
    try:
        with gzip.open(path) if path.suffix == ".gz" else open(path, "rb") as stream:
            while line := stream.readline(LINE_LIMIT + 1):
                number += 1
                if len(line) > LINE_LIMIT:
                    raise malformed(f"{path}:{number}", f"the line is longer than {LINE_LIMIT >> 20} MB")
                if line.strip():
                    yield f"{path}:{number}", line
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise malformed(f"{path}:{number + 1}", f"the gzip data are damaged ({error})") from None


def _row(where: str, line: bytes) -> Row:
    try:
        return Row(where, json.loads(line.decode("utf-8-sig")))
    except UnicodeDecodeError:
        raise malformed(where, "the text is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise malformed(where, f"no JSON ({error.msg} at column {error.colno})") from None
    except (ValueError, RecursionError):
        raise malformed(where, "no JSON that can be read (nested too deep, or a number with too many digits)") from None


def text_field(row: Row, *names: str, halves: bool = False) -> str:
    """The first of some fields that a row has; with `halves` unpaired surrogates may be in it.

    Raises:
        UserError: the row is no object, has none of them, or the field is no text.
    """
    if not isinstance(row.value, dict):
        raise malformed(row.where, f"expected an object, found a {type(row.value).__name__}")
    name = next((name for name in names if row.value.get(name) is not None), None)
    if name is None:
        raise malformed(row.where, f"the key {' or '.join(names)} is missing")
    value = row.value[name]
    if not isinstance(value, str):
        raise malformed(row.where, f"{name} is a {type(value).__name__}, not a text")
    return value if halves else _clean(value, row.where, name)


def whole(text: str) -> str:
    """The text with the replacement character for each half of a character: a model may have stopped between two."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _clean(text: str, where: str, name: str) -> str:
    """The text, if it can be written as UTF-8."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise malformed(where, f"{name} holds half a character (an unpaired surrogate)") from None
    return text
