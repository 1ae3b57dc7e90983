"""What could have been seen, against simulation and known cases."""

import math
from itertools import pairwise

import numpy as np
import pytest
from scipy.special import nctdtr, stdtrit

from codereflect.comparison import power
from codereflect.comparison.statistics import mcnemar, paired


def test_three_points_need_the_tasks_that_were_planned() -> None:
    # 18-24% of the tasks change sides between two runs; about 1,840 tasks were planned for 3 points.
    assert power.mcnemar_needed(0.03, 0.18) < 1840 < power.mcnemar_needed(0.03, 0.24)


def test_smallest_and_needed_are_inverse() -> None:
    smallest = power.mcnemar_smallest(2000, 0.2)
    assert smallest is not None
    assert power.mcnemar_needed(smallest, 0.2) == pytest.approx(2000, abs=1)
    assert power.mcnemar_power(smallest, 0.2, 2000) == pytest.approx(0.8, abs=1e-6)
    t_smallest = power.t_smallest(2.0, 49)
    assert t_smallest is not None and power.t_power(t_smallest, 2.0, 49) == pytest.approx(0.8, abs=1e-6)


def test_mcnemar_power_holds_in_simulation() -> None:
    n, discordance = 600, 0.2
    smallest = power.mcnemar_smallest(n, discordance)
    assert smallest is not None
    rng = np.random.default_rng(1)
    shares = [(discordance + smallest) / 2, (discordance - smallest) / 2, 1 - discordance]
    draws = rng.multinomial(n, shares, size=2000)
    seen = np.mean([mcnemar(int(wins), int(losses)) < 0.05 for wins, losses, _ in draws])
    assert seen == pytest.approx(0.8, abs=0.02)


@pytest.mark.parametrize("n", [1, 3, 5])
def test_no_power_is_claimed_where_the_exact_test_cannot_reject(n: int) -> None:
    """Even all discordant tasks on one side give p = 0.0625 with five of them."""
    one_way = paired([0.0] * n, [1.0] * n)
    assert one_way.p is not None and one_way.p > 0.05
    assert one_way.power == 0 and one_way.smallest is None and one_way.needed == 6
    among_others = paired([0.0] * 100, [1.0] * n + [0.0] * (100 - n))
    assert among_others.power is not None and among_others.power < 0.5


def test_t_needed_is_the_first_number_that_suffices() -> None:
    needed = power.t_needed(1.0, 2.0)
    assert needed == 34
    assert power.t_power(1.0, 2.0 / 34**0.5, 33) >= 0.8 > power.t_power(1.0, 2.0 / 33**0.5, 32)


def test_undefined_stays_undefined() -> None:
    assert power.t_needed(0.0, 1.0) is None
    assert power.t_smallest(0.0, 10) is None
    assert power.mcnemar_smallest(3, 0.0) is None


def test_few_discordant_tasks_do_not_hide_a_large_effect() -> None:
    # With 1% of 100 tasks discordant, no difference within that percent can be seen: a larger one could.
    smallest = power.mcnemar_smallest(100, 0.01)
    assert smallest is not None and 0.05 < smallest < 0.1


def test_far_effects_have_full_power() -> None:
    assert power.t_power(1000.0, 1.0, 2) == pytest.approx(1.0, abs=1e-12)
    assert power.t_power(0.0, 1.0, 20) == pytest.approx(power.ALPHA, abs=1e-6)


@pytest.mark.parametrize("df", [1.3, 2.0, 2.05, 3.5, 8.0, 20.0])
def test_power_grows_without_gaps(df: float) -> None:
    """scipy's noncentral t is NaN at a seventh of these points; where it is not, it says the same."""
    found = [power.t_power(number / 4, 1.0, df) for number in range(160)]
    assert (
        all(a <= b + 1e-9 for a, b in pairwise(found))
        and found[0] == pytest.approx(0.05, abs=1e-6)
        and 0.8 < found[-1] <= 1
    )
    critical = stdtrit(df, 0.975)
    for number, one in enumerate(found[:80]):
        theirs = 1 - nctdtr(df, number / 4, critical) + nctdtr(df, number / 4, -critical)
        assert math.isnan(theirs) or one == pytest.approx(theirs, abs=1e-5)


def test_the_smallest_difference_is_a_little_above_what_the_interval_excludes() -> None:
    for tenths in range(20, 90):
        df = tenths / 10
        smallest = power.t_smallest(1.0, df)
        assert smallest is not None and smallest == pytest.approx(stdtrit(df, 0.975) + stdtrit(df, 0.8), rel=0.06)
