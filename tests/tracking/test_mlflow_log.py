"""Runs in MLflow: once each, whole, rebuilt from files, and never in the way of an experiment."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from codereflect.errors import UserError
from codereflect.params import flatten
from codereflect.runs.run import RUN_FILES, Files, Run
from codereflect.tracking.mlflow_log import EXPERIMENT, Tracker, log_or_warn, shown_uri, sync
from codereflect.tracking.run_view import metric_name

CARD = {"name": "micro", "train": {"python_function": 5, "java_method": 2}, "suites": {"micro_python": {"tasks": 20}}}
PARAMS = {"corpus": {"name": "micro"}, "train": {"method": "sft", "seed": 1, "long": "x" * 900}, "score": {"k": [1, 5]}}
HEADER = "step,tokens,split,label,segment,loss\n"
ROWS = "5,100,train,sft,all,2.5\n10,200,train,sft,all,1.5\n10,200,validation,reflection,insight,1.25\n"


def make_run(
    name: str = "sft-b1-s1", key: str = "a" * 64, score: float = 0.5, params: Any = PARAMS, **more: bytes
) -> Run:
    files = {
        "params.yaml": json.dumps(params).encode(),
        "metrics.json": json.dumps({"micro_python": {"pass@1": score, "none": None, "word": "x"}}).encode(),
        "run.json": json.dumps({"run_key": key, "sandbox_level": "full", "corpus": CARD}).encode(),
        "cost.json": json.dumps(
            {
                "date": "2026-01-02T03:04:05Z",
                "seconds": {"train": 1.5, "base": 20},
                "machine": {"cores": 2},
                "commit": "abc",
            }
        ).encode(),
        "losses.csv": (HEADER + ROWS).encode(),
        "verdicts.csv": b"suite,task_id\n",
    }
    held: dict[str, bytes | None] = {name: (files | more).get(name) for name in RUN_FILES}
    return Run(name, "experiment", Files(Path("metrics/current"), Path("params.yaml"), "c0ffee0", held=held))


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory):
    return tmp_path_factory.mktemp("mlflow")


@pytest.fixture
def tracker(database, monkeypatch):
    """One database for all tests (making one takes seconds), emptied of runs."""
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.setenv("DVC_ROOT", str(database))
    for run in runs_of(tracker := Tracker()):
        tracker._client.delete_run(run.info.run_id)
    return Tracker()


def runs_of(tracker: Tracker):
    experiment = tracker._client.get_experiment_by_name(EXPERIMENT)
    return tracker._client.search_runs([experiment.experiment_id])


def test_a_run_is_logged_whole(tracker):
    assert tracker.log(make_run()) == "logged"
    (run,) = runs_of(tracker)
    assert run.info.run_name == "sft-b1-s1" and run.info.status == "FINISHED"
    assert run.info.end_time == 1767323045000 and run.info.start_time == run.info.end_time - 1500
    assert run.data.params["train.method"] == "sft" and run.data.params["score.k"] == "[1, 5]"
    assert len(run.data.params["train.long"]) == 500
    assert run.data.metrics["eval/micro_python/pass_at_1"] == 0.5
    named = ["eval/micro_python/pass_at_1", "loss/train/sft", "seconds/shared_stages", "seconds/this_run", "tokens"]
    assert sorted(run.data.metrics) == named
    assert run.data.metrics["seconds/this_run"] == 1.5 and run.data.metrics["seconds/shared_stages"] == 20
    assert run.data.tags["mlflow.note.content"] == (
        "**sft** on micro, training seed 1; micro_python pass@1 0.5; "
        "again at commit abc: `dvc exp apply sft-b1-s1 && dvc repro`"
    )
    read = [(one.dataset.name, one.tags[0].value, one.dataset.profile) for one in run.inputs.dataset_inputs]
    assert sorted(read) == [
        ("micro", "training", '{"num_rows": 7}'),
        ("micro_python", "eval", '{"num_rows": 20}'),
    ]
    assert run.data.tags["codereflect.method"] == "sft" and run.data.tags["mlflow.source.git.commit"] == "abc"
    curve = tracker._client.get_metric_history(run.info.run_id, "loss/train/sft")
    assert [(point.step, point.value) for point in curve] == [(5, 2.5), (10, 1.5)]
    tokens = tracker._client.get_metric_history(run.info.run_id, "tokens")
    assert [(point.step, point.value) for point in tokens] == [(5, 100), (10, 200)]
    artifacts = [file.path for file in tracker._client.list_artifacts(run.info.run_id)]
    assert sorted(artifacts) == sorted(name for name in RUN_FILES if make_run().text(name) is not None)


def test_the_head_metrics_come_first_and_are_columns(tracker):
    tracker.log(make_run())
    (run,) = runs_of(tracker)
    assert min(run.data.metrics) == "eval/micro_python/pass_at_1"
    experiment = tracker._client.get_experiment_by_name(EXPERIMENT)
    shown = json.loads(experiment.tags["mlflow.sharedViewState.codereflect"])["selectedColumns"]
    assert "metrics.`eval/micro_python/pass_at_1`" in shown and "params.`train.method`" in shown
    assert "viewStateShareKey=codereflect" in tracker.page and f"/{experiment.experiment_id}/runs?" in tracker.page


def test_a_run_that_says_no_time_ends_now(tracker):
    future = json.dumps({"date": "2999-01-01T00:00:00Z", "seconds": {}}).encode()
    tracker.log(make_run(**{"cost.json": future}))
    (run,) = runs_of(tracker)
    assert run.info.start_time < run.info.end_time <= 1000 * time.time()


def test_a_run_of_the_workspace_that_became_an_experiment_says_so(tracker):
    tracker.log(replace(make_run("here"), origin="workspace"))
    assert Tracker().log(make_run("there")) == "present"
    (run,) = runs_of(tracker)
    assert (run.info.run_name, run.data.tags["codereflect.origin"]) == ("there", "experiment")


def test_the_losses_of_an_older_run_have_the_names_of_today(tracker):
    rows = "1,2,train,sft,2.5\n1,2,train,meta,1.5\n1,2,validation,meta,1.5\n1,2,validation,meta.insight,1.25\n"
    tracker.log(make_run(**{"losses.csv": f"step,tokens,split,kind,loss\n{rows}".encode()}))
    (run,) = runs_of(tracker)
    found = {name for name in run.data.metrics if name.startswith("loss/")}
    assert found == {"loss/train/sft", "loss/train/reflection", "loss/validation/reflection"}


def test_a_run_is_logged_once(tracker):
    tracker.log(make_run())
    assert tracker.log(make_run()) == "present"
    assert Tracker().log(make_run("another name")) == "present"
    assert len(runs_of(tracker)) == 1


def test_costs_do_not_make_another_run(tracker):
    tracker.log(make_run())
    assert Tracker().log(make_run(**{"cost.json": b"{}"})) == "present"


def test_other_results_replace_a_run(tracker):
    tracker.log(make_run())
    assert Tracker().log(make_run(score=0.75)) == "replaced"
    (run,) = runs_of(tracker)
    assert run.data.metrics["eval/micro_python/pass_at_1"] == 0.75


def test_a_half_logged_run_is_replaced(tracker, monkeypatch):
    def fail(*_: object) -> None:
        raise ConnectionError("gone")

    with monkeypatch.context() as broken:
        broken.setattr(tracker._client, "log_text", fail)
        with pytest.raises(UserError, match="does not answer"):
            tracker.log(make_run())
    assert [run.info.status for run in runs_of(tracker)] == ["RUNNING"]
    assert Tracker().log(make_run()) == "replaced"
    assert [run.info.status for run in runs_of(tracker)] == ["FINISHED"]


def test_runs_of_the_same_name_are_told_apart_by_their_keys(tracker):
    assert sync([make_run(key="a" * 64), make_run(key="b" * 64)], tracker) == {"logged": 2}
    assert len(runs_of(tracker)) == 2


def test_sync_logs_a_key_once_and_passes_over_foreign_experiments(tracker):
    foreign = make_run("foreign", **{"run.json": b"{}"})
    runs = [make_run("first"), make_run("second"), foreign]
    assert sync(runs, tracker) == {"logged": 1}
    assert [run.info.run_name for run in runs_of(tracker)] == ["first"]
    assert sync(runs, Tracker()) == {"present": 1}


def test_many_points_and_params_go_in_batches(tracker):
    rows = "".join(f"{step},{step},train,sft,all,{1 / step}\n" for step in range(1, 1502))
    losses = {"losses.csv": (HEADER + rows).encode()}
    run = make_run(params={f"key{number}": number for number in range(230)}, **losses)
    tracker.log(run)
    (logged,) = runs_of(tracker)
    assert len(logged.data.params) == len(flatten(run.params)) >= 230
    assert len(tracker._client.get_metric_history(logged.info.run_id, "loss/train/sft")) == 1501


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("losses.csv", HEADER.encode() + b"1,2,train,sft,all,much\n", "losses.csv:2 of run sft-b1-s1"),
        ("losses.csv", b"step,tokens\n1,2\n", "losses.csv:2 of run sft-b1-s1"),
        ("metrics.json", b"[", "metrics/current/metrics.json: no valid JSON .*dvc exp remove sft-b1-s1"),
        ("run.json", b"[]", "metrics/current/run.json: no JSON object.*dvc exp remove sft-b1-s1"),
    ],
)
def test_damaged_files_are_named_and_leave_nothing(tracker, file, text, said):
    with pytest.raises(UserError, match=said):
        tracker.log(make_run(**{file: text}))
    assert runs_of(tracker) == []


def test_a_dead_server_costs_one_line_and_little_time(monkeypatch, capsys):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://user:secret@127.0.0.1:9")
    started = time.monotonic()
    assert log_or_warn(make_run()) is None
    assert time.monotonic() - started < 15
    said = capsys.readouterr().err
    assert said.startswith("warning: MLflow at http://127.0.0.1:9 does not answer")
    assert "codereflect mlflow-sync" in said and said.count("\n") == 1 and "secret" not in said


def test_a_file_that_is_no_database_is_named(tmp_path):
    (tmp_path / "bad.db").write_text("garbage")
    with pytest.raises(UserError, match=r"bad.db does not answer"):
        Tracker(f"sqlite:///{tmp_path / 'bad.db'}")


def test_names():
    assert metric_name("micro_python/pass@1") == "micro_python/pass_at_1"
    assert metric_name("loss/train/a(b)") == "loss/train/a_b_"
    assert shown_uri("https://me:word@host/x") == "https://host/x"
