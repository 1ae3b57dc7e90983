"""Paired statistics of two arms over the same tasks.

Differences are B minus A, in the unit of the scores. Everything is deterministic: the resampling has a fixed seed and
does not depend on the order of the tasks.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from codereflect.comparison import power

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

RESAMPLES = 10_000
SEED = 20_260
CONFIDENCE = 0.95
# Below this many differing tasks a bootstrap interval is rough: the exact test says more.
FEW = 10
# What subtracting two scores leaves of rounding, as a share of the largest score.
ROUNDING = 1e-13


@dataclass(frozen=True)
class Interval:
    """A 95% interval and how it was made."""

    low: float
    high: float
    method: str

    @property
    def excludes_zero(self) -> bool:
        """Whether zero lies outside."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True)
class Paired:
    """The comparison of one pair of trained models on the tasks that both answered.

    Attributes:
        n: tasks.
        a, b: mean scores; `difference` is b - a, `se` its standard error over tasks.
        interval: BCa bootstrap over tasks; None when it is undefined (a single task, or all differences are equal).
        t_interval: paired t.
        p, test: exact McNemar when all scores are 0 or 1, else paired t; None when undefined.
        wins, losses, ties: tasks on which B scores higher, lower, the same.
        smallest: minimum detectable effect (80% power); None when no difference would be detected.
        needed: tasks needed to see the observed difference with 80% power; None when it is 0.
        power: of seeing a true difference as large as the observed one.
    """

    n: int
    a: float
    b: float
    difference: float
    se: float | None
    interval: Interval | None
    t_interval: Interval | None
    p: float | None
    test: str
    wins: int
    losses: int
    ties: int
    binary: bool
    smallest: float | None
    needed: int | None
    power: float | None


def paired(a: Sequence[float], b: Sequence[float]) -> Paired:
    """Compare two arms on the same tasks.

    Args:
        a, b: scores of the same tasks in the same order; at least one.
    """
    import numpy as np

    first, second = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    differences = differences_of(first, second)
    n = len(differences)
    wins, losses = int((differences > 0).sum()), int((differences < 0).sum())
    binary = bool(np.isin(np.concatenate([first, second]), (0.0, 1.0)).all())
    difference = math.fsum(differences) / n
    se = standard_error(differences)
    p = mcnemar(wins, losses) if binary else t_test(difference, se, n - 1)
    smallest, needed, chance = _power(difference, se, n, (wins + losses) / n, binary)
    return Paired(
        n=n,
        a=math.fsum(first) / n,
        b=math.fsum(second) / n,
        difference=difference,
        se=se,
        interval=bootstrap_interval(differences),
        t_interval=t_interval(difference, se, n - 1, "paired t"),
        p=p,
        test="exact McNemar" if binary else "paired t",
        wins=wins,
        losses=losses,
        ties=n - wins - losses,
        binary=binary,
        smallest=smallest,
        needed=needed,
        power=chance,
    )


def differences_of(a: Floats, b: Floats) -> Floats:
    """b - a of scores of any shape, without what rounding alone makes of equal ones: 0.3 - 0.1 is 0.4 - 0.2."""
    import numpy as np

    found = b - a
    rounding = ROUNDING * float(max(np.abs(a).max(), np.abs(b).max()))
    found[np.abs(found) <= rounding] = 0.0
    if np.ptp(found) <= rounding:
        found[...] = np.median(found)
    return found


def _power(
    difference: float, se: float | None, n: int, discordance: float, binary: bool
) -> tuple[float | None, int | None, float | None]:
    """Smallest detectable difference, tasks needed, power at the observed difference."""
    if binary:
        smallest = power.mcnemar_smallest(n, discordance)
        if difference == 0:
            return smallest, None, None
        needed = power.mcnemar_needed(abs(difference), discordance)
        return smallest, needed, power.mcnemar_power(difference, discordance, n)
    if not se:
        return None, None, None
    chance = power.t_power(difference, se, n - 1) if difference else None
    return power.t_smallest(se, n - 1), power.t_needed(difference, se * math.sqrt(n)), chance


def standard_error(values: Floats) -> float | None:
    """Standard error of the mean; None for a single value."""
    # less the first: equal values have no spread, but their mean may be rounded
    return float((values - values[0]).std(ddof=1) / math.sqrt(len(values))) if len(values) > 1 else None


def mcnemar(wins: int, losses: int) -> float:
    """Two-sided exact McNemar test (McNemar 1947): a binomial test of the discordant tasks against one half."""
    from scipy.special import bdtr

    return min(1.0, 2 * float(bdtr(min(wins, losses), wins + losses, 0.5))) if wins + losses else 1.0


def t_test(difference: float, se: float | None, df: float) -> float | None:
    """Two-sided p of a t test; None when the standard error is undefined or 0."""
    from scipy.special import stdtr

    return float(2 * stdtr(df, -abs(difference) / se)) if se else None


def t_interval(difference: float, se: float | None, df: float, method: str) -> Interval | None:
    """Student's interval around a difference; None when the standard error is undefined or 0."""
    from scipy.special import stdtrit

    if not se:
        return None
    half = float(stdtrit(df, (1 + CONFIDENCE) / 2)) * se
    return Interval(difference - half, difference + half, method)


def bootstrap_interval(differences: Floats) -> Interval | None:
    """Bias-corrected and accelerated bootstrap interval (Efron 1987) of a mean over tasks.

    Returns:
        None when all differences are equal: resampling them shows no spread, which is not certainty.
    """
    import numpy as np
    from scipy.special import ndtr, ndtri

    values, counts = np.unique(differences, return_counts=True)
    if len(values) == 1:
        return None
    mean = math.fsum(differences) / len(differences)
    means = resampled_counts(counts) @ values / len(differences)
    below = ((means < mean).mean() + (means <= mean).mean()) / 2
    # The jackknife of a mean in closed form: the left-out means differ from the mean in proportion to the residuals.
    residuals = values - mean
    acceleration = float((counts * residuals**3).sum() / (6 * (counts * residuals**2).sum() ** 1.5))
    bias = float(ndtri(below))
    edges = []
    for share in ((1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2):
        z = bias + float(ndtri(share))
        edges.append(float(ndtr(bias + z / (1 - acceleration * z))))
    low, high = np.quantile(means, edges)
    return Interval(float(low), float(high), f"BCa bootstrap over tasks, {RESAMPLES:,} resamples")


def mean_interval(scores: Sequence[float]) -> Interval | None:
    """A 95% interval of the mean score of tasks, each of them one unit however many samples it has.

    Args:
        scores: one for each task, between 0 and 1.

    Returns:
        Wilson's (1927) where every task has 0 or 1, else a bootstrap over tasks; None where that shows no spread.
    """
    import numpy as np

    if set(scores) <= {0.0, 1.0}:
        return wilson(int(sum(scores)), len(scores))
    return bootstrap_interval(np.asarray(scores, dtype=np.float64))


def wilson(passed: int, n: int) -> Interval:
    """Wilson's score interval (1927) of a share."""
    from scipy.special import ndtri

    z = float(ndtri((1 + CONFIDENCE) / 2))
    middle = (passed + z**2 / 2) / (n + z**2)
    half = z / (n + z**2) * math.sqrt(passed * (n - passed) / n + z**2 / 4)
    return Interval(max(0.0, middle - half), min(1.0, middle + half), "Wilson over tasks")


def resampled_counts(counts: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """How often each distinct value is drawn when as many tasks are drawn with replacement.

    Drawing counts of distinct values is the same as drawing tasks, takes a fraction of the time, and does not depend
    on their order.

    Args:
        counts: tasks by distinct value.

    Returns:
        Shape (RESAMPLES, distinct values).
    """
    import numpy as np

    total = int(counts.sum())
    return np.random.default_rng(SEED).multinomial(total, counts / total, size=RESAMPLES)
