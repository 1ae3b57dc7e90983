"""The files of a source, each with a name for its rows' ids, and the check that no two files give the same one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from codereflect.corpora.sources import Found
from codereflect.errors import UserError


class SourceFile(NamedTuple):
    """A file to read.

    Attributes:
        path: where it lies.
        name: what the source calls it.
        label: its part of the ids of its rows.
    """

    path: Path
    name: str
    label: str


def files_of(found: Found) -> Iterator[SourceFile]:
    """The files of a source.

    A label is the name up to its first dot, and the whole name with its folders where others begin alike.
    """
    names = list(found.pin["sha256"])
    starts = Counter(map(_start, names))
    for path, name in zip(found.files, names, strict=True):
        yield SourceFile(path, name, _start(name) if starts[_start(name)] == 1 else name)


def _start(name: str) -> str:
    return name.rpartition("/")[2].split(".")[0]


class Taken:
    """The ids of the files of a source, as far as they were read."""

    def __init__(self, key: str) -> None:
        """`key`: of the source in params.yaml."""
        self._key = key
        self._files: dict[str, str] = {}

    def add(self, file: SourceFile, ids: Iterable[str]) -> None:
        """Note the ids of a file.

        Raises:
            UserError: another file has one of them.
        """
        for one in ids:
            before = self._files.setdefault(one, file.name)
            if before != file.name:
                raise UserError(
                    f"{self._key}: {before} and {file.name} both hold the id {one[:80]}.",
                    f"choose one of them by {self._key}.files",
                )
