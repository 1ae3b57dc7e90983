"""The few packages beside the standard library that programs and tests may import, and what these draw at random."""

from __future__ import annotations

import os
import random
import sys
from importlib.machinery import PathFinder
from typing import Any

# those of their modules that have a generator of their own, which they seed from the system
_DRAWING = ("numpy.random", "sympy.core.random")


class SharedPackages:
    """Finds a few packages and no others of their folder: what a program can import is the same at every level."""

    def __init__(self, paths: list[str]) -> None:
        self.folders = {os.path.basename(path): os.path.dirname(path) for path in paths}  # noqa: PTH119, PTH120

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        """The loader of a top-level package that is shared, or of its generator; None for all other names."""
        if name in _DRAWING:
            return _seeded(PathFinder.find_spec(name, path, target))
        folder = self.folders.get(name) if path is None else None
        return PathFinder.find_spec(name, [folder], target) if folder else None


def _seeded(spec: Any) -> Any:
    """A module's loader that seeds it at once: what a program draws must not change from run to run."""
    if spec is not None:
        load = spec.loader.exec_module

        def load_and_seed(module: Any) -> None:
            load(module)
            module.seed(0)

        spec.loader.exec_module = load_and_seed
    return spec


def reseed() -> None:
    """Put all generators that are loaded into their first state: what is drawn must not depend on what was before."""
    random.seed(0)
    for name in _DRAWING:
        if name in sys.modules:
            sys.modules[name].seed(0)
