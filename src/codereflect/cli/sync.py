"""codereflect mlflow-sync

Brings MLflow up to date with the files: every experiment, every published run, the workspace's run.
"""

from __future__ import annotations

from pathlib import Path

import click

from codereflect.errors import UserError
from codereflect.terminal import say


@click.command("mlflow-sync")
@click.option("--port", type=int, default=5000, show_default=True, help="Port that make ui serves on.")
def sync(port: int) -> None:
    """Rebuild MLflow from git and DVC."""
    say(synchronise(port=port))


def synchronise(root: Path = Path(), port: int = 5000) -> str:
    """Log every run that MLflow lacks. Returns a line with the counts, and one with the address of the runs table.

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
    served = tracker.shown.startswith("http")
    look = f"{tracker.shown.rstrip('/')}{tracker.page}" if served else f"http://127.0.0.1:{port}{tracker.page}"
    told = f"MLflow ({tracker.shown}): {counts.total()} {noun}, {', '.join(parts)}."
    return f"{told}\nThe runs{'' if served else ', while make ui runs'}: {look}"
