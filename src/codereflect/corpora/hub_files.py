"""Files of a data set on a hub: what is there at which commit, and their bytes, checked.

The commit is recorded, every file is checked against the hash that the hub lists for it (SHA-256 of files in LFS, else
git's own), and what was fetched once is not fetched again: a pinned commit needs no network a second time.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from codereflect import hub
from codereflect.corpus_params import FileSource, override
from codereflect.errors import UserError
from codereflect.json_files import dump_json, write_text_atomically
from codereflect.provenance import file_digest
from codereflect.store import digest

if TYPE_CHECKING:
    from huggingface_hub import HfApi

NOT_STATED = "not stated"
COMMIT = re.compile(r"[0-9a-f]{40}")
CHUNK = 1 << 20


@dataclass(frozen=True)
class HubFile:
    """A file as a hub lists it; one of the two hashes, or none."""

    name: str
    bytes: int
    sha256: str | None
    git: str | None


@dataclass(frozen=True)
class Listing:
    """What a hub says of the wanted files of a data set at one commit."""

    commit: str
    licence: str
    gated: bool
    files: tuple[HubFile, ...]

    @property
    def bytes(self) -> int:
        """Size of all of them."""
        return sum(file.bytes for file in self.files)


def listed(key: str, source: FileSource, store_folder: Path, seconds: float | None = None) -> Listing:
    """What the hub says of the files that the source names; a commit that was asked for before is not asked again.

    Args:
        key: dotted key of the source, for errors.
        source: one with `source: hub`.
        store_folder: where answers are kept.
        seconds: until the hub must have answered; None is `hub.ANSWER_SECONDS`.

    Raises:
        UserError: the hub gives nothing, or no file fits.
    """
    if COMMIT.fullmatch(source.revision or "") and (kept := _kept(store_folder, source)):
        return _matching(key, source, kept)
    limit = hub.ANSWER_SECONDS if seconds is None else seconds
    whole = hub.ask(_wanted(key, source), lambda api: _ask(api, source, limit), limit)
    write_text_atomically(_listing_file(store_folder, source, whole.commit), _listing_text(whole))
    return _matching(key, source, whole)


def _wanted(key: str, source: FileSource) -> hub.Wanted:
    instead = f"take it from a file: -S {override(key)}.source=path -S {override(key)}.path=FILE"
    return hub.Wanted("dataset", source.hub or "", source.revision, f"{key}.hub", f"{key}.revision", instead)


def _ask(api: HfApi, source: FileSource, seconds: float) -> Listing:
    info = api.dataset_info(source.hub or "", revision=source.revision, timeout=seconds, files_metadata=True)
    files = [
        HubFile(
            entry.rfilename,
            (entry.lfs.size if entry.lfs else entry.size) or 0,
            entry.lfs.sha256 if entry.lfs else None,
            # What git keeps of a file in LFS is a pointer: its id says nothing about the file.
            None if entry.lfs else entry.blob_id,
        )
        for entry in info.siblings or []
    ]
    files.sort(key=lambda file: file.name)
    licence = getattr(info.card_data, "license", None) or NOT_STATED
    words = ", ".join(map(str, licence)) if isinstance(licence, list) else str(licence)
    if not COMMIT.fullmatch(info.sha or ""):
        raise ValueError("an answer without a commit")
    return Listing(str(info.sha), words, bool(info.gated), tuple(files))


def _listing_file(store_folder: Path, source: FileSource, commit: str) -> Path:
    return store_folder / "listings" / f"{digest([source.hub, commit])}.json"


def _listing_text(listing: Listing) -> str:
    files = [[file.name, file.bytes, file.sha256, file.git] for file in listing.files]
    return dump_json({"commit": listing.commit, "licence": listing.licence, "gated": listing.gated, "files": files})


def _kept(store_folder: Path, source: FileSource) -> Listing | None:
    """What the hub said of a commit before; a damaged file counts as absent."""
    try:
        text = _listing_file(store_folder, source, source.revision or "").read_text(encoding="utf-8")
        values = json.loads(text)
        files = tuple(HubFile(*row) for row in values["files"])
        return Listing(values["commit"], values["licence"], values["gated"], files)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _matching(key: str, source: FileSource, listing: Listing) -> Listing:
    """The listing without the files that the source's pattern does not fit."""
    files = tuple(file for file in listing.files if fits(file.name, source.files or ""))
    if files:
        return replace(listing, files=files)
    names = [file.name for file in listing.files]
    there = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "") or "no files"
    raise UserError(
        f"{key}.files: no file of {source.hub} matches {source.files} (it holds {there}).", f"edit {key}.files"
    )


def fits(name: str, pattern: str) -> bool:
    """Whether the path of a file in a repository fits a pattern, folder by folder."""
    parts, patterns = PurePosixPath(name).parts, PurePosixPath(pattern).parts
    return len(parts) == len(patterns) and all(map(fnmatchcase, parts, patterns))


def download(
    key: str, source: FileSource, commit: str, file: HubFile, store_folder: Path, advance: Callable[[float], None]
) -> tuple[Path, str]:
    """A file of the hub on this machine and its SHA-256; one that is not what the hub lists is fetched once more.

    Args:
        key: dotted key of the source, for errors.
        source: one with `source: hub`.
        commit: of the repository.
        file: as listed.
        store_folder: where files are kept between runs.
        advance: told of every thousand bytes.

    Raises:
        UserError: the hub does not give it, or gives something else twice.
    """
    wanted, cache = _wanted(key, source), store_folder / "hub"
    for again in (False, True):
        path = _fetch(wanted, commit, file.name, cache, again, advance)
        sha256 = file_digest(path)
        whole = path.stat().st_size == file.bytes and file.sha256 in (None, sha256)
        if whole and (file.git is None or file.git == _git_id(path)):
            return path, sha256
    # Nothing damaged stays behind for the next run, or for another one that shares the cache.
    path.resolve().unlink(missing_ok=True)
    path.unlink(missing_ok=True)
    raise UserError(
        f"{wanted.name_key}: {file.name} of {wanted.name} arrived twice with other bytes than the hub lists for it.",
        "run the same command again; if it happens again, pin another revision",
    )


def here(source: FileSource, listing: Listing, store_folder: Path) -> bool:
    """Whether all files of a listing have been fetched; their bytes are not looked at."""
    cache = store_folder / "hub"
    return all(_cached(source.hub or "", listing.commit, file.name, cache) for file in listing.files)


def _cached(name: str, commit: str, file: str, cache: Path) -> Path | None:
    from huggingface_hub import try_to_load_from_cache

    there = try_to_load_from_cache(name, file, cache_dir=cache, revision=commit, repo_type="dataset")
    return Path(there) if isinstance(there, str) else None


def _git_id(path: Path) -> str:
    """The id that git gives a file."""
    blob = hashlib.sha1(f"blob {path.stat().st_size}\0".encode(), usedforsecurity=False)
    with open(path, "rb") as stream:
        while chunk := stream.read(CHUNK):
            blob.update(chunk)
    return blob.hexdigest()


def _fetch(
    wanted: hub.Wanted, commit: str, name: str, cache: Path, again: bool, advance: Callable[[float], None]
) -> Path:
    from huggingface_hub import hf_hub_download

    if not again and (there := _cached(wanted.name, commit, name, cache)):
        return there
    if hub.offline():
        hub.ask(wanted, lambda api: None)

    def download(pulse: hub.Pulse) -> str:
        return hf_hub_download(
            wanted.name,
            name,
            repo_type="dataset",
            revision=commit,
            cache_dir=cache,
            force_download=again,
            endpoint=hub.endpoint(),
            tqdm_class=_bar(pulse, advance),
        )

    return Path(hub.fetch(wanted, download))


def _bar(pulse: hub.Pulse, advance: Callable[[float], None]) -> type:
    """What the library takes for its progress bar: it tells this repository's progress, and that bytes arrive."""

    class Bar:
        def __init__(self, *_: object, initial: int = 0, **__: object) -> None:
            self.n = self.transferred = initial

        def __enter__(self) -> Bar:
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def update(self, amount: float = 1) -> None:
            self.n += int(amount)
            advance(amount / 1000)
            pulse.beat(self.n)

        def update_transfer(self, amount: float) -> None:
            self.transferred += int(amount)
            pulse.beat(self.transferred)

        def set_postfix_str(self, *_: object, **__: object) -> None:
            pass

        def set_transfer_postfix_str(self, *_: object, **__: object) -> None:
            pass

        def close(self) -> None:
            pass

    return Bar
