"""dvc repro suites: bring in the evaluation suites."""

import _source  # noqa: F401
from codereflect import paths
from codereflect.corpora.suites import bring_suites
from codereflect.stage import Stage, run_stage


def suites(stage: Stage) -> None:
    """params eval, suites, corpus, data -> data/suites"""
    bring_suites(stage.context, stage.out(paths.SUITES))


if __name__ == "__main__":
    run_stage("suites", suites, outs=[paths.SUITES])
