"""dvc repro annotate: the teacher explains the failed attempts."""

import _source  # noqa: F401
from codereflect import paths
from codereflect.stage import Stage, run_stage
from codereflect.teacher.files import annotate_attempts


def annotate(stage: Stage) -> None:
    """data/attempts, data/prepared -> data/annotations"""
    annotate_attempts(paths.PREPARED / "attempt.jsonl", paths.ATTEMPTS, stage.out(paths.ANNOTATIONS))


if __name__ == "__main__":
    run_stage("annotate", annotate, outs=[paths.ANNOTATIONS])
