"""Finished runs as MLflow runs. The only importer of mlflow.

MLflow is a view: everything it shows is rebuilt from the files of a run, so a dead or deleted server loses nothing.
One MLflow run per run key (tag `codereflect.run_key`). The tag `codereflect.content`, written last, is the digest of
what was logged: a run without it was interrupted half-way, one with another digest is out of date, both are replaced.
"""

from __future__ import annotations

import csv
import io
import json
import logging
import math
import os
import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from codereflect import paths
from codereflect.errors import UserError
from codereflect.params import flatten
from codereflect.runs.run import RUN_FILES, Run
from codereflect.store import digest
from codereflect.terminal import say
from codereflect.training.losslog import loss_name

if TYPE_CHECKING:
    from mlflow.tracking import MlflowClient

EXPERIMENT = "codereflect"
ARTIFACTS = ("verdicts.csv", "metrics.json")
LONGEST_VALUE = 500
_METRICS_PER_CALL = 1000
_PARAMS_PER_CALL = 100
_KEY, _CONTENT = "codereflect.run_key", "codereflect.content"

Outcome = Literal["logged", "replaced", "present"]


def tracking_uri() -> str:
    """`$MLFLOW_TRACKING_URI`, else a SQLite file in the repository."""
    return os.environ.get("MLFLOW_TRACKING_URI") or f"sqlite:///{paths.repository().absolute() / 'mlflow.db'}"


class Tracker:
    """A connection to the MLflow experiment `codereflect`, made if it is missing.

    Raises:
        UserError: mlflow is not installed, or the server or database cannot be reached or read.
    """

    def __init__(self, uri: str | None = None) -> None:
        """Connect, and learn which runs are there."""
        self.uri = uri or tracking_uri()
        self.shown = shown_uri(self.uri)
        self._client = _client(self.uri)
        try:
            self._experiment = self._open_experiment()
            found = self._client.search_runs([self._experiment], max_results=50000)
        except Exception as error:
            raise _unreachable(self.uri, error) from None
        self._known: dict[str, list[tuple[str, str | None]]] = {}
        for run in found:
            key = run.data.tags.get(_KEY)
            if key:
                self._known.setdefault(key, []).append((run.info.run_id, run.data.tags.get(_CONTENT)))

    def log(self, run: Run) -> Outcome:
        """Log a run whole, unless a whole run with its key and content is there.

        Raises:
            UserError: the run has no run key or is damaged, or the server does not answer.
        """
        key = run.run_key
        if key is None:
            raise UserError(f"run.json of {run.name} names no run_key.", f"dvc exp remove {run.name}")
        content = _content(run)
        earlier = self._known.get(key, [])
        if [mark for _, mark in earlier] == [content]:
            return "present"
        try:
            for identifier, _ in earlier:
                self._client.delete_run(identifier)
            self._known[key] = [(self._log_new(run, key, content), content)]
        except UserError:
            raise
        except Exception as error:
            raise _unreachable(self.uri, error) from None
        return "replaced" if earlier else "logged"

    def _open_experiment(self) -> str:
        known = self._client.get_experiment_by_name(EXPERIMENT)
        if known is None:
            # A server decides itself where artifacts lie; for our own database they lie beside it.
            local = self.uri == f"sqlite:///{paths.repository().absolute() / 'mlflow.db'}"
            place = (paths.repository().absolute() / "mlruns").as_uri() if local else None
            return str(self._client.create_experiment(EXPERIMENT, artifact_location=place))
        if known.lifecycle_stage == "deleted":
            self._client.restore_experiment(known.experiment_id)
        return str(known.experiment_id)

    def _log_new(self, run: Run, key: str, content: str) -> str:
        from mlflow.entities import Metric, Param

        began = _began(run)
        points = [Metric(name, value, began + step, step) for name, value, step in _points(run)]
        values = [Param(name, _text(value)) for name, value in sorted(flatten(run.params).items())]
        created = self._client.create_run(self._experiment, began, _tags(run) | {_KEY: key}, run.name)
        identifier = str(created.info.run_id)
        for start in range(0, len(values), _PARAMS_PER_CALL):
            self._client.log_batch(identifier, params=values[start : start + _PARAMS_PER_CALL])
        for start in range(0, len(points), _METRICS_PER_CALL):
            self._client.log_batch(identifier, metrics=points[start : start + _METRICS_PER_CALL])
        for name in ARTIFACTS:
            text = run.text(name)
            if text is not None:
                self._client.log_text(identifier, text, name)
        self._client.set_terminated(identifier, end_time=began + int(1000 * sum(_seconds(run).values())))
        self._client.set_tag(identifier, _CONTENT, content)
        return identifier


def log_run(run: Run) -> Outcome:
    """Log one run into MLflow (see `Tracker.log`)."""
    return Tracker().log(run)


def log_or_warn(run: Run) -> Outcome | None:
    """Log one run; when MLflow does not answer, print one line that says how to catch up. Never fails a stage."""
    try:
        return log_run(run)
    except UserError as error:
        say(f"warning: {error.message} Nothing is lost: codereflect mlflow-sync logs it later.", error=True)
        return None


def sync(runs: Iterable[Run], tracker: Tracker) -> Counter[Outcome]:
    """Log every run that MLflow does not hold, one per run key (the first of several with the same key names it)."""
    counts: Counter[Outcome] = Counter()
    seen: set[str] = set()
    for run in runs:
        key = run.run_key
        if key is None or key in seen:
            continue
        seen.add(key)
        counts[tracker.log(run)] += 1
    return counts


def metric_name(name: str) -> str:
    """A name that MLflow allows: `pass@1` becomes `pass_at_1`."""
    return re.sub(r"[^\w.\-/ ]", "_", name.replace("@", "_at_"))


def _client(uri: str) -> MlflowClient:
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    os.environ.setdefault("MLFLOW_LOGGING_LEVEL", "WARNING")
    # A server that does not answer must not hold up a stage for the minutes that the defaults allow.
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", "10")
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")
    try:
        from mlflow.tracking import MlflowClient
    except ImportError:
        raise UserError("The package mlflow is not installed here.", "make setup") from None
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        return MlflowClient(uri)
    except Exception as error:
        raise _unreachable(uri, error) from None


def shown_uri(uri: str) -> str:
    """An address, or a text that holds addresses, without user names and passwords."""
    return re.sub(r"//[^/@\s]*@", "//", uri)


def _unreachable(uri: str, error: Exception) -> UserError:
    """MLflow raises whatever its store, its HTTP library or its database driver raises: all of it means no MLflow."""
    shown = shown_uri(uri)
    reason = shown_uri((str(error).strip().splitlines() or [type(error).__name__])[0])[:140]
    fix = "unset MLFLOW_TRACKING_URI, or start that server"
    if shown.startswith("sqlite:"):
        fix = f"rm {shown.removeprefix('sqlite:///')} && codereflect mlflow-sync"
    return UserError(f"MLflow at {shown} does not answer ({reason}).", fix)


def _content(run: Run) -> str:
    """Digest of what is logged, costs left out: they differ between runs of the same key."""
    texts = {name: run.text(name) for name in RUN_FILES if name not in ("params.yaml", "cost.json")}
    return digest({"files": texts, "params": run.params})


def _text(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


def _points(run: Run) -> Iterator[tuple[str, float, int]]:
    """(name, value, step) of every metric and of every point of the loss curves."""
    for name, value in _numbers(run.metrics):
        yield metric_name(name), value, 0
    for name, seconds in sorted(_seconds(run).items()):
        yield metric_name(f"seconds/{name}"), seconds, 0
    yield from _curves(run)


def _curves(run: Run) -> Iterator[tuple[str, float, int]]:
    rows = csv.DictReader(io.StringIO(run.text("losses.csv") or ""))
    counted: set[int] = set()
    for number, row in enumerate(rows, start=2):
        try:
            step, loss, tokens = int(row["step"]), float(row["loss"]), float(row["tokens"])
            name = metric_name(f"loss/{row['split']}/{_loss_name(row)}")
        except (KeyError, TypeError, ValueError) as error:
            where = f"losses.csv:{number} of run {run.name}"
            raise UserError(f"{where}: {error!r}.", f"dvc exp remove {run.name}") from None
        if math.isfinite(loss):
            yield name, loss, step
        if step not in counted:
            counted.add(step)
            yield "tokens", tokens, step


def _loss_name(row: dict[str, str]) -> str:
    """As metrics name it. Older runs have one column, `kind`, and `meta` for what is `reflection` now."""
    if "kind" in row:
        return re.sub(r"^meta\b", "reflection", row["kind"])
    return loss_name(row["label"], row["segment"])


def _numbers(values: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, float]]:
    """The finite numbers of nested mappings, named by their path; what is undefined is left out."""
    for name, value in sorted(values.items()):
        if isinstance(value, dict):
            yield from _numbers(value, f"{prefix}{name}/")
        elif isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
            yield prefix + name, float(value)


def _seconds(run: Run) -> dict[str, float]:
    seconds = run.cost.get("seconds")
    return dict(_numbers(seconds)) if isinstance(seconds, dict) else {}


def _began(run: Run) -> int:
    """Milliseconds since 1970 when the run was made (from cost.json); now when it does not say."""
    try:
        moment = datetime.fromisoformat(str(run.cost.get("date"))).timestamp()
    except ValueError:
        moment = time.time()
    return int(moment * 1000)


def _tags(run: Run) -> dict[str, str]:
    tags = {
        "codereflect.origin": run.origin,
        "codereflect.method": run.method or "",
        "codereflect.machine": _text(run.machine) if run.machine else "",
        "codereflect.sandbox_level": str(run.facts.get("sandbox_level") or ""),
        "mlflow.source.git.commit": str(run.cost.get("commit") or run.files.commit or ""),
        "mlflow.source.name": EXPERIMENT,
    }
    return {name: value for name, value in tags.items() if value}
