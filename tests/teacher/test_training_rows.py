"""Training rows: what is held out, also where there is little or nothing to hold out of."""

from __future__ import annotations

from pathlib import Path

import pytest
from samples import example, verdict

from codereflect.errors import UserError
from codereflect.params import load_params
from codereflect.records import Annotation, Example, TrainRow, read_records, write_records
from codereflect.teacher.files import assemble_rows
from codereflect.teacher.training_rows import Assembled, assemble

PARAMS = load_params(Path(__file__).resolve().parents[2] / "params.yaml")
TASKS = [example(name=f"m/{number}", group=f"g{number}") for number in range(12)]


def explained(count: int) -> list[tuple[Example, Annotation]]:
    return [(task, note(task)) for task in TASKS[:count]]


def note(task: Example) -> Annotation:
    return Annotation(
        example_id=task.task_id, attempt="a", verdict=verdict(name=task.task_id), error_analysis="e",
        learning_insights="l", teacher="rules", prompt_hash="h",
    )  # fmt: skip


def assembled(count: int, plain: int = 12) -> Assembled:
    return assemble(TASKS[:plain], explained(count), PARAMS.reflection, 2, 1)


def test_no_group_is_on_both_sides() -> None:
    rows = assembled(8)
    groups = [{row.id.split("/reflection")[0] for row in part} for part in (rows.plain + rows.meta, held(rows))]
    assert groups[0] & groups[1] == set() and len(rows.validation_plain) == len(rows.validation_meta) == 2


def held(rows: Assembled) -> list[TrainRow]:
    return rows.validation_plain + rows.validation_meta


def test_without_explained_mistakes_the_plain_rows_are_the_same() -> None:
    none, some = assembled(0), assembled(8)
    assert (none.meta, none.validation_meta) == ([], [])
    assert none.validation_plain == some.validation_plain
    assert {row.id for row in some.plain} <= {row.id for row in none.plain} and len(none.plain) == 10


@pytest.mark.parametrize("count", [1, 2, 3])
def test_of_few_explained_mistakes_none_is_held_out(count: int) -> None:
    rows = assembled(count)
    assert rows.validation_meta == [] and len(rows.meta) <= count


def test_too_few_plain_rows_are_told_in_a_sentence() -> None:
    with pytest.raises(UserError, match="only 3 plain rows"):
        assembled(3, plain=3)


def test_files_of_nothing_explained(tmp_path: Path) -> None:
    for name, rows in (("plain", TASKS), ("attempt", TASKS[:4])):
        write_records(tmp_path / f"{name}.jsonl", rows)
    write_records(tmp_path / "annotations.jsonl", [])
    assemble_rows(tmp_path, tmp_path, PARAMS.reflection, PARAMS.data, tmp_path / "out")
    counts = [len(list(read_records(tmp_path / "out" / f"{name}.jsonl", TrainRow))) for name in NAMES]
    assert counts == [9, 0, 3, 0]


NAMES = ("plain", "meta", "validation_plain", "validation_meta")
