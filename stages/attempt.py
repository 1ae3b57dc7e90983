"""dvc repro attempt: the base model tries a slice of the training tasks, and what it writes is run."""

import _source  # noqa: F401
from codereflect import paths
from codereflect.generation.attempts import attempt_tasks
from codereflect.generation.engines.local import LocalEngine
from codereflect.stage import Stage, run_stage


def attempt(stage: Stage) -> None:
    """models/base, data/prepared -> data/attempts"""
    engine = LocalEngine(paths.BASE_MODEL, stage.workers)
    attempt_tasks(engine, paths.PREPARED / "attempt.jsonl", stage.context, stage.out(paths.ATTEMPTS))


if __name__ == "__main__":
    run_stage("attempt", attempt, outs=[paths.ATTEMPTS])
