"""The files of a finished run that git keeps: metrics, verdicts by task, loss curves, what it came from, what it cost.

metrics/current holds the run of the working tree; every DVC experiment is a commit with its own.
Everything but cost.json is the same for the same code, parameters and seeds.
"""

from __future__ import annotations

import datetime
import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from codereflect import paths, provenance
from codereflect.csv_table import write_csv
from codereflect.grading import text_verdict
from codereflect.json_files import write_text_atomically
from codereflect.params import load_params
from codereflect.report.card import markdown
from codereflect.runs.head_metrics import head_metrics
from codereflect.store import Store
from codereflect.training.losslog import ALL

# The labels whose losses every arm has and the plots show.
CURVES = ("sft", "reflection")
OUTS = (
    paths.RAW, paths.SUITES, paths.PREPARED, paths.BASE_MODEL, paths.ATTEMPTS, paths.ANNOTATIONS, paths.ASSEMBLED,
    paths.SFT_MODEL, paths.TRAINED_MODEL, paths.GENERATED, paths.SCORED,
)  # fmt: skip


def write_run_files(params_file: Path, store: Store, folder: Path) -> None:
    """Write the run's files into `folder` (see the README's file map)."""
    training = _json(paths.TRAINED_MODEL / "training.json")
    scored = _json(paths.SCORED / "metrics.json")
    about: dict[str, Any] = {name: scored.pop(name) for name in ("sandbox_level", "java") if name in scored}
    params = load_params(params_file).model_dump()
    key = provenance.run_key(params)
    metrics = scored | {"train": _training_metrics(training), "attempt": _attempt_metrics()}
    metrics |= {"contamination": _contamination_metrics()}
    _write_json(folder / "metrics.json", metrics)
    _write_json(folder / "head.json", head_metrics(metrics))
    for name in ("verdicts.csv", "breakdown.csv", "errors.csv"):
        shutil.copyfile(paths.SCORED / name, folder / name)
    losses = [json.loads(line) for line in (paths.TRAINED_MODEL / "losses.jsonl").read_text().splitlines()]
    write_csv(folder / "losses.csv", ("step", "tokens", "split", "label", "segment", "loss"), losses)
    for split, name in (("train", "training.csv"), ("validation", "validation.csv")):
        write_csv(folder / name, ("tokens", *CURVES), _wide(losses, split))
    card = _json(paths.PREPARED / "card.json") | {"suites": _json(paths.SUITES / "card.json")}
    write_text_atomically(folder / "card.md", markdown(card))
    annotation = _json(paths.ANNOTATIONS / "summary.json")
    about |= {"run_key": key, "method": params["train"]["method"]}
    _write_json(folder / "run.json", about | {"corpus": card, "teacher": annotation, "code": provenance.code_digests()})
    _write_json(folder / "cost.json", _cost(store))


def _training_metrics(training: Mapping[str, Any]) -> dict[str, Any]:
    kept = ("steps", "rows", "distinct_rows", "tokens", "supervised_tokens", "reflection_rows", "reflection_tokens")
    metrics = {name: training.get(name, 0) for name in kept}
    return metrics | {"validation_loss": training["validation_loss"]}


def _attempt_metrics() -> dict[str, Any]:
    """How the base model did on training tasks, and how many of its mistakes were explained.

    `passed` counts answers that were run; those that were compared as text are counted apart, by category.
    """
    summary = _json(paths.ATTEMPTS / "summary.json")
    passed = summary["by_error_class"].get("pass", 0)
    explained = _json(paths.ANNOTATIONS / "summary.json")["annotated"]
    metrics = {"attempts": summary["attempts"], "passed": passed, "explained": explained}
    if "compared_as_text" in summary:
        metrics |= {name: summary["by_error_class"].get(name, 0) for name in text_verdict.CATEGORIES}
    return metrics


def _contamination_metrics() -> dict[str, Any]:
    """By suite: problems that a training row holds (before such rows were dropped), and how many rows do."""
    table = _json(paths.PREPARED / "card.json")["contamination"]["suites"]
    rows = (dict(zip(table["columns"], row, strict=True)) for row in table["rows"])
    return {row["suite"]: {"problems_touched": row["touched"], "offending_rows": row["offending"]} for row in rows}


def _cost(store: Store) -> dict[str, Any]:
    """Seconds of each stage when its out was made, the machine, the day, the commit: never compared."""
    seconds = {}
    for out in OUTS:
        made = store.get("seconds", provenance.tree_digest([out]))
        if made:
            seconds[made["stage"]] = made["seconds"]
    return {
        "seconds": seconds,
        "machine": provenance.machine(),
        "date": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "commit": provenance.git_commit(),
    }


def _wide(losses: Sequence[Mapping[str, Any]], split: str) -> list[dict[str, Any]]:
    """One row per measurement with a column per label: a plot of a long table would join the ends of two curves."""
    rows: dict[int, dict[str, Any]] = {}
    for loss in losses:
        if loss["split"] == split and loss["label"] in CURVES and loss["segment"] == ALL:
            rows.setdefault(loss["step"], {"tokens": loss["tokens"]})[loss["label"]] = loss["loss"]
    return [rows[step] for step in sorted(rows)]


def _json(path: Path) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return value


def _write_json(path: Path, value: Any) -> None:
    write_text_atomically(path, json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n")
