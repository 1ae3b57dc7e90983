"""dvc repro score: run the answers, compare the others as text, and count."""

import _source  # noqa: F401
from codereflect import paths
from codereflect.scoring.score_suites import score_suites
from codereflect.stage import Stage, run_stage


def score(stage: Stage) -> None:
    """data/generated, data/suites -> data/scored"""
    score_suites(paths.SUITES, paths.GENERATED, stage.context, stage.out(paths.SCORED))


if __name__ == "__main__":
    run_stage("score", score, outs=[paths.SCORED])
