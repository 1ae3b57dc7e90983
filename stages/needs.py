"""dvc repro needs: what this experiment uses; a model that cannot be had is refused here, before anything runs."""

import _source  # noqa: F401
from codereflect import paths
from codereflect.models.base_model import check_model
from codereflect.needs import write_needs
from codereflect.stage import Stage, run_stage


def needs(stage: Stage) -> None:
    """params model, train -> data/needs"""
    if stage.params.model.name != "micro":
        check_model(stage.params.model)
    write_needs(stage.params, stage.out(paths.NEEDS))


if __name__ == "__main__":
    run_stage("needs", needs, outs=[paths.NEEDS])
