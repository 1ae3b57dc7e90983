"""Paired statistics against scipy, against published figures, and at the edges."""

import math
import random

import numpy as np
import pytest
from scipy import stats

from codereflect.comparison.statistics import bootstrap_interval, mcnemar, paired


def published_scores() -> tuple[list[float], list[float]]:
    """100 pairs of judged answers with the published counts, mean difference and interval: 32 wins, 27 losses.

    All wins are the same size, and so are all losses; the two sizes follow from mean +2.61 and half width 6.45.
    """
    mean, sd = 2.61, 6.45 / stats.t.ppf(0.975, 99) * 10
    # 32 w - 27 l = 100 mean and 32 w^2 + 27 l^2 = 99 sd^2 + 100 mean^2
    total, squares = 100 * mean, 99 * sd**2 + 100 * mean**2
    a, b, c = 27 + 27**2 / 32, 54 * total / 32, total**2 / 32 - squares
    loss = (-b + math.sqrt(b * b - 4 * a * c)) / (2 * a)
    win = (total + 27 * loss) / 32
    differences = [win] * 32 + [-loss] * 27 + [0.0] * 41
    first = [60.0] * 100
    return first, [x + d for x, d in zip(first, differences, strict=True)]


def test_published_figures_are_reproduced() -> None:
    result = paired(*published_scores())
    assert (result.wins, result.losses, result.ties) == (32, 27, 41)
    assert result.difference == pytest.approx(2.61, abs=1e-9)
    assert result.t_interval is not None
    assert (round(result.t_interval.low, 1), round(result.t_interval.high, 1)) == (-3.8, 9.1)
    assert result.p is not None and round(result.p, 2) == 0.42
    assert result.power == pytest.approx(0.125, abs=0.002)
    # Published as "about 1,217"; the half width is known to one decimal only.
    assert result.needed == pytest.approx(1217, rel=0.015)
    assert result.test == "paired t"


def test_t_test_is_scipys() -> None:
    rng = np.random.default_rng(1)
    a, b = rng.normal(size=40), rng.normal(0.3, size=40)
    theirs = stats.ttest_rel(b, a)
    ours = paired(list(a), list(b))
    assert ours.p == pytest.approx(theirs.pvalue, rel=1e-9)
    interval = theirs.confidence_interval(0.95)
    assert ours.t_interval is not None
    assert (ours.t_interval.low, ours.t_interval.high) == pytest.approx((interval.low, interval.high))


@pytest.mark.parametrize(("wins", "losses"), [(0, 1), (3, 9), (7, 7), (40, 61), (0, 12), (500, 410)])
def test_mcnemar_is_the_exact_binomial_test(wins: int, losses: int) -> None:
    assert mcnemar(wins, losses) == pytest.approx(stats.binomtest(wins, wins + losses).pvalue, rel=1e-9)


def test_bootstrap_is_scipys_bca_within_resampling_noise() -> None:
    rng = np.random.default_rng(2)
    values = np.round(rng.exponential(size=60), 1)
    theirs = stats.bootstrap((values,), np.mean, n_resamples=20_000, method="BCa", rng=3).confidence_interval
    ours = bootstrap_interval(values)
    assert ours is not None
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=0.02)
    # The percentile interval of these skewed values is another one: BCa is not just its name here.
    plain = stats.bootstrap((values,), np.mean, n_resamples=20_000, method="percentile", rng=3).confidence_interval
    assert ours.high - plain.high > 0.02


def test_order_of_tasks_does_not_matter() -> None:
    draw = random.Random(4)
    pairs = [(draw.random() < 0.5, draw.random() < 0.6) for _ in range(300)]
    shuffled = draw.sample(pairs, len(pairs))
    first, second = (paired([float(a) for a, _ in some], [float(b) for _, b in some]) for some in (pairs, shuffled))
    assert first == second
    assert first.binary and first.test == "exact McNemar"


def test_swapping_the_arms_mirrors_everything() -> None:
    a, b = [1.0, 0.0, 0.0, 1.0, 0.0] * 20, [1.0, 1.0, 0.0, 1.0, 0.0] * 20
    there, back = paired(a, b), paired(b, a)
    assert there.difference == -back.difference > 0
    assert (there.wins, there.losses) == (back.losses, back.wins) == (20, 0)
    assert there.p == back.p and there.smallest == back.smallest and there.needed == back.needed


def test_equal_arms_are_not_called_certain() -> None:
    same = paired([1.0, 0.0] * 75, [1.0, 0.0] * 75)
    assert same.interval is None and same.p == 1.0 and same.power is None and same.needed is None
    # 150 tasks without a differing one: a one-sided difference of some 5 points could still have been missed.
    assert same.smallest == pytest.approx(0.05, abs=0.01)


def test_constant_difference_and_single_task_have_no_interval() -> None:
    shifted = paired([1.5, 2.5, 3.5], [2.5, 3.5, 4.5])
    assert shifted.interval is None and shifted.t_interval is None and shifted.p is None
    single = paired([0.25], [0.75])
    assert single.se is None and single.interval is None and single.p is None and single.smallest is None


@pytest.mark.parametrize("offset", [0.0, 100.0, -3e6])
def test_rounding_is_no_difference(offset: float) -> None:
    """0.3 - 0.1 and 0.4 - 0.2 differ in the last digit: neither a tight interval nor a p of 0 may come of it."""
    a = [offset + tenths / 10 for tenths in range(30)]
    shifted = paired(a, [value + 0.2 for value in a])
    assert shifted.interval is None and shifted.t_interval is None and shifted.p is None and shifted.power is None
    same = paired(a, [value * 3 / 3 + 1e-17 for value in a])
    assert (same.wins, same.losses, same.difference) == (0, 0, 0.0)
