"""What every stage has in common: validate all parameters first, write outs whole or not at all, speak plainly.

A stage is a function of its declared dependencies and parameters. It writes into scratch folders beside its outs,
which are renamed when it has returned: a stage that is killed leaves nothing that looks finished.
"""

from __future__ import annotations

import os
import shutil
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from codereflect.context import Context
from codereflect.errors import one_sentence
from codereflect.imports import MODEL_LIBRARIES, code_of
from codereflect.params import Params, load_params
from codereflect.provenance import tree_digest
from codereflect.runtime import load_runtime
from codereflect.store import Store, digest
from codereflect.terminal import say


@dataclass
class Stage:
    """What a stage's function is given."""

    params: Params
    store: Store
    scratch: dict[Path, Path] = field(default_factory=dict)

    @property
    def context(self) -> Context:
        """What computations are given."""
        return Context(self.params, self.store, self.workers)

    @property
    def workers(self) -> int:
        """Processes that may work at once; no result depends on it."""
        return load_runtime().worker_count()

    @property
    def threads(self) -> int:
        """Threads of the arithmetic. The micro model gets one, so that its bits are the same on every machine."""
        return 1 if self.params.model.name == "micro" else load_runtime().threads

    @contextmanager
    def work_dir(self, module: str, *deps: Path, values: object) -> Iterator[Path]:
        """A folder for checkpoints that belongs to this very computation; removed once the block has succeeded.

        Args:
            module: that trains (its `__name__`).
            deps: files and folders that it reads.
            values: settings that it is given (JSON).
        """
        code = code_of(module, *MODEL_LIBRARIES)
        key = digest({"code": code, "deps": tree_digest(deps), "values": values})
        yield self.store.work_dir("runs", key)
        self.store.drop("runs", key)

    def out(self, path: Path) -> Path:
        """The scratch folder that becomes the out `path` when the stage has finished."""
        return self.scratch[path]


def run_stage(name: str, body: Callable[[Stage], None], outs: Sequence[Path]) -> None:
    """Run a stage's function as the process of a DVC stage.

    Exits with 2 and one sentence when the user can fix what is wrong (DVC then exits with 255).
    """
    # Rounding depends on the number of threads, and oversubscribed OpenMP threads are several times slower.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    # of libraries that are pinned; they would stand between lines of progress
    warnings.filterwarnings("ignore", category=FutureWarning)
    started = time.monotonic()
    with one_sentence():
        stage = Stage(load_params(), Store.default())
        stage.scratch = {out: _fresh_scratch(out) for out in outs}
        try:
            body(stage)
            for out, scratch in stage.scratch.items():
                shutil.rmtree(out, ignore_errors=True)
                os.replace(scratch, out)
        finally:
            for scratch in stage.scratch.values():
                shutil.rmtree(scratch, ignore_errors=True)
        seconds = time.monotonic() - started
        for out in outs:
            stage.store.put("seconds", tree_digest([out]), {"stage": name, "seconds": round(seconds, 2)})
    say(f"{name}: done in {seconds:.0f} s", error=True)


def _fresh_scratch(out: Path) -> Path:
    """An empty folder beside the out; what killed runs left there is removed."""
    out.parent.mkdir(parents=True, exist_ok=True)
    for leftover in out.parent.glob(f".{out.name}.*.part"):
        shutil.rmtree(leftover, ignore_errors=True)
    scratch = out.with_name(f".{out.name}.{os.getpid()}.part")
    scratch.mkdir()
    return scratch
