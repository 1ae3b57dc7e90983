"""Experiments as git holds them: DVC keeps each as a commit under refs/exps/<2>/<38>/<name>.

Git is asked directly: importing dvc takes seconds, and reading files of commits needs nothing of it. What is read is
looked at by the comparison and by MLflow alike.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from codereflect.git import git

# The queue and half-finished runs have references of other shapes under refs/exps.
_EXPERIMENT = re.compile(r"refs/exps/[0-9a-f]{2}/[0-9a-f]{38}/([^/]+)")


@dataclass(frozen=True)
class Experiment:
    """A finished DVC experiment: its name, commit and the commit's time (seconds since 1970)."""

    name: str
    commit: str
    time: int


def experiments(root: Path) -> list[Experiment]:
    """All experiments of a repository, newest first; none where there is no git or no repository."""
    text = git("for-each-ref", "--format=%(refname) %(objectname) %(committerdate:unix)", "refs/exps/", root=root)
    found = []
    for line in (text or b"").decode().splitlines():
        reference, commit, time = line.rsplit(" ", 2)
        match = _EXPERIMENT.fullmatch(reference)
        if match:
            found.append(Experiment(match[1], commit, int(time)))
    return sorted(found, key=lambda one: (-one.time, one.name, one.commit))


def resolve(root: Path, revision: str) -> Experiment | None:
    """A git revision (branch, tag, hash, HEAD~2) as a commit under the name it was asked for, or None."""
    # A leading dash would be read as an option of git.
    if revision.startswith("-"):
        return None
    text = git("log", "-1", "--format=%H %ct", "--end-of-options", f"{revision}^{{commit}}", "--", root=root)
    if not text:
        return None
    commit, time = text.decode().split()
    return Experiment(revision, commit, int(time))


def read_files(root: Path, wanted: Sequence[tuple[str, str]]) -> dict[tuple[str, str], bytes]:
    """Files of commits, read by one process.

    Args:
        root: a folder of the repository; paths are relative to it.
        wanted: pairs (commit, path).

    Returns:
        The bytes by the same pairs; a file that a commit does not hold is absent.
    """
    request = "".join(f"{commit}:./{path}\n" for commit, path in wanted).encode()
    stream = git("cat-file", "--batch", root=root, stdin=request) if wanted else None
    return dict(_objects(stream, wanted)) if stream else {}


def _objects(stream: bytes, wanted: Sequence[tuple[str, str]]) -> list[tuple[tuple[str, str], bytes]]:
    """The objects of the answer of `cat-file --batch`, in the order they were asked for."""
    found = []
    place = 0
    for pair in wanted:
        end = stream.index(b"\n", place)
        header = stream[place:end].split(b" ")
        place = end + 1
        if header[-1] == b"missing":
            continue
        size = int(header[-1])
        if header[-2] == b"blob":
            found.append((pair, stream[place : place + size]))
        place += size + 1
    return found
