"""What every training method has in common: what it is given, and what it leaves."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from codereflect.labelled_rows import LabelledRows
from codereflect.training_params import Train


@dataclass(frozen=True)
class Job:
    """One arm to be trained.

    Attributes:
        start: the model folder that it starts from.
        rows: training rows, and the validation rows that all arms share.
        settings: its parameters; those of its method alone are `settings.METHOD`.
        threads: of the arithmetic; rounding depends on it.
        folder: where the model is written.
        work: belongs to this computation alone; checkpoints in it are resumed from.
    """

    start: Path
    rows: LabelledRows
    settings: Train
    threads: int
    folder: Path
    work: Path


class Method(Protocol):
    """A way to make a model out of another. What it asks of the parameters: `MethodKeys.check` of its section."""

    def train(self, job: Job) -> dict[str, Any]:
        """Leave a model folder with training.json (facts) and losses.jsonl.

        Returns:
            The facts: steps, rows, distinct rows, tokens, tokens that carry loss, all of it by label too, final losses.

        Raises:
            UserError: there is no row of a label that the method trains on, or none that can be trained on.
        """
        ...
