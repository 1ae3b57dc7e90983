"""What a comparison could have seen: power, smallest detectable difference, number of units needed.

Two-sided tests at `ALPHA`. `sd` and differences are in the same unit. Nothing here looks at data.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any

ALPHA = 0.05
POWER = 0.8
_NODES = 200


def t_power(difference: float, se: float, df: float) -> float:
    """Power of a two-sided t test: the noncentral t distribution beyond the critical value, both sides.

    Args:
        difference: true mean difference.
        se: standard error of its estimate.
        df: degrees of freedom (need not be whole).
    """
    import numpy as np
    from scipy.special import gammaincinv, ndtr, stdtrit

    if se == 0:
        return 1.0 if difference else ALPHA
    critical = float(stdtrit(df, 1 - ALPHA / 2))
    shift = abs(difference) / se
    # The mean over the estimated standard error's distribution, sqrt(chi2 / df), by Gauss-Legendre quadrature of its
    # quantiles: scipy's noncentral t (nctdtr) is NaN here and there.
    shares, weights = _quadrature()
    scale = critical * np.sqrt(gammaincinv(df / 2, shares) * 2 / df)
    return min(1.0, float(np.dot(weights, ndtr(shift - scale) + ndtr(-shift - scale))))


@cache
def _quadrature() -> tuple[Any, Any]:
    """Points between 0 and 1, and their weights."""
    import numpy as np

    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    return (nodes + 1) / 2, weights / 2


def t_smallest(se: float, df: float) -> float | None:
    """The difference that a two-sided t test sees with 80% power, or None when the standard error is 0."""
    if se == 0:
        return None
    return se * _first(lambda shift: t_power(shift, 1.0, df) >= POWER, 0.0, 4.0)


def t_needed(difference: float, sd: float) -> int | None:
    """Paired observations needed for 80% power to see a mean difference; None when it is 0."""
    if difference == 0 or sd == 0:
        return None
    ratio = sd / abs(difference)
    return math.ceil(_first(lambda n: t_power(1.0, ratio / math.sqrt(n), n - 1) >= POWER, 2.0, 16.0))


def mcnemar_smallest(n: int, discordance: float) -> float | None:
    """The difference of two proportions that McNemar's test sees with 80% power on n paired tasks.

    Solves Connor's formula (Biometrics 43, 1987, p. 207) for the difference, given the share of discordant tasks. Where
    so few tasks are discordant that no difference within them suffices, the discordance is taken to be the difference
    itself: every discordant task on one side.

    Returns:
        A share between 0 and 1, or None when even the largest difference would be missed.
    """
    from scipy.special import ndtri

    alpha, beta = float(ndtri(1 - ALPHA / 2)), float(ndtri(POWER))
    root = n * discordance * alpha**2 - (n + beta**2) * (alpha**2 - beta**2) * discordance
    if root >= 0:
        within = (math.sqrt(n * discordance) * alpha + math.sqrt(root)) / (n + beta**2)
        if 0 < within <= discordance:
            return within
    if mcnemar_needed(1.0, 1.0) > n:
        return None
    return _first(lambda share: mcnemar_needed(share, share) <= n, discordance, 1.0)


def mcnemar_needed(difference: float, discordance: float) -> int:
    """Paired tasks needed for 80% power of McNemar's test (Connor 1987).

    Args:
        difference: of two proportions, not 0.
        discordance: share of tasks that only one of the two solves, at least the difference.
    """
    from scipy.special import ndtri

    alpha, beta = float(ndtri(1 - ALPHA / 2)), float(ndtri(POWER))
    spread = alpha * math.sqrt(discordance) + beta * math.sqrt(max(discordance - difference**2, 0.0))
    return math.ceil((spread / difference) ** 2)


def mcnemar_power(difference: float, discordance: float, n: int) -> float:
    """Power of McNemar's test on n paired tasks (Connor 1987, solved for the power)."""
    from scipy.special import ndtr, ndtri

    spread = math.sqrt(max(discordance - difference**2, 0.0))
    distance = abs(difference) * math.sqrt(n) - float(ndtri(1 - ALPHA / 2)) * math.sqrt(discordance)
    if spread == 0:
        return 1.0 if distance > 0 else 0.0
    return float(ndtr(distance / spread))


def _first(reached: Callable[[float], bool], low: float, high: float) -> float:
    """The smallest value at which a condition that stays true once true becomes true; `high` grows until it is."""
    while not reached(high):
        low, high = high, high * 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if reached(middle) else (middle, high)
    return high
