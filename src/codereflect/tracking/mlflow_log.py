"""Finished runs as MLflow runs. The only importer of mlflow.

MLflow is a view: everything it shows is rebuilt from the files of a run, so a dead or deleted server loses nothing.
One MLflow run per run key (tag `codereflect.run_key`). The tag `codereflect.content`, written last, is the digest of
what was logged: a run without it was interrupted half-way, one with another digest is out of date, both are replaced.
"""

from __future__ import annotations

import json
import logging
import os
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from codereflect import paths
from codereflect.errors import UserError
from codereflect.runs.run import RUN_FILES, Run
from codereflect.store import digest
from codereflect.terminal import say
from codereflect.tracking.run_view import columns, datasets, parameters, points, tags, times

if TYPE_CHECKING:
    from mlflow.tracking import MlflowClient

EXPERIMENT = "codereflect"
_METRICS_PER_CALL = 1000
_PARAMS_PER_CALL = 100
_KEY, _CONTENT, _ORIGIN = "codereflect.run_key", "codereflect.content", "codereflect.origin"
# A view of the runs table that the experiment keeps: MLflow's own shows no figure.
_VIEW = "codereflect"
_VIEW_TAG = f"mlflow.sharedViewState.{_VIEW}"
# Pixels of a column for each character of its name.
_CHARACTER = 7

Outcome = Literal["logged", "replaced", "present"]


def tracking_uri() -> str:
    """`$MLFLOW_TRACKING_URI`, else a SQLite file in the repository."""
    return os.environ.get("MLFLOW_TRACKING_URI") or f"sqlite:///{paths.repository().absolute() / 'mlflow.db'}"


@dataclass(frozen=True)
class _Logged:
    """A run as MLflow holds it; `content` is None where logging was interrupted."""

    identifier: str
    content: str | None
    origin: str | None


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
            view = self._client.get_experiment(self._experiment).tags.get(_VIEW_TAG)
            self._columns: list[str] = json.loads(view)["selectedColumns"] if view else []
            found = self._client.search_runs([self._experiment], max_results=50000)
        except Exception as error:
            raise _unreachable(self.uri, error) from None
        self._known: dict[str, list[_Logged]] = {}
        for run in found:
            key, content, origin = (run.data.tags.get(tag) for tag in (_KEY, _CONTENT, _ORIGIN))
            if key:
                self._known.setdefault(key, []).append(_Logged(run.info.run_id, content, origin))

    @property
    def page(self) -> str:
        """The address of the runs table under that of a server: without it, the experiment opens on an empty page."""
        return f"/#/experiments/{self._experiment}/runs?workflowType=machine_learning&viewStateShareKey={_VIEW}"

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
        try:
            if [one.content for one in earlier] == [content]:
                self._tell_origin(run, earlier[0])
                return "present"
            for one in earlier:
                self._client.delete_run(one.identifier)
            self._known[key] = [_Logged(self._log_new(run, key, content), content, run.origin)]
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

    def _tell_origin(self, run: Run, logged: _Logged) -> None:
        """A run of the workspace may since be an experiment or published, under another name."""
        if run.origin in ("workspace", logged.origin):
            return
        for name, value in {**tags(run), "mlflow.runName": run.name}.items():
            self._client.set_tag(logged.identifier, name, value)

    def _log_new(self, run: Run, key: str, content: str) -> str:
        from mlflow.entities import Metric, Param

        began, ended = times(run)
        metrics = [Metric(name, value, min(began + step, ended), step) for name, value, step in points(run)]
        values = [Param(name, value) for name, value in parameters(run).items()]
        created = self._client.create_run(self._experiment, began, tags(run) | {_KEY: key}, run.name)
        identifier = str(created.info.run_id)
        for start in range(0, len(values), _PARAMS_PER_CALL):
            self._client.log_batch(identifier, params=values[start : start + _PARAMS_PER_CALL])
        for start in range(0, len(metrics), _METRICS_PER_CALL):
            self._client.log_batch(identifier, metrics=metrics[start : start + _METRICS_PER_CALL])
        self._client.log_inputs(identifier, _inputs(run))
        for name in RUN_FILES:
            text = run.text(name)
            if text is not None:
                self._client.log_text(identifier, text, name)
        self._show_columns(run)
        self._client.set_terminated(identifier, end_time=ended)
        self._client.set_tag(identifier, _CONTENT, content)
        return identifier

    def _show_columns(self, run: Run) -> None:
        """Put what a run was tested on into the view of the runs table."""
        merged = sorted({*self._columns, *columns(run)})
        if merged != self._columns:
            self._columns = merged
            widths = {name: _CHARACTER * len(name) for name in merged}
            view = {"selectedColumns": merged, "columnWidths": widths}
            self._client.set_experiment_tag(self._experiment, _VIEW_TAG, json.dumps(view))


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


def _inputs(run: Run) -> list[Any]:
    from mlflow.entities import Dataset, DatasetInput, InputTag

    found = []
    for fields in datasets(run):
        context = InputTag("mlflow.data.context", fields.pop("context"))
        found.append(DatasetInput(Dataset(**fields), [context]))
    return found
