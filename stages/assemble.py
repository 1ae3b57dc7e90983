"""dvc repro assemble: rows by label (sft, reflection), for training and for validation."""

import _source  # noqa: F401
from codereflect import paths
from codereflect.stage import Stage, run_stage
from codereflect.teacher.training_rows import assemble_rows


def assemble(stage: Stage) -> None:
    """data/annotations, data/prepared -> data/assembled"""
    assemble_rows(
        paths.PREPARED,
        paths.ANNOTATIONS,
        stage.params.reflection,
        stage.params.data,
        stage.out(paths.ASSEMBLED),
    )


if __name__ == "__main__":
    run_stage("assemble", assemble, outs=[paths.ASSEMBLED])
