"""dvc repro annotate: the teacher explains the failed attempts."""

import _source  # noqa: F401
from codereflect import paths
from codereflect.stage import Stage, run_stage
from codereflect.teacher.teacher import annotate_attempts


def annotate(stage: Stage) -> None:
    """data/attempts, data/prepared -> data/annotations"""
    name, out = stage.params.teacher.name, stage.out(paths.ANNOTATIONS)
    annotate_attempts(name, paths.PREPARED / "attempt.jsonl", paths.ATTEMPTS, out)


if __name__ == "__main__":
    run_stage("annotate", annotate, outs=[paths.ANNOTATIONS])
