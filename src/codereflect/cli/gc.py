"""codereflect gc [--dry] [--all] [--days N]

Cleans the content-keyed store (answers, verdicts, checkpoints that no run has used for a while) and deletes copies of
killed experiments. This loses time, never a result. DVC's cache and git stay as they are.
"""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from codereflect import paths
from codereflect.terminal import say

DAY = 86400.0
_FOLDER = re.compile(r"[0-9a-f]{64}")
_VALUE = re.compile(r"[0-9a-f]{64}\.json|\S+\.part")


@dataclass(frozen=True)
class Entry:
    """One value or folder of the store: its bytes, and when it was last read or written (seconds since 1970)."""

    path: Path
    size: int
    used: float

    def remove(self) -> None:
        """Delete it, and its parent when that is empty."""
        if self.path.is_dir():
            shutil.rmtree(self.path, ignore_errors=True)
        else:
            self.path.unlink(missing_ok=True)
            if not any(self.path.parent.iterdir()):
                self.path.parent.rmdir()


@click.command()
@click.option("--dry", is_flag=True, help="Show what would be deleted; delete nothing.")
@click.option("--all", "everything", is_flag=True, help="Delete the whole store, whatever its age.")
@click.option(
    "--days", default=30, show_default=True, type=click.IntRange(min=0), help="Keep what was used in the last N days."
)
def gc(dry: bool, everything: bool, days: int) -> None:
    """Clean the store of answers, verdicts and checkpoints."""
    from codereflect.cli.dvc_runs import remove_leftovers

    folder = paths.cache()
    found = list(entries(folder)) if folder and folder.is_dir() else []
    oldest = time.time() - days * DAY
    doomed = [entry for entry in found if everything or entry.used < oldest]
    if not dry:
        for entry in doomed:
            entry.remove()
    verb = "would be deleted" if dry else "deleted"
    kept = sum(entry.size for entry in found) - sum(entry.size for entry in doomed)
    what = "entries" if everything else f"entries unused for {days} days"
    say(f"Store {folder or '(off)'}: {len(doomed)} {what} {verb}, {_bytes(sum(entry.size for entry in doomed))};")
    say(f"{len(found) - len(doomed)} entries kept, {_bytes(kept)}.")
    say(f"Copies of killed experiments: {_bytes(remove_leftovers(delete=not dry))} {verb}.")
    if found and not doomed and not everything:
        say("To delete the rest too: codereflect gc --all")
    say("DVC's cache stays: dvc gc --workspace --all-experiments removes what no experiment refers to.")


def entries(folder: Path) -> Iterator[Entry]:
    """What the store keeps under a folder; anything that the store did not write is passed over.

    Values lie at SPACE/<2 hex>/<64 hex>.json, folders at SPACE/<64 hex>/.
    """
    for space in sorted(path for path in folder.iterdir() if path.is_dir() and not path.is_symlink()):
        for child in sorted(path for path in space.iterdir() if path.is_dir() and not path.is_symlink()):
            if _FOLDER.fullmatch(child.name):
                yield _entry(child, [path for path in child.rglob("*") if path.is_file()])
            elif re.fullmatch(r"[0-9a-f]{2}", child.name):
                values = (path for path in child.iterdir() if path.is_file() and _VALUE.fullmatch(path.name))
                yield from (_entry(path, [path]) for path in values)


def _entry(path: Path, files: list[Path]) -> Entry:
    states = [file.lstat() for file in files] or [path.lstat()]
    used = max(max(state.st_mtime, state.st_atime) for state in states)
    return Entry(path, sum(state.st_size for state in states) if files else 0, used)


def _bytes(count: float) -> str:
    power = 0
    while count >= 1000 and power < 3:
        count, power = count / 1000, power + 1
    return f"{count:.1f} {('bytes', 'KB', 'MB', 'GB')[power]}" if power else f"{count:.0f} bytes"
