"""Where things lie. Paths of the experiment start at the working directory, shared stores at the repository.

In `dvc exp run --temp` the working directory is a copy of the repository while DVC_ROOT names the original: what the
experiment reads and writes must be the copy's, what outlives an experiment (cache, MLflow database) the original's.
"""

from __future__ import annotations

import os
from pathlib import Path

FILES = Path("data/files")
NEEDS = Path("data/needs")
RAW = Path("data/raw")
MACHINE = Path("data/machine")
SUITES = Path("data/suites")
PREPARED = Path("data/prepared")
ATTEMPTS = Path("data/attempts")
ANNOTATIONS = Path("data/annotations")
ASSEMBLED = Path("data/assembled")
GENERATED = Path("data/generated")
SCORED = Path("data/scored")
BASE_MODEL = Path("models/base")
SFT_MODEL = Path("models/sft")
TRAINED_MODEL = Path("models/trained")
METRICS = Path("metrics/current")
PUBLISHED = Path("metrics/published")


def repository() -> Path:
    """The root of the original repository (not of an experiment's copy)."""
    root = os.environ.get("DVC_ROOT")
    return Path(root) if root else Path.cwd()


def cache() -> Path | None:
    """The folder of the content-keyed store: `$CODEREFLECT_CACHE`, else `.codereflect` in the repository.

    Returns:
        None when `$CODEREFLECT_CACHE` is `off`.
    """
    setting = os.environ.get("CODEREFLECT_CACHE", "")
    if setting == "off":
        return None
    return Path(setting).expanduser().absolute() if setting else repository() / ".codereflect"
