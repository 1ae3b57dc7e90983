"""dvc repro prepare: split the corpus between base model, arms, attempts and tests."""

import _source  # noqa: F401
from codereflect import paths
from codereflect.corpora.preparation import prepare as prepare_rows
from codereflect.needs import is_needed
from codereflect.stage import Stage, run_stage


def prepare(stage: Stage) -> None:
    """data/raw, data/suites, data/needs -> data/prepared"""
    for_arms = is_needed(paths.NEEDS, "rows")
    prepare_rows(paths.RAW, paths.SUITES, stage.params, for_arms, stage.out(paths.PREPARED))


if __name__ == "__main__":
    run_stage("prepare", prepare, outs=[paths.PREPARED])
