"""The files of a source, each with a label for its rows' ids, and their rows; no two files may hold the same id."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple, TypeVar

from codereflect.corpora.sources import Found
from codereflect.errors import UserError

R = TypeVar("R")


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


def read_all(key: str, found: Found, read: Callable[[SourceFile], list[R]], name: Callable[[R], str]) -> list[R]:
    """The rows of all files of a source, file by file.

    Args:
        key: of the source in params.yaml.
        found: the source.
        read: gives the rows of one file.
        name: gives the id of a row.

    Raises:
        UserError: two files hold rows of the same id.
    """
    rows: list[R] = []
    holders: dict[str, str] = {}
    for file in files_of(found):
        of_file = read(file)
        for row in of_file:
            before = holders.setdefault(name(row), file.name)
            if before != file.name:
                raise UserError(
                    f"{key}: {before} and {file.name} both hold the id {name(row)[:80]}.",
                    f"choose one of them by {key}.files",
                )
        rows += of_file
    return rows
