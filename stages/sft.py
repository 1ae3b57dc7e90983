"""dvc repro sft: plain fine-tuning of the base model, the start of every later method and an arm of its own."""

import _source  # noqa: F401
from codereflect import paths
from codereflect.stage import Stage, run_stage
from codereflect.training.methods.supervised import Rows, train_arm


def sft(stage: Stage) -> None:
    """models/base, data/assembled -> models/sft"""
    settings = stage.params.train.model_copy(update={"method": "sft", "init": "base"})
    values = settings.model_dump()
    with stage.work_dir(paths.BASE_MODEL, paths.ASSEMBLED, values=values) as work:
        rows = Rows.read(paths.ASSEMBLED)
        train_arm(paths.BASE_MODEL, rows, 0.0, settings, stage.threads, stage.out(paths.SFT_MODEL), work, "sft")


if __name__ == "__main__":
    run_stage("sft", sft, outs=[paths.SFT_MODEL])
