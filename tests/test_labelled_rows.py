"""Training rows by label, from memory to files and back."""

from __future__ import annotations

from pathlib import Path

import pytest

from codereflect.errors import UserError
from codereflect.labelled_rows import LabelledRows
from codereflect.records import Segment, TrainRow


def row(label: str) -> TrainRow:
    return TrainRow(id=f"{label}1", label=label, segments=[Segment(kind="prompt", text="x", supervised=True)])


def test_rows_come_back_by_label_and_sft_is_always_first(tmp_path: Path) -> None:
    labels = ("distill", "reflection", "sft", "another")
    rows = LabelledRows({label: [row(label)] for label in labels}, {"sft": [row("sft")], "reflection": []})
    rows.write(tmp_path)
    again = LabelledRows.read(tmp_path)
    assert again == rows
    assert list(again.train) == ["sft", "another", "distill", "reflection"]
    assert list(again.validation) == ["sft", "reflection"]


def test_a_folder_without_rows_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"train holds no rows\. Fix: dvc repro assemble"):
        LabelledRows.read(tmp_path)
