"""The files of a run, where its attempts were compared as text and where no mistake was explained."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from codereflect import paths
from codereflect.report.run_files import write_run_files
from codereflect.store import Store

ROOT = Path(__file__).resolve().parents[2]
TEXTS = {"text_equal": 2, "text_syntax": 1, "text_compile": 3, "text_differs": 4}


def write(file: Path, value: Any) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(value if isinstance(value, str) else json.dumps(value))


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A finished run of which no mistake was explained, in the working directory."""
    monkeypatch.chdir(tmp_path)
    shutil.copyfile(ROOT / "params.yaml", "params.yaml")
    loss = {"step": 1, "tokens": 9, "label": "sft", "segment": "all", "loss": 1.5}
    losses = [loss | {"split": split} for split in ("train", "validation")]
    losses.append(loss | {"split": "validation", "segment": "prompt", "loss": 7.0})
    write(paths.TRAINED_MODEL / "losses.jsonl", "".join(json.dumps(loss) + "\n" for loss in losses))
    write(paths.TRAINED_MODEL / "training.json", {"steps": 1, "validation_loss": {"sft": 1.5}})
    write(paths.SCORED / "metrics.json", {"concode": {"exact_match": 0.5}, "sandbox_level": "none"})
    for name in ("verdicts.csv", "breakdown.csv", "errors.csv"):
        write(paths.SCORED / name, "suite\n")
    touched = {"columns": ["suite", "touched", "offending"], "rows": [["concode", 3, 5]]}
    write(paths.PREPARED / "card.json", {"contamination": {"suites": touched}})
    write(paths.SUITES / "card.json", {})
    write(paths.ANNOTATIONS / "summary.json", {"annotated": 0, "not_annotated": {"too_far": 8}})
    return tmp_path / "out"


def metrics(out: Path) -> dict[str, Any]:
    write_run_files(Path("params.yaml"), Store(out / "store"), out)
    found: dict[str, Any] = json.loads((out / "metrics.json").read_text())
    return found


def test_texts_are_not_counted_as_passed(run: Path) -> None:
    summary = {"attempts": 11, "by_error_class": TEXTS | {"pass": 1}, "compared_as_text": 10, "java": "17"}
    write(paths.ATTEMPTS / "summary.json", summary)
    assert metrics(run)["attempt"] == {"attempts": 11, "passed": 1, "explained": 0} | TEXTS


def test_attempts_that_were_all_run_have_no_such_counts(run: Path) -> None:
    write(paths.ATTEMPTS / "summary.json", {"attempts": 3, "by_error_class": {"pass": 1, "syntax": 2}})
    assert metrics(run)["attempt"] == {"attempts": 3, "passed": 1, "explained": 0}


def test_a_loss_without_rows_is_absent(run: Path) -> None:
    write(paths.ATTEMPTS / "summary.json", {"attempts": 3, "by_error_class": {}})
    assert metrics(run)["train"]["validation_loss"] == {"sft": 1.5}
    with open(run / "validation.csv") as stream:
        assert list(csv.DictReader(stream)) == [{"tokens": "9", "sft": "1.5", "reflection": ""}]
    with open(run / "losses.csv") as stream:
        kept = [(row["split"], row["label"], row["segment"], row["loss"]) for row in csv.DictReader(stream)]
    assert kept[1:] == [("validation", "sft", "all", "1.5"), ("validation", "sft", "prompt", "7.0")]
