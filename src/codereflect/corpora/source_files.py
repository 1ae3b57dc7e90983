"""The rows of a source, file by file, each file with a label for its rows' ids; no two may hold the same id."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from codereflect.corpora.sources import Found, resolve
from codereflect.corpus_params import FileSource
from codereflect.errors import UserError
from codereflect.records import Task

R = TypeVar("R", bound=Task)


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


def read_source(
    key: str,
    source: FileSource,
    store_folder: Path,
    read: Callable[[SourceFile], tuple[list[R], dict[str, Any] | None]],
) -> tuple[list[R], dict[str, Any]]:
    """The rows of all files of a source, with a card: `source`, its pin, and by file what was counted, `read`.

    Args:
        key: of the source in params.yaml.
        source: what params.yaml says.
        store_folder: where files of a hub are kept between runs.
        read: gives the rows of one file, and what it counted or None.

    Raises:
        UserError: the source cannot be had, or two files hold rows of the same id.
    """
    found = resolve(key, source, store_folder)
    rows: list[R] = []
    holders: dict[str, str] = {}
    counts: dict[str, dict[str, Any]] = {}
    for file in files_of(found):
        of_file, counted = read(file)
        if counted is not None:
            counts[file.name] = counted
        for row in of_file:
            before = holders.setdefault(row.task_id, file.name)
            if before != file.name:
                raise UserError(
                    f"{key}: {before} and {file.name} both hold the id {row.task_id[:80]}.",
                    f"select one of them with {key}.files",
                )
        rows += of_file
    return rows, {"source": found.pin} | ({"read": counts} if counts else {})
