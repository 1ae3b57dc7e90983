"""Training rows of a run in the forms of published sets: what is written is read again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from codereflect import paths
from codereflect.cli.export import export
from codereflect.errors import UserError
from codereflect.formats.training_sets import FORMS, read_annotations, read_train_rows, read_training_set
from codereflect.records import Annotation, Example, Source, Verdict, given, write_records


def example(name: str, language: str) -> Example:
    return Example(
        task_id=name, corpus="c", language="java" if language == "java" else "python", task="t", category="kind",
        prompt=f"do {name}\n", reference=f"answer {name} < 3\n", entry_point=name, source=Source(file="f.py"),
        group=name,
    )  # fmt: skip


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    tasks = [example("a", "python"), example("b", "java"), example("c", "java")]
    verdict = Verdict(of=given("b"), outcome="fail", category="assertion", feedback="gave 1, not 2", sealed=True)
    said = Annotation(
        example_id="b", attempt="tried", verdict=verdict, error_analysis="why", learning_insights="so", teacher="rules",
        prompt_hash="",
    )  # fmt: skip
    for folder in (paths.PREPARED, paths.ANNOTATIONS):
        folder.mkdir(parents=True)
    write_records(paths.PREPARED / "plain.jsonl", [tasks[0], tasks[2]])
    write_records(paths.PREPARED / "attempt.jsonl", [tasks[1]])
    write_records(paths.ANNOTATIONS / "annotations.jsonl", [said])
    return tmp_path


def call(form: str, out: str = "out.jsonl") -> Result:
    return CliRunner().invoke(export, ["--form", form, "--out", out], catch_exceptions=False)


@pytest.mark.parametrize(
    ("form", "tasks", "told"),
    [
        ("annotated", ["c", "b"], ["2 rows, 1 of them mistakes", "left out: 1 in python"]),
        ("reflection_sequences", ["a", "c", "b"], ["3 rows, 1 of them mistakes"]),
        ("instruction", ["a", "c"], ["2 rows, 0 of them mistakes", "left out: 1 explained mistakes"]),
        ("track_b_json", ["a"], ["1 rows, 0 of them mistakes", "left out: 2 in java"]),
    ],
)
def test_what_is_written_is_read_again(run: Path, form: str, tasks: list[str], told: list[str]) -> None:
    printed = call(form).output
    assert all(text in printed for text in told), printed
    found, _ = read_training_set(form, Path("out.jsonl"))  # type: ignore[arg-type]
    assert [one.prompt for one in found] == [f"do {name}\n" for name in tasks]
    assert all(f"answer {name} < 3" in one.reference for name, one in zip(tasks, found, strict=True))
    languages = {"a": "python", "b": "java", "c": "java"}
    assert [one.language for one in found] == [languages[name] for name in tasks]


def test_mistakes_keep_their_explanation(run: Path) -> None:
    call("annotated")
    ((task, said),) = read_annotations(Path("out.jsonl"))[0]
    assert (task.prompt, said.attempt, said.error_analysis, said.learning_insights) == ("do b\n", "tried", "why", "so")
    call("reflection_sequences")
    *_, sequence = read_train_rows("reflection_sequences", Path("out.jsonl"))[0]
    assert [(one.kind, one.supervised) for one in sequence.segments] == [
        ("prompt", False), ("code", True), ("execution", False), ("text", True), ("code", True),
        ("prompt", False), ("text", True),
    ]  # fmt: skip
    assert [one.text for one in sequence.segments[1:4]] == ["tried", "gave 1, not 2", "why\nso"]


@pytest.mark.parametrize("form", FORMS)
def test_what_cannot_be_written_is_a_sentence(run: Path, form: str) -> None:
    with pytest.raises(UserError, match="there is no folder nowhere"):
        call(form, "nowhere/out.jsonl")
    with pytest.raises(UserError, match="ends in none of"):
        call(form, "out.txt")
    (paths.PREPARED / "plain.jsonl").unlink()
    with pytest.raises(UserError, match=r"plain\.jsonl does not exist"):
        call(form)
    assert not Path("out.jsonl").exists()


def test_a_form_that_holds_none_of_the_rows(run: Path) -> None:
    write_records(paths.PREPARED / "plain.jsonl", [example("c", "java")])
    with pytest.raises(UserError, match=r"No row .* form track_b_json \(rows: 2 in java\)"):
        call("track_b_json")


def test_the_file_is_one_json_list_or_csv_by_its_name(run: Path) -> None:
    call("annotated", "out.json")
    assert [row["label"] for row in json.loads(Path("out.json").read_text())] == ["sft", "meta"]
    call("annotated", "out.csv")
    assert Path("out.csv").read_text().startswith('"nl","code","label"')
