"""Asking git, as a process: importing a library for it takes longer than most commands run."""

from __future__ import annotations

import subprocess
from pathlib import Path


def git(*arguments: str, root: Path = Path(), stdin: bytes | None = None) -> bytes | None:
    """What a git command prints in a folder; None when it fails, takes over a minute, or there is no git."""
    command = ["git", "-C", str(root), "-c", "core.quotepath=off", *arguments]
    try:
        return subprocess.run(command, input=stdin, capture_output=True, check=True, timeout=60).stdout
    except (OSError, subprocess.SubprocessError):
        return None
