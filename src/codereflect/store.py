"""The content-keyed store: what is dear and must survive a crash (samples, checkpoints, replies).

A key is the SHA-256 of everything the value depends on. Values are written to a scratch file and renamed, so a reader
sees a whole value or none. Deleting the folder loses time, never a result.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from codereflect import paths
from codereflect.json_files import dump_json


def digest(value: Any) -> str:
    """SHA-256 (hex) of the canonical JSON of a value."""
    return hashlib.sha256(dump_json(value).encode("utf-8", "surrogatepass")).hexdigest()


class Store:
    """Values and folders by key, under `folder`; with `folder=None` nothing is kept beyond this process."""

    def __init__(self, folder: Path | None) -> None:
        self._temporary = tempfile.TemporaryDirectory(prefix="codereflect-") if folder is None else None
        self.folder = Path(self._temporary.name) if self._temporary else Path(folder or ".")

    @classmethod
    def default(cls) -> Store:
        """The store of this repository (see `paths.cache`)."""
        return cls(paths.cache())

    def _file(self, space: str, key: str) -> Path:
        return self.folder / space / key[:2] / f"{key}.json"

    def get(self, space: str, key: str) -> Any | None:
        """The value stored under a key, or None. A damaged file counts as absent."""
        try:
            return json.loads(self._file(space, key).read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return None

    def cached(self, space: str, key: str, make: Callable[[], Any]) -> Any:
        """The value under a key; made and put there when it is missing."""
        value = self.get(space, key)
        if value is None:
            value = make()
            self.put(space, key, value)
        return value

    def put(self, space: str, key: str, value: Any) -> None:
        """Store a JSON value under a key, atomically."""
        target = self._file(space, key)
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, scratch = tempfile.mkstemp(dir=target.parent, prefix=f"{key}.", suffix=".part")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                stream.write(dump_json(value))
            os.replace(scratch, target)
        except FileNotFoundError:
            # Another writer of this key was first, and took this scratch file for one that a killed writer left.
            if not target.exists():
                raise
        except BaseException:
            Path(scratch).unlink(missing_ok=True)
            raise
        for left in target.parent.glob(f"{key}.*.part"):
            left.unlink(missing_ok=True)

    def work_dir(self, space: str, key: str) -> Path:
        """A folder that belongs to a key alone (checkpoints of one run, say), made if it is missing."""
        folder = self.folder / space / key
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def drop(self, space: str, key: str) -> None:
        """Forget the folder of a key."""
        shutil.rmtree(self.folder / space / key, ignore_errors=True)
