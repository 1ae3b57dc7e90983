"""dvc repro train: train the arm that train.method names."""

import _source  # noqa: F401
from codereflect import paths
from codereflect.models.loading import hand_on
from codereflect.stage import Stage, run_stage
from codereflect.training.arm import train_arm


def train(stage: Stage) -> None:
    """models/base or models/sft, data/assembled -> models/trained"""
    settings = stage.params.train
    if settings.method == "sft":
        hand_on(paths.SFT_MODEL, stage.out(paths.TRAINED_MODEL))
    else:
        train_arm(stage, settings, paths.TRAINED_MODEL)


if __name__ == "__main__":
    run_stage("train", train, outs=[paths.TRAINED_MODEL])
