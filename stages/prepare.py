"""dvc repro prepare: split the corpus between base model, arms, attempts and tests."""

import _source  # noqa: F401
from codereflect import paths
from codereflect.corpora.splits import prepare as prepare_splits
from codereflect.stage import Stage, run_stage


def prepare(stage: Stage) -> None:
    """data/raw -> data/prepared"""
    prepare_splits(paths.RAW, stage.params.data, stage.params.attempt, stage.out(paths.PREPARED))


if __name__ == "__main__":
    run_stage("prepare", prepare, outs=[paths.PREPARED])
