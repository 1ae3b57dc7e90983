"""Curves: means between points, what a resumed run keeps, when to stop."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from codereflect.errors import UserError
from codereflect.params import load_params
from codereflect.training.losslog import LossLog, point_interval

BASE = load_params(Path(__file__).resolve().parents[2] / "params.yaml").base


def log_of(folder, evaluations=2, **changes):
    return LossLog(folder / "losses.jsonl", BASE.model_copy(update={"evaluations": evaluations, **changes}))


def add(log, losses, labels, tokens=10):
    log.add(torch.tensor(losses), torch.ones(len(losses)), labels, torch.tensor(tokens))


def test_labels_are_averaged_apart_over_the_steps_between_two_points(tmp_path):
    log, steps = log_of(tmp_path), 80
    assert point_interval(steps) == 2
    add(log, [1.0, 3.0, 5.0], ["sft", "reflection", "sequence"])
    assert log.step(1, steps) == "" and log.rows == []
    add(log, [2.0], ["sft"])
    assert log.step(2, steps) == "reflection 3.000 sequence 5.000 sft 1.500"
    found = [(one["label"], one["segment"], one["loss"], one["tokens"]) for one in log.rows]
    assert found == [("reflection", "all", 3.0, 20), ("sequence", "all", 5.0, 20), ("sft", "all", 1.5, 20)]


def test_a_resumed_log_forgets_what_came_after_the_checkpoint(tmp_path):
    log = log_of(tmp_path)
    for step in (1, 2, 3):
        add(log, [float(step)], ["sft"])
        log.step(step, 10)
    again = log_of(tmp_path)
    again.resume(2)
    assert again.rows == log.rows[:2] and again.tokens == 20
    fresh = log_of(tmp_path)
    fresh.resume(0)
    assert fresh.rows == [] and fresh.tokens == 0


@pytest.mark.parametrize("steps", [1, 3, 5, 100])
@pytest.mark.parametrize("evaluations", [1, 2, 5])
def test_measurements_are_evenly_spaced_and_the_last_step_is_one(tmp_path, steps, evaluations):
    log = log_of(tmp_path, evaluations)
    due = [step for step in range(1, steps + 1) if log.evaluation_due(step, steps)]
    assert len(due) == min(steps, evaluations) and due[-1] == steps


@pytest.mark.parametrize(
    ("losses", "patience", "min_delta", "stops"),
    [
        ([3.0, 2.0, 1.0], 1, 0.0, False),
        ([1.0, 2.0], 1, 0.0, True),
        ([1.0, 2.0], 2, 0.0, False),
        ([1.0, 2.0, 0.5], 2, 0.0, False),
        ([1.0, 0.9995, 0.9992], 2, 0.001, True),
        ([1.0, 2.0, 3.0], 0, 0.0, False),
    ],
)
def test_patience_counts_measurements_without_improvement(tmp_path, losses, patience, min_delta, stops):
    log = log_of(tmp_path, patience=patience, min_delta=min_delta)
    for step, loss in enumerate(losses, start=1):
        log.validation(step, {("sft", "all"): loss, ("sft", "prompt"): 0.0, ("reflection", "all"): 10.0 - loss})
    assert log.stop_early() is stops


@pytest.mark.parametrize(
    ("watched", "stops_at", "best"),
    [("sft", None, 6), ("reflection", 3, 1), ("mean", 4, 2), ("either", 3, 2)],
)
def test_patience_watches_what_it_is_told_to(tmp_path, watched, stops_at, best):
    log, stopped = log_of(tmp_path, patience=2, early_stopping=watched), None
    losses = {"sft": [5.0, 4.0, 3.0, 2.5, 2.0, 1.5], "reflection": [1.0, 1.5, 3.0, 4.0, 5.0, 6.0]}
    for step in range(1, 7):
        log.validation(step, {(label, "all"): values[step - 1] for label, values in losses.items()})
        stopped = stopped or (step if log.stop_early() else None)
    assert (stopped, log.best_step()) == (stops_at, best)


@pytest.mark.parametrize("loss", [float("nan"), float("inf")])
def test_no_number_is_no_loss(tmp_path, loss):
    with pytest.raises(
        UserError, match=r"validation loss of sft rows is (nan|inf) at step 7\..*lower the learning rate"
    ):
        log_of(tmp_path).validation(7, {("sft", "all"): loss})
