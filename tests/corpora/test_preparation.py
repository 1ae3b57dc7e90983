"""Rows of a published set over a library's functions: prepared, tested without a program, or refused in a sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from codereflect.context import Context
from codereflect.corpora.ingest import ingest
from codereflect.corpora.preparation import prepare
from codereflect.corpora.suites import bring_suites
from codereflect.corpus_specs import CORPORA
from codereflect.errors import UserError
from codereflect.params import Params, read_yaml, validate
from codereflect.provenance import file_digest
from codereflect.records import Example, Problem, Sample, read_records, write_records
from codereflect.scoring.score_suites import score_suites
from codereflect.store import Store

ROOT = Path(__file__).resolve().parents[2]
LIBRARY_TASKS = {"docstring", "explain", "bugfix", "complete", "unit_test"}
NONE = Store(None)


def params(file: Path, form: str = "track_b_json", tasks: Any = "default", **data: Any) -> Params:
    values = read_yaml(ROOT / "params.yaml")
    place = {"source": "path", "path": str(file), "sha256": file_digest(file), "form": form}
    values["corpus"]["name"], values["tasks"] = "training_set", tasks
    values["corpus"]["training_set"] |= place
    values["data"] |= data
    return validate(values, "params.yaml")


@pytest.fixture
def library(tmp_path: Path) -> Path:
    rows = [
        {
            "instruction": f"{task} of {n * 7919} and {n * 104729}: def f{n}(x): return x * {n * 31}",
            "response": f"def test_it():\n    assert f{n}(1) == {n * 31}",
            "category": task,
            "source_function": f"f{n}",
            "source_file": "m.py",
        }
        for n in range(60)
        for task in sorted(LIBRARY_TASKS)
    ]
    (tmp_path / "train.json").write_text(json.dumps(rows))
    return tmp_path / "train.json"


def brought(wanted: Params, folder: Path) -> Path:
    ingest(Context(wanted, NONE, 1), folder / "raw")
    bring_suites(Context(wanted, NONE, 1), folder / "suites")
    return folder


def test_all_tasks_of_a_library_are_prepared_and_tested(tmp_path: Path, library: Path) -> None:
    wanted = params(library)
    brought(wanted, tmp_path)
    prepare(tmp_path / "raw", tmp_path / "suites", wanted, True, tmp_path / "prepared")
    plain = list(read_records(tmp_path / "prepared" / "plain.jsonl", Example))
    assert {one.task for one in plain} == LIBRARY_TASKS < set(CORPORA["training_set"].tasks)
    problems = list(read_records(tmp_path / "suites" / "training_set.jsonl", Problem))
    assert {one.task for one in problems} == LIBRARY_TASKS
    answers = [
        Sample(
            task_id=one.task_id, suite=one.suite, sample_index=0, strategy="default", completion=one.reference or "",
            code=one.reference or "", tokens_in=0, tokens_out=0, finish_reason="end", seed=0,
        )
        for one in problems
    ]  # fmt: skip
    write_records(tmp_path / "said" / "training_set.default.jsonl", answers)
    assert len(list(read_records(tmp_path / "said" / "training_set.default.jsonl", Sample))) == len(problems)
    score_suites(tmp_path / "suites", tmp_path / "said", Context(wanted, NONE, 1), tmp_path / "scored")
    figures = json.loads((tmp_path / "scored" / "metrics.json").read_text())
    assert figures["sandbox_level"] == "none" and "text_pass@1" in figures["training_set"]
    assert "pass@1" not in figures["training_set"]


def test_some_tasks_may_be_asked_for(tmp_path: Path, library: Path) -> None:
    wanted = params(library, tasks=["docstring"])
    brought(wanted, tmp_path)
    prepare(tmp_path / "raw", tmp_path / "suites", wanted, True, tmp_path / "prepared")
    assert {one.task for one in read_records(tmp_path / "prepared" / "plain.jsonl", Example)} == {"docstring"}


def test_a_corpus_without_a_row_of_the_asked_tasks_is_refused(tmp_path: Path, library: Path) -> None:
    wanted = params(library, tasks=["java_method"])
    brought(wanted, tmp_path)
    told = (
        r"tasks: corpus training_set has no rows for java_method; it has rows for bugfix, .*"
        r"-S 'tasks=\[bugfix,complete,docstring,explain,unit_test\]'"
    )
    with pytest.raises(UserError) as caught:
        prepare(tmp_path / "raw", tmp_path / "suites", wanted, True, tmp_path / "prepared")
    caught.match(told)
    assert not (tmp_path / "prepared").exists()


def test_a_corpus_without_a_row_is_refused(tmp_path: Path, library: Path) -> None:
    wanted = params(library)
    brought(wanted, tmp_path)
    write_records(tmp_path / "raw" / "train.jsonl", [])
    with pytest.raises(UserError, match=r"training_set has no rows to train on.*data\.test_share"):
        prepare(tmp_path / "raw", tmp_path / "suites", wanted, True, tmp_path / "prepared")
