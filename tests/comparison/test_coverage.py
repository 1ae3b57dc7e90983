"""95% intervals hold the truth 95% of the time: simulated, at the sizes that are used."""

import math

import numpy as np
import pytest

from codereflect.comparison import seeds as module
from codereflect.comparison import statistics
from codereflect.comparison.seeds import crossed_variance, hierarchical_bootstrap
from codereflect.comparison.statistics import bootstrap_interval, t_interval

ROUNDS = 400


def differences(rng: np.random.Generator, base: float, train: float, task: float, rest: float) -> np.ndarray:
    """Differences of 3 x 3 pairs of seeds on 120 tasks, true mean 0: shape (bases, training seeds, tasks)."""
    by_base, by_train = rng.normal(0, base, (3, 1, 1)), rng.normal(0, train, (3, 3, 1))
    by_task, residual = rng.normal(0, task, (1, 1, 120)), rng.normal(0, rest, (3, 3, 120))
    return np.asarray(by_base + by_train + by_task + residual)


def coverage(held: list[bool]) -> float:
    return sum(held) / len(held)


@pytest.mark.parametrize(
    ("base", "train", "task", "rest"),
    [(0.03, 0.03, 0.1, 0.4), (0.0, 0.0, 0.3, 0.3), (0.06, 0.02, 0.1, 0.3), (0.0, 0.06, 0.2, 0.4)],
)
def test_crossed_interval_covers(base: float, train: float, task: float, rest: float) -> None:
    rng = np.random.default_rng(1)
    held = []
    for _ in range(ROUNDS):
        drawn = differences(rng, base, train, task, rest)
        _, units = module._units(drawn.mean(axis=1), drawn.reshape(9, 120))
        _, _, variance, df = crossed_variance(units)
        interval = t_interval(float(units.mean()), math.sqrt(variance), df, "")
        assert interval is not None
        held.append(interval.low < 0 < interval.high)
    assert 0.91 <= coverage(held) <= 0.99


def test_t_over_seeds_is_too_narrow_when_tasks_decide() -> None:
    rng = np.random.default_rng(2)
    held = []
    for _ in range(ROUNDS):
        units = differences(rng, 0.0, 0.0, 0.3, 0.3).mean(axis=1)
        interval = t_interval(float(units.mean()), math.sqrt(crossed_variance(units)[0]), 2, "")
        assert interval is not None
        held.append(interval.low < 0 < interval.high)
    assert coverage(held) < 0.85


def test_bootstrap_over_three_bases_is_too_narrow_when_they_decide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statistics, "RESAMPLES", 300)
    monkeypatch.setattr(module, "RESAMPLES", 300)
    rng = np.random.default_rng(3)
    held = []
    for _ in range(100):
        interval = hierarchical_bootstrap(
            differences(rng, 0.06, 0.0, 0.1, 0.2).reshape(9, 120), [[0, 1, 2], [3, 4, 5], [6, 7, 8]]
        )
        assert interval is not None
        held.append(interval.low < 0 < interval.high)
    assert coverage(held) < 0.92


@pytest.mark.parametrize(("wins", "losses"), [(0.12, 0.08), (0.05, 0.05)])
def test_task_bootstrap_covers(wins: float, losses: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statistics, "RESAMPLES", 2000)
    rng = np.random.default_rng(4)
    values = rng.choice([1.0, -1.0, 0.0], p=[wins, losses, 1 - wins - losses], size=(ROUNDS, 300))
    intervals = [bootstrap_interval(row) for row in values]
    held = [one is not None and one.low <= wins - losses <= one.high for one in intervals]
    assert 0.92 <= coverage(held) <= 0.98
