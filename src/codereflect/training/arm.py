"""The training methods: `train.method` chooses one of `METHODS`, and its parameters are the section `train.METHOD`."""

from __future__ import annotations

from pathlib import Path

from codereflect import paths
from codereflect.labelled_rows import LabelledRows
from codereflect.stage import Stage
from codereflect.training.methods.method import Job, Method
from codereflect.training.methods.supervised import Reflection, Supervised
from codereflect.training.methods.untrained import Untrained
from codereflect.training_params import Train

METHODS: dict[str, Method] = {"none": Untrained(), "sft": Supervised(), "reflection": Reflection()}


def train_arm(stage: Stage, settings: Train, out: Path) -> None:
    """Train the arm of a stage that writes the model folder `out`: data/assembled and a start model -> `out`."""
    start = paths.SFT_MODEL if settings.init == "sft" else paths.BASE_MODEL
    method = METHODS[settings.method]
    module = type(method).__module__
    with stage.work_dir(module, start, paths.ASSEMBLED, values=settings.computed()) as work:
        rows = LabelledRows.read(paths.ASSEMBLED)
        method.train(Job(start, rows, settings, stage.threads, stage.out(out), work))
