"""dvc repro base: train the micro base model from scratch, or pin the one that model.name points to."""

import _source  # noqa: F401
from codereflect import paths
from codereflect.models.base_model import bring_model
from codereflect.stage import Stage, run_stage
from codereflect.training import base as training


def base(stage: Stage) -> None:
    """data/prepared -> models/base"""
    model = stage.params.model
    if model.name != "micro":
        bring_model(model, stage.store, stage.out(paths.BASE_MODEL))
        return
    settings = [model.micro.model_dump(), stage.params.base.model_dump()]
    files = [paths.PREPARED / "base.jsonl", paths.PREPARED / "base_validation.jsonl"]
    with stage.work_dir(training.__name__, *files, values=settings) as work:
        training.train_micro(paths.PREPARED, model.micro, stage.params.base, stage.out(paths.BASE_MODEL), work)


if __name__ == "__main__":
    run_stage("base", base, outs=[paths.BASE_MODEL])
