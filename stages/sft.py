"""dvc repro sft: plain fine-tuning of the base model, the start of every later method and an arm of its own."""

import shutil

import _source  # noqa: F401
from codereflect import paths
from codereflect.needs import is_needed
from codereflect.stage import Stage, run_stage
from codereflect.training.arm import train_arm


def sft(stage: Stage) -> None:
    """models/base, data/assembled, data/needs -> models/sft"""
    if not is_needed(paths.NEEDS, "sft"):
        shutil.copyfile(paths.NEEDS / "sft.json", stage.out(paths.SFT_MODEL) / "not_trained.json")
        return
    settings = stage.params.train.model_copy(update={"method": "sft", "init": "base"})
    train_arm(stage, settings, paths.SFT_MODEL)


if __name__ == "__main__":
    run_stage("sft", sft, outs=[paths.SFT_MODEL])
