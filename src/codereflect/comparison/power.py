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
# discordant tasks from which on the normal approximation of McNemar's test is as good as the test
_MANY = 5000


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
    """The difference of two proportions that the exact McNemar test sees with 80% power on n paired tasks.

    Given the share of discordant tasks. Where so few tasks are discordant that no difference within them suffices, the
    discordance is taken to be the difference itself: every discordant task on one side.

    Returns:
        A share between 0 and 1, or None when even the largest difference would be missed.
    """
    if discordance and mcnemar_power(discordance, discordance, n) >= POWER:
        return _first(lambda share: mcnemar_power(min(share, discordance), discordance, n) >= POWER, 0.0, discordance)
    if mcnemar_power(1.0, 1.0, n) < POWER:
        return None
    return _first(lambda share: mcnemar_power(min(share, 1.0), min(share, 1.0), n) >= POWER, discordance, 1.0)


def mcnemar_needed(difference: float, discordance: float) -> int:
    """Paired tasks needed for 80% power of the exact McNemar test.

    Starts from Connor's formula (Biometrics 43, 1987, p. 207), which is normal: it claims power for five tasks, where
    the exact test cannot reject, and is right for thousands.

    Args:
        difference: of two proportions, not 0.
        discordance: share of tasks that only one of the two solves, at least the difference.
    """
    from scipy.special import ndtri

    alpha, beta = float(ndtri(1 - ALPHA / 2)), float(ndtri(POWER))
    spread = alpha * math.sqrt(discordance) + beta * math.sqrt(max(discordance - difference**2, 0.0))
    normal = math.ceil((spread / difference) ** 2)
    if normal * discordance > _MANY:
        return normal
    return math.ceil(
        _first(lambda n: mcnemar_power(difference, discordance, math.ceil(n)) >= POWER, 0.0, float(normal))
    )


@cache
def mcnemar_power(difference: float, discordance: float, n: int) -> float:
    """Power of the two-sided exact McNemar test on n paired tasks, over the number of discordant ones (binomial).

    Args:
        difference: of two proportions; discordance: share of tasks that only one of the two solves.
    """
    import numpy as np
    from scipy.special import bdtr, gammaln, xlog1py, xlogy

    middle, spread = n * discordance, 7 * math.sqrt(n * discordance) + 7
    found = np.arange(max(0, math.floor(middle - spread)), min(n, math.ceil(middle + spread)) + 1)
    logs = gammaln(n + 1) - gammaln(found + 1) - gammaln(n - found + 1)
    chances = np.exp(logs + xlogy(found, discordance) + xlog1py(n - found, -discordance))
    most = _most_losses(found)
    able = most >= 0
    chances, found, most = chances[able], found[able], most[able]
    share = min(1.0, (1 + difference / discordance) / 2) if discordance else 0.5
    rejected = bdtr(most, found, share) + bdtr(most, found, 1 - share)
    return min(1.0, float(np.dot(chances, rejected)))


def _most_losses(discordant: Any) -> Any:
    """With how many losses at most the exact test still rejects, for numbers of discordant tasks; -1: with none."""
    import numpy as np
    from scipy.special import bdtr, bdtrik

    guess, found = np.floor(np.nan_to_num(bdtrik(ALPHA / 2, discordant, 0.5))), np.full(len(discordant), -1.0)
    # the inverse may be off by one
    for losses in (guess - 1, guess, guess + 1):
        possible = np.clip(losses, 0, discordant)
        found = np.where(2 * bdtr(possible, discordant, 0.5) <= ALPHA, possible, found)
    return found


def _first(reached: Callable[[float], bool], low: float, high: float) -> float:
    """The smallest value at which a condition that stays true once true becomes true; `high` grows until it is."""
    while not reached(high):
        low, high = high, high * 2
    while high - low > 1e-9 * high:
        middle = (low + high) / 2
        low, high = (low, middle) if reached(middle) else (middle, high)
    return high
