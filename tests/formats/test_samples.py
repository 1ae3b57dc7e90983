"""Models' answers: both forms, their order, and what a bad row is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from codereflect.errors import UserError
from codereflect.formats.samples import read_samples
from codereflect.records import Problem

PROBLEMS = [
    Problem(task_id=name, suite="mbpp", language="python", category="mbpp", prompt="", entry_point="f")
    for name in ("Mbpp/2", "Mbpp/10")
]


def read(folder: Path, *rows: Any, name: str = "s.jsonl") -> list[tuple[str, int, str]]:
    (folder / name).write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows))
    return [(a.task_id, a.sample_index, a.text) for a in read_samples(folder / name, PROBLEMS)]


def test_rows_are_counted_per_task_and_ordered(tmp_path: Path) -> None:
    rows = [
        {"task_id": "Mbpp/10", "solution": "a"},
        {"task_id": 2, "completion": "b"},
        {"task_id": "10", "completion": "c", "other": 1},
        {"task_id": 2, "completion": "d", "solution": None},
    ]
    expected = [("Mbpp/2", 0, "b"), ("Mbpp/2", 1, "d"), ("Mbpp/10", 0, "a"), ("Mbpp/10", 1, "c")]
    assert read(tmp_path, *rows) == expected


def test_an_index_is_kept(tmp_path: Path) -> None:
    rows = [{"task_id": 2, "solution": text, "sample_index": index} for index, text in ((3, "a"), (1, "b"))]
    assert read(tmp_path, *rows) == [("Mbpp/2", 1, "b"), ("Mbpp/2", 3, "a")]


def test_lists_of_lists(tmp_path: Path) -> None:
    (tmp_path / "s.json").write_text(json.dumps([["a", "b"], ["c"]]))
    found = read_samples(tmp_path / "s.json", PROBLEMS)
    assert [(a.task_id, a.sample_index, a.text) for a in found] == [
        ("Mbpp/2", 0, "a"),
        ("Mbpp/2", 1, "b"),
        ("Mbpp/10", 0, "c"),
    ]
    for bad, told in (
        ([["a"]], "1 lists, but there are 2"),
        ([["a"], ["b"], ["c"]], "only 2"),
        ([["a"], [1]], "texts"),
    ):
        (tmp_path / "s.json").write_text(json.dumps(bad))
        with pytest.raises(UserError, match=told):
            read_samples(tmp_path / "s.json", PROBLEMS)


BAD = {
    '{"task_id": 3, "solution": ""}': "task '3' is not among the problems",
    '{"solution": ""}': "task_id is missing",
    '{"task_id": [2], "solution": ""}': "task_id is no text",
    '{"task_id": 2}': "completion or solution or generation is missing",
    '{"task_id": 2, "solution": 1}': "solution is a int",
    '{"task_id": 2, "solution": "", "sample_index": -1}': "no whole number",
    '{"task_id": 2, "solution": "", "sample_index": true}': "no whole number",
    '{"task_id": 2, "solution": "", "sample_index": 0}': "was there already",
    "12": "expected an object",
    "{'task_id': 2}": "no JSON",
}


@pytest.mark.parametrize("line", BAD)
def test_bad_rows_are_named(tmp_path: Path, line: str) -> None:
    with pytest.raises(UserError) as caught:
        read(tmp_path, {"task_id": 2, "solution": "x"}, line)
    assert "s.jsonl:2: " in caught.value.message and BAD[line] in caught.value.message


def test_half_a_character_of_a_model_is_replaced(tmp_path: Path) -> None:
    ((_, _, text),) = read(tmp_path, '{"task_id": 2, "solution": "a\\ud83d b \\ud83d\\ude00"}')
    assert text == "a\ufffd b \U0001f600"


def test_a_file_without_samples_is_refused(tmp_path: Path) -> None:
    (tmp_path / "s.json").write_text("[]")
    with pytest.raises(UserError, match="holds no samples"):
        read_samples(tmp_path / "s.json", PROBLEMS)


def test_files_of_other_kits(tmp_path: Path) -> None:
    # DeepSeek's and Qwen's key; MultiPL-E's completions, and what it wrote of their runs
    rows = [
        {"task_id": 2, "generation": "a"},
        {"name": "Mbpp/10", "language": "java", "completions": ["b", "c"]},
        {"name": "Mbpp/2", "results": [{"program": "d", "exit_code": 0}, {"program": "e", "status": "OK"}]},
    ]
    assert read(tmp_path, *rows) == [
        ("Mbpp/2", 0, "a"), ("Mbpp/2", 1, "d"), ("Mbpp/2", 2, "e"), ("Mbpp/10", 0, "b"), ("Mbpp/10", 1, "c"),
    ]  # fmt: skip
    for bad in ({"completions": "b"}, {"completions": [1]}, {"results": [{"stdout": ""}]}, {"results": ["b"]}):
        with pytest.raises(UserError, match="no list of texts, or a result has no program"):
            read(tmp_path, {"task_id": 2, **bad})
