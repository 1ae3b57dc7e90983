"""Training rows: what is held out, also where there is little or nothing to hold out of."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

import pytest
from samples import example, verdict

from codereflect.errors import UserError
from codereflect.labelled_rows import ByLabel, LabelledRows
from codereflect.params import load_params
from codereflect.records import Annotation, Example, write_records
from codereflect.teacher.training_rows import assemble, assemble_rows

PARAMS = load_params(Path(__file__).resolve().parents[2] / "params.yaml")
TASKS = [example(name=f"m/{number}", group=f"g{number}") for number in range(12)]


def explained(count: int) -> list[tuple[Example, Annotation]]:
    return [(task, note(task)) for task in TASKS[:count]]


def note(task: Example) -> Annotation:
    return Annotation(
        example_id=task.task_id, attempt="a", verdict=verdict(name=task.task_id), error_analysis="e",
        learning_insights="l", teacher="rules", prompt_hash="h",
    )  # fmt: skip


def assembled(count: int, tasks: int = 12) -> LabelledRows:
    return assemble(TASKS[:tasks], explained(count), PARAMS.reflection, 2, 1)


def test_no_group_is_on_both_sides() -> None:
    rows = assembled(8)
    assert groups(rows.train) & groups(rows.validation) == set()
    assert {label: len(held) for label, held in rows.validation.items()} == {"sft": 2, "reflection": 2}


def groups(by_label: ByLabel) -> set[str]:
    return {row.id.split("/reflection")[0] for row in chain(*by_label.values())}


def test_rows_stand_under_their_label() -> None:
    rows = assembled(8)
    for by_label in (rows.train, rows.validation):
        assert all(row.label == label for label in ("sft", "reflection") for row in by_label[label])


def test_without_explained_mistakes_the_sft_rows_are_the_same() -> None:
    none, some = assembled(0), assembled(8)
    assert none.train["reflection"] == none.validation["reflection"] == []
    assert none.validation["sft"] == some.validation["sft"]
    assert groups({"": some.train["sft"]}) <= groups({"": none.train["sft"]}) and len(none.train["sft"]) == 10


@pytest.mark.parametrize("count", [1, 2, 3])
def test_of_few_explained_mistakes_none_is_held_out(count: int) -> None:
    rows = assembled(count)
    assert rows.validation["reflection"] == [] and len(rows.train["reflection"]) <= count


def test_too_few_sft_rows_are_told_in_a_sentence() -> None:
    with pytest.raises(UserError, match="only 3 sft rows"):
        assembled(3, tasks=3)


def test_files_of_nothing_explained(tmp_path: Path) -> None:
    for name, rows in (("plain", TASKS), ("attempt", TASKS[:4])):
        write_records(tmp_path / f"{name}.jsonl", rows)
    write_records(tmp_path / "annotations.jsonl", [])
    assemble_rows(tmp_path, tmp_path, PARAMS.reflection, PARAMS.data, tmp_path / "out")
    rows = LabelledRows.read(tmp_path / "out")
    counts = {label: (len(rows.train[label]), len(rows.validation[label])) for label in rows.train}
    assert counts == {"sft": (9, 3), "reflection": (0, 0)}
