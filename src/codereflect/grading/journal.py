"""What was found out about answers, kept as it comes: whatever is killed goes on with the answer where it was.

A journal is a file of JSON lines `{"key", "value"}` that is only ever appended to. A key is the digest of all that
the value depends on. A line that a kill cut short is passed over and ended by the next writer.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from codereflect.json_files import dump_json


class Journal:
    """Values by key, those of earlier runs and those that are added. Use it as a context manager.

    Args:
        file: where they are kept; None keeps them for this process alone.
    """

    def __init__(self, file: Path | None = None) -> None:
        """Read what is there."""
        self.file = file
        self._stream: int | None = None
        self._known: dict[str, Any] = dict(lines_of(file)) if file else {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._stream is not None:
            os.close(self._stream)
            self._stream = None

    def get(self, key: str) -> Any | None:
        """The value under a key, or None."""
        return self._known.get(key)

    def learn(self, key: str, value: Any) -> None:
        """Know a value without writing it: it is kept elsewhere."""
        self._known.setdefault(key, value)

    def add(self, key: str, value: Any) -> None:
        """Keep a JSON value: written in one piece before this returns, so that writers side by side do not mix."""
        self._known[key] = value
        if self.file is None:
            return
        if self._stream is None:
            self._stream = _open_at_a_line(self.file)
        os.write(self._stream, (dump_json({"key": key, "value": value}) + "\n").encode())

    def remove(self) -> None:
        """Delete the file: what it held is kept elsewhere now."""
        self.__exit__(None, None, None)
        if self.file is not None:
            self.file.unlink(missing_ok=True)


def lines_of(file: Path) -> Iterator[tuple[str, Any]]:
    """Keys and values of a journal's file; lines that a kill cut short, or of another form, are passed over."""
    if not file.exists():
        return
    with open(file, encoding="utf-8", errors="replace") as stream:
        for line in stream:
            try:
                row = json.loads(line)
                key, value = row["key"], row["value"]
            except (ValueError, KeyError, TypeError, RecursionError):
                continue
            if isinstance(key, str):
                yield key, value


def _open_at_a_line(file: Path) -> int:
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o666)
    size = os.fstat(handle).st_size
    if size and os.pread(handle, 1, size - 1) != b"\n":
        os.write(handle, b"\n")
    return handle
