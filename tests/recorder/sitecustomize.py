"""Notes which parameters a stage reads. Python imports this by itself when the folder is on PYTHONPATH.

Each stage that ends leaves STAGE.PID.json with the dotted keys in the folder that $READS names.
"""

from __future__ import annotations

import atexit
import json
import os
import sys
from pathlib import Path
from typing import Any


class Recorder:
    """Knows the place of every section of the loaded parameters, and what was asked of it."""

    def __init__(self, section: type) -> None:
        self.section = section
        self.reads: set[str] = set()
        # By identity: the section (kept alive), its dotted name, and keys that the stage set itself.
        self.known: dict[int, tuple[Any, str, frozenset[str]]] = {}

    def learn(self, section: Any, prefix: str = "", own: frozenset[str] = frozenset()) -> Any:
        self.known[id(section)] = (section, prefix, own)
        for name, value in section.__dict__.items():
            if isinstance(value, self.section):
                self.learn(value, f"{prefix}{name}.")
        return section

    def note(self, section: Any, name: str) -> None:
        _, prefix, own = self.known[id(section)]
        value = section.__dict__[name]
        if isinstance(value, self.section):
            for inner in value.__dict__:
                self.note(value, inner)
        elif name not in own:
            self.reads.add(prefix + name)


def install(stage: str, folder: Path) -> None:
    """Make the parameters tell this process's recorder what is read."""
    from codereflect import params

    recorder = Recorder(params.Section)
    load, dump, copy = params.load_params, params.Section.model_dump, params.Section.model_copy

    def read(self: Any, name: str) -> Any:
        value = object.__getattribute__(self, name)
        leaf = name in type(self).model_fields and not isinstance(value, params.Section)
        if leaf and id(self) in recorder.known:
            recorder.note(self, name)
        return value

    def dumped(self: Any, **options: Any) -> dict[str, Any]:
        if id(self) in recorder.known:
            for name in self.__dict__.keys() - (options.get("exclude") or set()):
                recorder.note(self, name)
        return dump(self, **options)

    def copied(self: Any, *, update: Any = None, deep: bool = False) -> Any:
        made = copy(self, update=update, deep=deep)
        if id(self) in recorder.known:
            recorder.learn(made, recorder.known[id(self)][1], frozenset(update or {}))
        return made

    params.load_params = lambda *arguments: recorder.learn(load(*arguments))
    params.Section.__getattribute__ = read
    params.Section.model_dump = dumped
    params.Section.model_copy = copied
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{stage}.{os.getpid()}.json"
    atexit.register(lambda: file.write_text(json.dumps(sorted(recorder.reads))))


if os.environ.get("READS") and len(sys.orig_argv) == 2 and sys.orig_argv[1].startswith("stages/"):
    install(Path(sys.orig_argv[1]).stem, Path(os.environ["READS"]))
