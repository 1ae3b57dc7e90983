"""What MLflow shows of a run: a dozen metrics, the parameters in use, a description, what it read, and when.

MLflow's compare page plots the metric whose name comes first, so the head metrics are `eval/...` and whatever else is
logged has a later name. All other figures are in the files of the run, which are its artifacts.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from codereflect.errors import UserError
from codereflect.runs.head_metrics import head_metrics
from codereflect.runs.older_params import in_use
from codereflect.runs.run import Run
from codereflect.store import digest
from codereflect.training.losslog import ALL

LONGEST_VALUE = 500
# What an arm does not share with the others; `sft` only where its model is the arm's or what the arm starts from.
_OWN_STAGES = ("train", "generate", "score")
_COLUMNS = ("train.method", "base.seed", "train.seed")


def metric_name(name: str) -> str:
    """A name that MLflow allows: `pass@1` becomes `pass_at_1`."""
    return re.sub(r"[^\w.\-/ ]", "_", name.replace("@", "_at_"))


def parameters(run: Run) -> dict[str, str]:
    """The parameters of sources in use, as text."""
    return {name: text_of(value) for name, value in sorted(in_use(run.params).items())}


def points(run: Run) -> Iterator[tuple[str, float, int]]:
    """(name, value, step) of every head metric, of the seconds, and of every point of the loss curves."""
    for name, value in _results(run):
        yield metric_name(name), value, 0
    own, shared = seconds(run)
    yield "seconds/this_run", own, 0
    yield "seconds/shared_stages", shared, 0
    yield from _curves(run)


def columns(run: Run) -> list[str]:
    """The columns of MLflow's table of runs, in its words: method, seeds, how each suite came out."""
    metrics = (f"metrics.`{metric_name(name)}`" for name, _ in _results(run))
    return [*(f"params.`{name}`" for name in _COLUMNS), *metrics]


def seconds(run: Run) -> tuple[float, float]:
    """Seconds of the stages that are this run's own, and of those that it shares with runs of other methods."""
    known = run.cost.get("seconds")
    stages = dict(_numbers(known)) if isinstance(known, dict) else {}
    starts = run.method == "sft" or in_use(run.params).get("train.init") == "sft"
    own = {*_OWN_STAGES, "sft"} if starts else set(_OWN_STAGES)
    mine = sum(value for name, value in stages.items() if name in own)
    return round(mine, 2), round(sum(stages.values()) - mine, 2)


def times(run: Run) -> tuple[int, int]:
    """When the run began and ended, in milliseconds since 1970: it ended when its files were written, and not later
    than now, and took its own seconds; a second where it does not say.
    """
    now = time.time()
    try:
        ended = min(now, datetime.fromisoformat(str(run.cost.get("date"))).timestamp())
    except ValueError:
        ended = now
    return int(1000 * (ended - max(1.0, seconds(run)[0]))), int(1000 * ended)


def tags(run: Run) -> dict[str, str]:
    """What is known of a run beside its parameters and figures."""
    found = {
        "codereflect.origin": run.origin,
        "codereflect.method": run.method or "",
        "codereflect.machine": text_of(run.machine) if run.machine else "",
        "codereflect.sandbox_level": str(run.facts.get("sandbox_level") or ""),
        "mlflow.source.git.commit": _commit(run),
        "mlflow.source.name": "codereflect",
        "mlflow.note.content": description(run),
    }
    return {name: value for name, value in found.items() if value}


def description(run: Run) -> str:
    """A run in a line of Markdown: what it is, its figures, the command that computes it again."""
    base, train = run.seeds
    seeds = [f"{word} seed {seed}" for word, seed in (("base", base), ("training", train)) if seed is not None]
    corpus = in_use(run.params).get("corpus.name")
    head = ", ".join([f"**{run.method or run.name}**{f' on {corpus}' if corpus else ''}", *seeds])
    figures = [f"{name.removeprefix('eval/').replace('/', ' ')} {value:.4g}" for name, value in _results(run)]
    at = f" at commit {_commit(run)[:10]}" if _commit(run) else ""
    ways = {
        "experiment": f"dvc exp apply {run.name} && dvc repro",
        "published": f"cp {run.files.label('params.yaml')} . && dvc repro",
    }
    again = f"again{at}: `{ways.get(run.origin, 'dvc repro')}`"
    return "; ".join([head, *([", ".join(figures)] if figures else []), again])


def datasets(run: Run) -> list[dict[str, str]]:
    """What the run read, as fields of MLflow's datasets, `context` beside them; the digest is that of the data card."""
    card = run.facts.get("corpus")
    card = card if isinstance(card, dict) else {}
    suites = card.get("suites")
    suites = suites if isinstance(suites, dict) else {}
    found = []
    if "name" in card:
        own = {key: value for key, value in card.items() if key not in ("suites", "contamination")}
        found.append(_dataset(str(card["name"]), own, "data/raw", "training", _total(card.get("train"))))
    for name, about in suites.items():
        rows = about.get("tasks") if isinstance(about, dict) else None
        found.append(_dataset(name, about, "data/suites", "eval", rows))
    return found


def text_of(value: Any) -> str:
    """A value as the text of a parameter or tag, cut where MLflow would refuse it."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


def _results(run: Run) -> list[tuple[str, float]]:
    return list(_numbers(head_metrics(run.metrics), "eval/"))


def _curves(run: Run) -> Iterator[tuple[str, float, int]]:
    rows = csv.DictReader(io.StringIO(run.text("losses.csv") or ""))
    counted: set[int] = set()
    for number, row in enumerate(rows, start=2):
        try:
            step, loss, tokens = int(row["step"]), float(row["loss"]), float(row["tokens"])
            label, split = _whole_label(row), row["split"]
        except (KeyError, TypeError, ValueError) as error:
            where = f"losses.csv:{number} of run {run.name}"
            raise UserError(f"{where}: {error!r}.", f"dvc exp remove {run.name}") from None
        if label and math.isfinite(loss):
            yield metric_name(f"loss/{split}/{label}"), loss, step
        if step not in counted:
            counted.add(step)
            yield "tokens", tokens, step


def _whole_label(row: Mapping[str, str]) -> str | None:
    """The label whose rows a loss is the mean of; None for one segment of them.

    Older runs have one column, `kind`, and `meta` for what is `reflection` now.
    """
    if "kind" not in row:
        return row["label"] if row["segment"] == ALL else None
    return None if "." in row["kind"] else row["kind"].replace("meta", "reflection")


def _numbers(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, float]]:
    """The finite numbers of nested mappings, named by their path; what is undefined is left out."""
    for name, value in sorted(values.items()):
        if isinstance(value, dict):
            yield from _numbers(value, f"{prefix}{name}/")
        elif isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
            yield prefix + name, float(value)


def _commit(run: Run) -> str:
    return str(run.cost.get("commit") or run.files.commit or "")


def _total(counts: Any) -> int | None:
    return sum(int(value) for _, value in _numbers(counts)) if isinstance(counts, dict) else None


def _dataset(name: str, card: Any, place: str, context: str, rows: Any) -> dict[str, str]:
    profile = {"num_rows": rows} if isinstance(rows, int) else {}
    return {
        "name": name,
        "digest": digest({"card": card})[:8],
        "source_type": "local",
        "source": json.dumps({"uri": place}),
        "profile": json.dumps(profile),
        "context": context,
    }
