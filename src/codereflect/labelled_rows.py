"""Training rows by label, as the stage assemble leaves them: `train/LABEL.jsonl` and `validation/LABEL.jsonl`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from codereflect.errors import UserError
from codereflect.records import TrainRow, read_records, write_records

ByLabel = Mapping[str, Sequence[TrainRow]]


@dataclass(frozen=True)
class LabelledRows:
    """Rows to train on, and rows that every arm's losses are measured on. A label may have no row."""

    train: ByLabel
    validation: ByLabel

    @classmethod
    def read(cls, folder: Path) -> LabelledRows:
        """The rows of a folder.

        Raises:
            UserError: it holds none, or a line is no row.
        """
        return cls(_read(folder / "train"), _read(folder / "validation"))

    def write(self, folder: Path) -> None:
        """Write a file for each label, an empty one where it has no row."""
        for part, by_label in (("train", self.train), ("validation", self.validation)):
            for label, rows in by_label.items():
                write_records(folder / part / f"{label}.jsonl", rows)


def _read(folder: Path) -> ByLabel:
    # The order of rows decides how they are batched, and so the last digits of a loss: sft rows always come first.
    files = sorted(folder.glob("*.jsonl"), key=lambda file: (file.stem != "sft", file.stem))
    if not files:
        raise UserError(f"{folder} holds no rows.", "dvc repro assemble")
    return {file.stem: list(read_records(file, TrainRow)) for file in files}
