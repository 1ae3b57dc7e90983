"""What a result came from: parameters, code, commit and machine.

The run key is the identity of an experiment: the same key means the same computation. It covers params.yaml, the
pipeline and every source file that a stage may execute, and the pinned libraries; it does not cover the commands,
the statistics and the MLflow view, which never change a result.
"""

from __future__ import annotations

import hashlib
import os
import platform
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from codereflect.git import git
from codereflect.store import digest

# What only looks at results: changing them re-runs nothing.
VIEWS = ("cli", "comparison", "tracking")


def file_digest(path: Path) -> str:
    """SHA-256 (hex) of a file's bytes."""
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def code_files(root: Path = Path()) -> list[Path]:
    """The files that decide what a stage computes, relative to the root, sorted."""
    package = root / "src" / "codereflect"
    files = [path for path in package.rglob("*") if path.is_file() and path.suffix in {".py", ".txt", ".html", ".java"}]
    files = [path for path in files if path.relative_to(package).parts[0] not in VIEWS]
    files += sorted((root / "stages").glob("*.py"))
    files += [path for path in (root / "dvc.yaml", root / "requirements.lock") if path.exists()]
    return sorted(path.relative_to(root) for path in files)


def code_digests(root: Path = Path()) -> dict[str, str]:
    """SHA-256 of every file of `code_files`, by its path."""
    return {path.as_posix(): file_digest(root / path) for path in code_files(root)}


def run_key(params: dict[str, Any], root: Path = Path()) -> str:
    """Identity of an experiment: SHA-256 (hex) over its parameters and code."""
    return digest({"params": params, "code": code_digests(root)})


def tree_digest(folders: Iterable[Path]) -> str:
    """SHA-256 (hex) over names and bytes of all files under some files or folders, Python's caches left out."""
    total = hashlib.sha256()
    for folder in folders:
        files = [folder] if folder.is_file() else sorted(filter(_counts, folder.rglob("*")))
        for path in files:
            name = path.name if path == folder else path.relative_to(folder).as_posix()
            total.update(f"{folder.name}/{name}\0{file_digest(path)}\n".encode())
    return total.hexdigest()


def _counts(path: Path) -> bool:
    return path.is_file() and path.parent.name != "__pycache__"


def git_commit(root: Path = Path()) -> str | None:
    """The commit that is checked out, with `+changes` when tracked source files differ from it; None without git."""
    head = git("rev-parse", "HEAD", root=root)
    changed = git("status", "--porcelain", "--untracked-files=no", "--", "src", "stages", "dvc.yaml", root=root)
    if head is None or changed is None:
        return None
    return head.decode().strip() + ("+changes" if changed else "")


def machine() -> dict[str, Any]:
    """What the experiment ran on: processor, usable cores, memory, Python. No host name."""
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or "unknown"
