"""python tests/sandbox/ordinary_user.py ARGUMENTS...

Runs this Python with the given arguments as a user without any right, in a mount namespace of its own in which that
user may enter the folders of Python and of this repository. To be started by root, through `unshare -m`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

USER = 65533
ROOT = Path(__file__).resolve().parents[2]


def closed_above(path: Path) -> Path | None:
    """The highest folder above a path that others may not enter."""
    return next((parent for parent in reversed(path.parents) if not parent.stat().st_mode & 0o001), None)


def mount(*arguments: str | Path) -> None:
    """mount(8)"""
    subprocess.run(["mount", *map(str, arguments)], check=True)


def open_up(paths: list[Path]) -> None:
    """Put an empty folder over each closed one, with nothing in it but the paths that are needed."""
    needed: dict[Path, list[Path]] = {}
    for path in paths:
        closed = closed_above(path)
        if closed is not None and path not in needed.setdefault(closed, []):
            needed[closed].append(path)
    for closed, inside in needed.items():
        kept = {path: Path(tempfile.mkdtemp(prefix="open-up-")) for path in inside}
        for path, place in kept.items():
            mount("--bind", path, place)
        mount("-t", "tmpfs", "-o", "mode=755", "none", closed)
        for path, place in kept.items():
            path.mkdir(parents=True, exist_ok=True)
            mount("--bind", place, path)
            subprocess.run(["umount", str(place)], check=True)
            place.rmdir()


def main() -> None:
    """Open the folders, become the user, run."""
    mount("--make-rprivate", "/")
    open_up([Path(sys.base_prefix).resolve(), Path(sys.prefix).absolute(), ROOT])
    os.setgroups([])
    os.setresgid(USER, USER, USER)
    os.setresuid(USER, USER, USER)
    os.execv(sys.executable, [sys.executable, *sys.argv[1:]])


if __name__ == "__main__":
    main()
