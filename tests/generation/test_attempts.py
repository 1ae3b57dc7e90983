"""What is tried, how it is judged, and what is counted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from codereflect.context import Context
from codereflect.generation import attempts
from codereflect.generation.engines.local import LocalEngine
from codereflect.grading import text_check
from codereflect.params import load_params
from codereflect.records import Example, Problem, Sample, Source, Verdict, read_records, write_records
from codereflect.sandbox.java.java_sandbox import FoundJava
from codereflect.store import Store

PARAMS = load_params(Path(__file__).resolve().parents[2] / "params.yaml")
REFERENCE = "int function ( ) { return size ; }"
RUN = {"language": "python", "task": "python_function", "entry_point": "solve", "hidden_tests": ["assert solve() == 1"]}
ANSWERS = {"j/right": REFERENCE, "j/wrong": "int function ( ) { return 1 ; }", "j/broken": "int", "p/run": "def solve("}


def example(name: str, **changes: object) -> Example:
    values = {
        "task_id": name, "corpus": "c", "language": "java", "task": "java_method", "category": "", "prompt": name,
        "reference": REFERENCE, "source": Source(file="f"), "group": name,
    }  # fmt: skip
    values |= {"grader": "text"} if not changes else {}
    return Example.model_validate(values | changes)


def answered(problems: list[Problem]) -> list[Sample]:
    return [
        Sample(
            task_id=problem.task_id, suite=problem.suite, sample_index=0, strategy="default", completion="",
            code=ANSWERS[problem.task_id], tokens_in=1, tokens_out=1, finish_reason="end", seed=0,
        )
        for problem in problems
    ]  # fmt: skip


@pytest.fixture(autouse=True)
def no_model_and_no_jdk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "sample", lambda _engine, problems, *_: answered(problems))
    for module in (attempts, text_check):
        monkeypatch.setattr(module, "probe_java", lambda: FoundJava(None, "none", ""))


def tried(folder: Path, examples: list[Example]) -> tuple[list[Sample], list[Verdict], dict[str, object]]:
    write_records(folder / "tasks.jsonl", examples)
    context = Context(PARAMS, Store(folder / "store"), 1)
    attempts.attempt_tasks(LocalEngine(folder / "model", 1), folder / "tasks.jsonl", context, folder / "out")
    out = folder / "out"
    samples, verdicts = (list(read_records(out / f"{name}.jsonl", kind)) for name, kind in KINDS)
    return samples, verdicts, json.loads((out / "summary.json").read_text())  # type: ignore[return-value]


KINDS = (("samples", Sample), ("verdicts", Verdict))


def test_methods_without_tests_are_compared_and_functions_with_tests_are_run(tmp_path: Path) -> None:
    run = example(
        "p/run", language="python", task="python_function", entry_point="solve", hidden_tests=["assert solve() == 1"]
    )
    docstring = example("p/doc", language="python", task="docstring")
    examples = [example("j/wrong"), run, docstring, example("j/broken"), example("j/right")]
    samples, verdicts, summary = tried(tmp_path, examples)
    assert [one.of for one in samples] == [one.of for one in verdicts]
    assert [one.task_id for one in samples] == ["j/wrong", "p/run", "j/broken", "j/right"]
    assert [one.category for one in verdicts] == ["text_differs", "syntax", "text_syntax", "text_equal"]
    assert summary == {
        "attempts": 4,
        "by_error_class": {"text_differs": 1, "syntax": 1, "text_syntax": 1, "text_equal": 1},
        "not_tried": 1,
        "compared_as_text": 3,
        "java": "unavailable",
        "sandbox_level": summary["sandbox_level"],
    }


def test_what_is_run_alone_is_counted_as_before(tmp_path: Path) -> None:
    run = example(
        "p/run", language="python", task="python_function", entry_point="solve", hidden_tests=["assert solve() == 1"]
    )
    _, _, summary = tried(tmp_path, [run])
    assert set(summary) == {"attempts", "by_error_class", "sandbox_level"}


def test_where_nothing_can_be_judged_nothing_is_tried(tmp_path: Path) -> None:
    samples, verdicts, summary = tried(tmp_path, [example("p/doc", language="python", task="explain")])
    assert (samples, verdicts) == ([], [])
    assert summary == {"attempts": 0, "by_error_class": {}, "not_tried": 1, "sandbox_level": "none"}
