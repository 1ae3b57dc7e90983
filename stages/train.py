"""dvc repro train: train the arm that train.method names."""

import _source  # noqa: F401
from codereflect import paths
from codereflect.generation.loading import hand_on
from codereflect.stage import Stage, run_stage
from codereflect.training.methods.supervised import Rows, measure_only, train_arm


def train(stage: Stage) -> None:
    """models/base or models/sft, data/assembled -> models/trained"""
    settings, out = stage.params.train, stage.out(paths.TRAINED_MODEL)
    if settings.method == "sft":
        hand_on(paths.SFT_MODEL, out)
        return
    rows = Rows.read(paths.ASSEMBLED)
    start = paths.SFT_MODEL if settings.init == "sft" else paths.BASE_MODEL
    if settings.method == "none":
        hand_on(start, out)
        measure_only(start, rows, settings, stage.threads, out)
        return
    fraction = stage.params.reflection.fraction
    with stage.work_dir(start, paths.ASSEMBLED, values=[settings.model_dump(), fraction]) as work:
        train_arm(start, rows, fraction, settings, stage.threads, out, work, settings.method)


if __name__ == "__main__":
    run_stage("train", train, outs=[paths.TRAINED_MODEL])
