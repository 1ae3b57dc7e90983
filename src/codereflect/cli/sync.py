"""codereflect mlflow-sync

Brings MLflow up to date with the files: every experiment, every published run, the workspace's run.
"""

from __future__ import annotations

from pathlib import Path

import click

from codereflect.errors import UserError
from codereflect.terminal import say


@click.command("mlflow-sync")
def sync() -> None:
    """Rebuild MLflow from git and DVC."""
    say(synchronise())


def synchronise(root: Path = Path()) -> str:
    """Log every run that MLflow lacks. Returns one sentence with the counts.

    Raises:
        UserError: MLflow does not answer, or a run's files are damaged.
    """
    from codereflect.runs.run import all_runs
    from codereflect.tracking.mlflow_log import Tracker
    from codereflect.tracking.mlflow_log import sync as log_missing

    if not Path("params.yaml").exists():
        raise UserError("params.yaml does not exist here.", "run in the root of the repository")
    tracker = Tracker()
    counts = log_missing(all_runs(root), tracker)
    parts = [f"{counts[kind]} {kind}" for kind in ("logged", "replaced") if counts[kind]]
    parts.append(f"{counts['present']} already there")
    noun = "run" if counts.total() == 1 else "runs"
    return f"MLflow ({tracker.shown}): {counts.total()} {noun}, {', '.join(parts)}."
