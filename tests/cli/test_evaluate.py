"""codereflect evaluate: a model on a suite, as the pipeline does it, without a corpus."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from tiny import model, tokenizer

from codereflect.cli.main import main
from codereflect.generation.engines import local

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A repository's params.yaml, a suite of three tasks, and two models."""
    shutil.copy(ROOT / "params.yaml", tmp_path)
    rows = [
        {
            "task_id": f"HumanEval/{number}",
            "prompt": f'def f{number}(a):\n    """Add {number}."""\n',
            "entry_point": f"f{number}",
            "canonical_solution": f"    return a + {number}\n",
            "test": f"def check(candidate):\n    assert candidate(1) == {number + 1}\n",
        }
        for number in range(3)
    ]
    (tmp_path / "suite.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    tokens = tokenizer()
    for name, seed in (("one", 0), ("two", 1)):
        model(tokens, seed).save_pretrained(tmp_path / name)
        tokens.save_pretrained(tmp_path / name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CODEREFLECT_CACHE", str(tmp_path / "store"))
    monkeypatch.setenv("CODEREFLECT_WORKERS", "1")
    monkeypatch.delenv("DVC_ROOT", raising=False)
    return tmp_path


def evaluate(*options: str) -> int:
    from hashlib import sha256

    digest = sha256(Path("suite.jsonl").read_bytes()).hexdigest()
    suite = {"source": "path", "path": "suite.jsonl", "sha256": digest}
    settings = [part for key, value in suite.items() for part in ("-S", f"suites.humaneval.{key}={value}")]
    try:
        main(["evaluate", "--suite", "humaneval", *settings, *options])
    except SystemExit as left:
        return int(left.code or 0)
    return 0


def test_a_model_is_evaluated_and_no_answer_is_generated_twice(folder, capsys, monkeypatch):
    assert evaluate("--model", "one", "--max-new-tokens", "8") == 0
    said = capsys.readouterr().out
    assert "humaneval" in said and "0.0 [0.0, 56.1]" in said and "Wilson over tasks" in said
    metrics = json.loads((folder / "evaluated/one/metrics.json").read_text())
    assert metrics["model"] == "one" and metrics["suites"]["humaneval"]["n_tasks"] == 3 and metrics["limit"] is None
    monkeypatch.setattr(local.LocalEngine, "answer", lambda self, asked, decoding: iter(() if not asked else None))
    assert evaluate("--model", "one", "--max-new-tokens", "8", "--out", "again") == 0
    assert json.loads((folder / "again/metrics.json").read_text())["suites"] == metrics["suites"]


def test_two_evaluations_are_compared(folder, capsys):
    options = ("--max-new-tokens", "4", "--limit", "2", "--samples", "2")
    assert evaluate("--model", "one", *options) == evaluate("--model", "two", *options) == 0
    assert "Only 2 tasks of each suite" in capsys.readouterr().out
    main(["compare", "evaluated/one/", "evaluated/two/"])
    assert "humaneval" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--model", "micro"), "The micro model is trained by the pipeline"),
        (("--model", "./none"), "there is no folder ./none"),
        (("--model", "one", "-S", "model.chat=yes"), "has no chat template"),
        (("--model", "one", "--suite", "humanevil"), "unknown humanevil"),
        (("--model", "one", "-S", "generate.seed=1,2"), "several values"),
        (("--model", "one", "--out", "suite.jsonl"), "is a file"),
        (("--model", "one", "--out", "suite.jsonl/below"), "is a file"),
        (("--model", "one", "--out", "two"), "holds other files"),
        (("--model", "one", "--samples", "2", "--temperature", "0"), "samples above 1 need a temperature"),
    ],
)
def test_what_cannot_work_is_told_in_a_sentence(folder, capsys, options, words):
    assert evaluate(*options) == 2
    assert words in capsys.readouterr().err


def test_an_evaluation_that_fails_loses_nothing(folder, capsys):
    assert evaluate("--model", "one", "--max-new-tokens", "4", "--out", "kept") == 0
    before = {file: file.read_bytes() for file in (folder / "kept").rglob("*") if file.is_file()}
    assert evaluate("--model", "./none", "--out", "kept") == 2
    assert {file: file.read_bytes() for file in (folder / "kept").rglob("*") if file.is_file()} == before
    assert not list(folder.glob(".kept*"))
