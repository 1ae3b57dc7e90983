"""python bench/learning_curve.py --steps 100,200,400,800,1600

Learning curve of the micro base model: executed pass@1 and Java exact match by optimizer steps. Needs data/prepared
(`dvc repro prepare`). Writes docs/micro-curve.csv, docs/micro-curve.svg and the table of docs/micro.md.
"""

from __future__ import annotations

import argparse
import csv
import datetime
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from codereflect import paths, provenance
from codereflect.cli.publish import write_region
from codereflect.generation.engines.engine import Decoding
from codereflect.generation.engines.local import LocalEngine
from codereflect.generation.sampling import sample
from codereflect.grading.case import cases_of
from codereflect.grading.check import check
from codereflect.params import Params, load_params
from codereflect.records import Problem, read_records
from codereflect.scoring.metrics import score
from codereflect.store import Store
from codereflect.training.base import train_micro

COLUMNS = ("learning_rate", "steps", "tokens", "seconds", "validation_loss", "pass@1", "java_exact_match")


def measure(params: Params, steps: int, learning_rate: float, tasks: int, workers: int) -> dict[str, Any]:
    """Train a base model for some steps (its whole schedule is that long) and test it on the first tasks."""
    base = params.base.model_copy(update={"steps": steps, "learning_rate": learning_rate})
    with tempfile.TemporaryDirectory() as scratch:
        model, work = Path(scratch, "model"), Path(scratch, "work")
        model.mkdir()
        started = time.process_time()
        facts = train_micro(paths.PREPARED, params.model.micro, base, model, work)
        seconds = time.process_time() - started
        problems = [
            problem
            for suite in params.eval.suites
            for problem in list(read_records(paths.SUITES / f"{suite}.jsonl", Problem))[:tasks]
        ]
        decoding = Decoding(0.0, 1.0, params.generate.max_new_tokens, params.generate.batch_size, 1)
        samples = sample(LocalEngine(model, workers), problems, "default", 1, decoding, Store(None))
    verdicts = check(cases_of(problems, samples), params.sandbox, workers).verdicts.values()
    metrics: Any = score(problems, samples, verdicts, [1]).metrics
    return {
        "learning_rate": learning_rate,
        "steps": steps,
        "tokens": facts["tokens"],
        "seconds": round(seconds),
        "validation_loss": facts["validation_loss"]["sft"],
        "pass@1": metrics["micro_python"]["pass@1"],
        "java_exact_match": metrics["micro_java"]["exact_match"],
    }


def draw(rows: list[dict[str, Any]], file: Path) -> None:
    """A line for each learning rate and metric."""
    import matplotlib

    matplotlib.use("Agg")
    matplotlib.rcParams["svg.hashsalt"] = "codereflect"
    from matplotlib import pyplot

    figure, axis = pyplot.subplots(figsize=(6, 3.6), layout="constrained")
    for rate in sorted({row["learning_rate"] for row in rows}):
        mine = sorted((row for row in rows if row["learning_rate"] == rate), key=lambda row: row["steps"])
        for metric, style in (("pass@1", "o-"), ("java_exact_match", "s--")):
            axis.plot(
                [row["steps"] for row in mine], [row[metric] for row in mine], style, label=f"{metric}, lr {rate}"
            )
    axis.set(xlabel="optimizer steps of the base model", ylabel="share of tasks", ylim=(0, 1))
    axis.grid(alpha=0.3)
    axis.legend(fontsize=8)
    figure.savefig(file, metadata={"Date": None})


def table(rows: list[dict[str, Any]]) -> str:
    """The rows as Markdown, and what they were measured on."""
    lines = [f"| {' | '.join(COLUMNS)} |", "|" + " ---: |" * len(COLUMNS)]
    lines += [f"| {' | '.join(str(row[column]) for column in COLUMNS)} |" for row in rows]
    machine, day = provenance.machine(), datetime.date.today().isoformat()
    where = f"{day}, commit {(provenance.git_commit() or '?')[:10]}, {machine['processor']}, {machine['cores']} cores."
    return "\n".join([*lines, "", where, ""])


def main() -> None:
    """Measure every combination and write what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", default="100,200,400,800,1600")
    parser.add_argument("--learning-rates", default=None, help="default: base.learning_rate")
    parser.add_argument("--tasks", type=int, default=500, help="tasks of each suite")
    parser.add_argument("--workers", type=int, default=1)
    arguments = parser.parse_args()
    params = load_params()
    rates = arguments.learning_rates or str(params.base.learning_rate)
    rows = []
    for rate in rates.split(","):
        for steps in arguments.steps.split(","):
            rows.append(measure(params, int(steps), float(rate), arguments.tasks, arguments.workers))
            print(rows[-1], file=sys.stderr)
            with open("docs/micro-curve.csv", "w", newline="", encoding="utf-8") as stream:
                writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)
    draw(rows, Path("docs/micro-curve.svg"))
    write_region(Path("docs/micro.md"), "curve", table(rows))


if __name__ == "__main__":
    main()
