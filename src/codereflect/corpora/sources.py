"""Where the rows of a public data set come from: files of a hub, or a file of one's own, each pinned to its bytes.

From a hub: the commit is recorded, every file is checked against the hash that the hub lists for it, and what was
fetched once is not fetched again: a pinned commit needs no network a second time.
From a file: one in data/files is a dependency of the stage, whose hash DVC keeps; one elsewhere must name its sha256.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codereflect import paths
from codereflect.corpora import hub_files
from codereflect.corpus_params import FileSource, override
from codereflect.errors import UserError
from codereflect.progress import progress
from codereflect.provenance import file_digest


@dataclass(frozen=True)
class Found:
    """What a source gave.

    Attributes:
        files: paths to read, sorted by the names under which the source knows them.
        pin: `{"source", "name", "revision", "sha256": {file: hash}, "bytes", "licence"}`. `name` is the hub's id, or
            the path in data/files, or a file's name alone: where a machine keeps its files is no part of a result.
    """

    files: tuple[Path, ...]
    pin: dict[str, Any]


def resolve(key: str, source: FileSource, store_folder: Path) -> Found:
    """The files of a source, on this machine, with what pins them.

    Args:
        key: dotted key of the source in params.yaml (`corpus.concode`), for errors.
        source: what params.yaml says.
        store_folder: where files of a hub are kept between runs.

    Raises:
        UserError: the file or the data set cannot be had, or its hash is another one.
    """
    return _from_path(key, source) if source.source == "path" else _from_hub(key, source, store_folder)


def _from_path(key: str, source: FileSource) -> Found:
    """A single file.

    Raises:
        UserError: there is no such file, it cannot be read, or it is not the one that sha256 names.
    """
    given = source.path or ""
    path = _file(f"{key}.path", given)
    try:
        actual, size = file_digest(path), path.stat().st_size
    except OSError as error:
        raise UserError(f"{key}.path: {given} cannot be read ({error.strerror}).", f"chmod u+r {given}") from None
    normal = Path(os.path.normpath(given))
    tracked = is_tracked(normal, normal.parent)
    if source.sha256 is None and not tracked:
        raise UserError(
            f"{key}.path: {given} is outside {paths.FILES}, where DVC sees no changes, and {key}.sha256 is null; "
            f"the file's sha256 is {actual}.",
            f"dvc exp run -S {override(key)}.sha256={actual}, or put the file into {paths.FILES}",
        )
    _compare(key, source.sha256, given, actual)
    name = normal.as_posix() if tracked else path.name
    return Found((path,), _pin("path", name, None, {name: actual}, size, hub_files.NOT_STATED))


def is_tracked(path: Path, folder: Path) -> bool:
    """Whether DVC sees a path when it looks at data/files.

    Args:
        path: without `..`, relative to the repository.
        folder: the one that no link may stand in the way of: DVC follows links to files, not links to folders.
    """
    inside = not path.is_absolute() and path.is_relative_to(paths.FILES)
    return inside and folder.resolve().is_relative_to(paths.FILES.resolve())


def _compare(key: str, wanted: str | None, name: str, actual: str) -> None:
    if wanted not in (None, actual):
        raise UserError(
            f"{key}.sha256: {name} is not the file that was pinned: its sha256 is {actual}, not {wanted}.",
            f"restore the pinned file, or accept this one: dvc exp run -S {override(key)}.sha256={actual}",
        )


def _file(key: str, given: str) -> Path:
    """A regular file that exists."""
    try:
        path = Path(given).expanduser()
        kind = path.stat().st_mode
    except FileNotFoundError:
        raise missing(key, given, path) from None
    except (OSError, RuntimeError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise UserError(f"{key}: {given!r} cannot be read ({reason}).", f"edit {key}") from None
    if stat.S_ISDIR(kind):
        raise UserError(
            f"{key}: {given!r} is a folder.", f"name one file in it: -S {override(key)}={given.rstrip('/')}/FILE"
        )
    if not stat.S_ISREG(kind):
        raise UserError(f"{key}: {given!r} is no regular file.", f"edit {key}")
    return path


def missing(key: str, given: str, path: Path) -> UserError:
    """The sentence for a path that is not there: `given` is as params.yaml writes it, `key` where it does."""
    if path.is_symlink():
        return UserError(f"{key}: {given} is a broken link.", f"repair the link, or edit {key}")
    if path.with_name(path.name + ".dvc").exists():
        return UserError(f"{key}: {given} is missing; only {given}.dvc is there.", f"dvc pull {given}.dvc")
    if not path.is_absolute() and (paths.repository() / path).exists():
        return UserError(
            f"{key}: {given} is tracked by neither git nor DVC, and experiments run in a copy of tracked files.",
            f"dvc add {given} && git add {given}.dvc",
        )
    return UserError(f"{key}: {given} does not exist.", f"edit {key}")


def _pin(
    source: str, name: str, revision: str | None, sha256: dict[str, str], size: int, licence: str
) -> dict[str, Any]:
    return {
        "source": source,
        "name": name,
        "revision": revision,
        "sha256": sha256,
        "bytes": size,
        "licence": licence,
    }


def _from_hub(key: str, source: FileSource, store_folder: Path) -> Found:
    listing = hub_files.listed(key, source, store_folder)
    if source.sha256 is not None and len(listing.files) > 1:
        raise UserError(
            f"{key}.sha256 pins one file, but {key}.files matches {len(listing.files)}.",
            f"-S {override(key)}.sha256=null -S {override(key)}.revision={listing.commit}",
        )
    found: list[Path] = []
    sha256: dict[str, str] = {}
    with progress(str(source.hub), listing.bytes / 1000, "kB") as advance:
        for file in listing.files:
            path, sha256[file.name] = hub_files.download(key, source, listing.commit, file, store_folder, advance)
            _compare(key, source.sha256, file.name, sha256[file.name])
            found.append(path)
    pin = _pin("hub", source.hub or "", listing.commit, sha256, listing.bytes, listing.licence)
    return Found(tuple(found), pin)
