"""Comparison over several seeds: known values, levels, uneven designs."""

import numpy as np
import pytest
from scipy import stats

from codereflect.comparison.seeds import crossed_variance, hierarchical_bootstrap, seeded

Scores = dict[tuple[int | None, int | None], list[float]]


def scores(pairs: list[tuple[int, int]], tasks: int, shift: float, seed: int, noise: float = 0.0) -> Scores:
    """0/1 scores of tasks of fixed difficulty, a run moving all of them by a shift and its own noise."""
    rng = np.random.default_rng(seed)
    hard = np.random.default_rng(0).random(tasks)
    made: Scores = {}
    for pair in pairs:
        level = 0.5 + shift + rng.normal(0, noise)
        made[pair] = [float(x) for x in 0.5 * hard + 0.5 * rng.random(tasks) < level]
    return made


PAIRS = [(base, train) for base in (1, 2, 3) for train in (1, 2, 3)]


def test_levels_are_told_apart() -> None:
    result = seeded(scores(PAIRS, 200, 0.0, 1), scores(PAIRS, 200, 0.2, 2))
    assert (result.unit, result.units) == ("base seeds", 3)
    assert result.interval is not None and result.interval.excludes_zero
    assert result.sd_base is not None and result.sd_train is not None
    assert result.wins > result.losses and result.wins + result.losses + result.ties == 200
    mean = np.mean([b - a for a, b in result.by_seed.values()])
    assert result.difference == pytest.approx(mean) and result.b - result.a == pytest.approx(result.difference)


def test_one_base_takes_training_seeds_as_units() -> None:
    pairs = [(7, 1), (7, 2), (7, 3)]
    result = seeded(scores(pairs, 80, 0.0, 1), scores(pairs, 80, 0.0, 2))
    assert (result.unit, result.units, result.sd_base) == ("training seeds", 3, None)
    assert result.seed_interval is not None and "training seeds" in result.seed_interval.method


def test_seed_interval_is_students_over_the_means() -> None:
    a, b = scores(PAIRS, 100, 0.0, 3, 0.05), scores(PAIRS, 100, 0.1, 4, 0.05)
    means = [np.mean([np.mean(b[base, t]) - np.mean(a[base, t]) for t in (1, 2, 3)]) for base in (1, 2, 3)]
    theirs = stats.ttest_1samp(means, 0).confidence_interval(0.95)
    ours = seeded(a, b).seed_interval
    assert ours is not None and (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high))


def test_order_of_seeds_and_tasks_does_not_matter() -> None:
    a, b = scores(PAIRS, 60, 0.0, 5, 0.05), scores(PAIRS, 60, 0.1, 6, 0.05)
    turned = [dict(reversed([(pair, values[::-1]) for pair, values in arm.items()])) for arm in (a, b)]
    first, second = seeded(a, b), seeded(*turned)
    assert first.bootstrap == second.bootstrap and list(first.by_seed) == list(second.by_seed)
    assert first.se == pytest.approx(second.se) and first.difference == pytest.approx(second.difference)


def test_uneven_designs_weigh_base_seeds_equally() -> None:
    pairs = [(1, 1), (1, 2), (1, 3), (2, 1)]
    a: Scores = {pair: [0.0] * 10 for pair in pairs}
    b: Scores = {pair: [0.0] * 10 for pair in pairs}
    b[2, 1] = [1.0] * 5 + [0.0] * 5
    result = seeded(a, b)
    assert result.difference == pytest.approx(0.25)
    b[2, 1] = [1.0] * 10
    bootstrap = seeded(a, b).bootstrap
    assert bootstrap is not None and (bootstrap.low, bootstrap.high) == (0.0, 1.0)


def test_identical_arms_have_no_interval() -> None:
    same = scores(PAIRS, 30, 0.0, 7)
    result = seeded(same, same)
    assert result.interval is None and result.p is None and result.smallest is None and result.bootstrap is None


def test_crossed_variance_splits_as_constructed() -> None:
    # Additive effects without residual: the two sources are exactly their own variances.
    units, tasks = np.array([-1.0, 0.0, 1.0]), np.array([-2.0, 2.0, 0.0, 0.0])
    from_units, from_tasks, total, df = crossed_variance(units[:, None] + tasks[None, :])
    assert from_units == pytest.approx(1.0 / 3) and from_tasks == pytest.approx(tasks.var(ddof=1) / 4)
    assert total == pytest.approx(from_units + from_tasks)
    assert 2 < df < 5


def test_crossed_variance_counts_the_residual_once() -> None:
    noise = np.random.default_rng(8).normal(size=(4, 400))
    from_units, from_tasks, total, _ = crossed_variance(noise)
    residual = 1 / (4 * 400)
    assert total == pytest.approx(max(from_units + from_tasks - residual, from_units, from_tasks), rel=0.05)
    assert total < from_units + from_tasks - residual / 2


def test_more_seeds_cannot_remove_the_noise_of_tasks() -> None:
    # Every run agrees on every task, and half of the few tasks go either way.
    a: Scores = {(1, t): [0.0, 1.0] * 6 for t in (1, 2, 3)}
    b: Scores = {(1, t): [1.0, 0.0] * 5 + [1.0, 1.0] for t in (1, 2, 3)}
    result = seeded(a, b)
    assert result.difference > 0 and result.seeds_needed is None


def test_bootstrap_over_a_single_pattern_is_undefined() -> None:
    assert hierarchical_bootstrap(np.zeros((2, 5)), [[0], [1]]) is None


def test_bases_that_agree_by_luck_do_not_narrow_the_interval() -> None:
    """Three bases with equal means, training seeds far apart: the noise of training is the least there is."""
    a = {(base, train): [0.0] * 50 for base in (1, 2, 3) for train in (1, 2, 3)}
    lift = {1: 0.1, 2: 0.0, 3: -0.1}
    b = {pair: [lift[pair[1]] + 0.02 * (task % 2) for task in range(50)] for pair in a}
    found = seeded(a, b)
    assert found.interval is not None and found.unit == "training seeds" and found.units == 9
    assert found.interval.high - found.interval.low > 0.1
    apart = {pair: [0.1 * pair[0] + 0.02 * (task % 2) for task in range(50)] for pair in a}
    assert seeded(a, apart).unit == "base seeds"


def test_rounding_is_no_difference_between_seeds() -> None:
    a = {(1, seed): [seed / 10 + task / 7 for task in range(9)] for seed in (1, 2, 3)}
    found = seeded(a, {seeds: [score + 0.1 for score in scores] for seeds, scores in a.items()})
    assert found.se == 0 and found.interval is None and found.p is None and found.seed_interval is None
