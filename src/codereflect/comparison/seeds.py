"""Paired statistics over tasks and seeds: what includes the noise of training.

Arms are matched by seed, so that each pair (base.seed, train.seed) gives one difference on the same tasks. Three
intervals are computed; the first is the one shown:

- crossed t: seeds and tasks are both samples, crossed. The variance of the mean difference is that between seeds plus
  that between tasks minus their shared residual, degrees of freedom after Satterthwaite, as in multi-reader
  multi-case studies (Dorfman, Berbaum and Metz 1992; Hillis 2007). The units are base seeds when there are several
  (training seeds are averaged within), else training seeds. Means of few bases can agree by luck, better than the noise
  of training within them allows: then all training seeds are the units. The wider of both intervals is the one shown.
- t over seeds: Student's interval over the units' means. The tasks are fixed: too narrow for other tasks.
- three-level bootstrap: base seeds, training seeds within them, and tasks. With a handful of seeds it is too narrow
  when training noise dominates, too wide when the interaction with tasks does.

In simulations (tests/comparison/test_coverage.py) the first keeps its 95% where the others fall to 70-90%.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from codereflect.comparison import power
from codereflect.comparison.statistics import (
    RESAMPLES,
    SEED,
    Interval,
    differences_of,
    resampled_counts,
    standard_error,
    t_interval,
    t_test,
)

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from codereflect.comparison.statistics import Floats

Seeds = tuple[int | None, int | None]


@dataclass(frozen=True)
class Seeded:
    """The comparison of two arms over several seeds.

    Attributes:
        n: tasks.
        a, b: mean scores, over tasks, training seeds, base seeds; `difference` is b - a.
        by_seed: mean scores (a, b) of each pair (base.seed, train.seed).
        unit: what the degrees of freedom count, `base seeds` or `training seeds`; `units` of them.
        se, df: of the crossed analysis.
        interval, p: crossed t.
        seed_interval, bootstrap: the other two intervals (see the module).
        sd_base: standard deviation (SD) of the difference between the means of the bases; None with one base.
        sd_train: the same between training seeds of one base; None with one each.
        wins, losses, ties: tasks on which B is better, worse, the same on average over the seeds.
        smallest: minimum detectable effect (80% power), training noise included.
        seeds_needed: units needed to detect the observed difference on these tasks; None when no number is enough.
    """

    n: int
    a: float
    b: float
    difference: float
    by_seed: dict[Seeds, tuple[float, float]]
    unit: str
    units: int
    se: float
    df: float
    interval: Interval | None
    p: float | None
    seed_interval: Interval | None
    bootstrap: Interval | None
    sd_base: float | None
    sd_train: float | None
    wins: int
    losses: int
    ties: int
    smallest: float | None
    seeds_needed: int | None


def seeded(a: Mapping[Seeds, Sequence[float]], b: Mapping[Seeds, Sequence[float]]) -> Seeded:
    """Compare two arms over several seeds.

    Args:
        a, b: scores of the same tasks in the same order, by the same pairs of seeds; at least two pairs.
    """
    import numpy as np

    pairs = sorted(a, key=lambda pair: tuple(-1 if seed is None else seed for seed in pair))
    first, second = (np.array([arm[pair] for pair in pairs], dtype=np.float64) for arm in (a, b))
    differences = differences_of(first, second)
    groups = _groups(pairs)
    by_base = np.array([differences[group].mean(axis=0) for group in groups])
    unit, units = _units(by_base, differences)
    difference = float(by_base.mean())
    variance_seeds, variance_tasks, variance, df = crossed_variance(units)
    se = math.sqrt(variance)
    means = (by_base if len(groups) > 1 else differences).mean(axis=1)
    per_task = by_base.mean(axis=0)
    # Means of thirds are not exact: a task whose differences cancel must count as a tie.
    wins, losses = int((per_task > 1e-9).sum()), int((per_task < -1e-9).sum())
    mean = float(np.mean([np.mean([np.mean(a[pairs[i]]) for i in group]) for group in groups]))
    return Seeded(
        n=differences.shape[1],
        a=mean,
        b=mean + difference,
        difference=difference,
        by_seed={pair: (float(np.mean(a[pair])), float(np.mean(b[pair]))) for pair in pairs},
        unit=unit,
        units=len(units),
        se=se,
        df=df,
        interval=t_interval(difference, se, df, f"crossed t over {len(units)} {unit} and the tasks"),
        p=t_test(difference, se, df),
        seed_interval=t_interval(
            float(means.mean()),
            standard_error(means),
            len(means) - 1,
            f"t over {len(means)} {'base' if len(groups) > 1 else 'training'} seeds, tasks fixed",
        ),
        bootstrap=hierarchical_bootstrap(differences, groups),
        sd_base=float(by_base.mean(axis=1).std(ddof=1)) if len(groups) > 1 else None,
        sd_train=_within(differences.mean(axis=1), groups),
        wins=wins,
        losses=losses,
        ties=differences.shape[1] - wins - losses,
        smallest=power.t_smallest(se, df),
        seeds_needed=_seeds_needed(difference, variance_seeds * len(units), variance_tasks, differences.shape[1]),
    )


def _units(by_base: Floats, differences: Floats) -> tuple[str, Floats]:
    """What the seeds' variance is taken over: whatever gives the wider interval (see the module)."""
    if len(by_base) < 2:
        return "training seeds", differences
    if len(by_base) == len(differences):
        return "base seeds", by_base
    widths = [_width(by_base), _width(differences)]
    return ("base seeds", by_base) if widths[0] >= widths[1] else ("training seeds", differences)


def _width(units: Floats) -> float:
    """Half the width of the crossed interval."""
    _, _, variance, df = crossed_variance(units)
    found = t_interval(0.0, math.sqrt(variance), df, "")
    return found.high if found else 0.0


def _groups(pairs: Sequence[Seeds]) -> list[list[int]]:
    """The places of the pairs of each base seed."""
    groups: dict[int | None, list[int]] = {}
    for place, (base, _) in enumerate(pairs):
        groups.setdefault(base, []).append(place)
    return list(groups.values())


def crossed_variance(differences: Floats) -> tuple[float, float, float, float]:
    """Variance of the grand mean of crossed random units and tasks.

    Args:
        differences: shape (units, tasks), two units and two tasks at least.

    Returns:
        The variance from units, from tasks, their sum without the residual that both contain (never below either of
        them), and its degrees of freedom (Satterthwaite).
    """
    units, tasks = differences.shape
    # equal differences have no spread, but their mean may be rounded
    differences = differences - differences[0, 0]
    unit_means, task_means = differences.mean(axis=1), differences.mean(axis=0)
    from_units = float(unit_means.var(ddof=1)) / units
    if tasks < 2:
        return from_units, 0.0, from_units, units - 1
    from_tasks = float(task_means.var(ddof=1)) / tasks
    residual = differences - unit_means[:, None] - task_means[None, :] + differences.mean()
    shared = float((residual**2).sum()) / ((units - 1) * (tasks - 1)) / (units * tasks)
    total = max(from_units + from_tasks - shared, from_units, from_tasks)
    spread = from_units**2 / (units - 1) + from_tasks**2 / (tasks - 1)
    return from_units, from_tasks, total, total**2 / spread if spread else units - 1


def _within(means: Floats, groups: list[list[int]]) -> float | None:
    """Standard deviation between the training seeds of one base, pooled over the bases."""
    squares = sum(float(((means[group] - means[group].mean()) ** 2).sum()) for group in groups)
    df = len(means) - len(groups)
    return math.sqrt(squares / df) if df else None


def _seeds_needed(difference: float, between: float, tasks: float, n: int) -> int | None:
    """Units with which the crossed analysis would see a difference on the same tasks with 80% power.

    Args:
        between: variance of one unit's mean difference; tasks: variance from the n tasks, which more units leave.
    """
    if difference == 0 or power.t_power(difference, math.sqrt(tasks), n - 1) < power.POWER:
        return None
    for units in range(2, 1001):
        total = between / units + tasks
        df = total**2 / ((between / units) ** 2 / (units - 1) + tasks**2 / max(n - 1, 1)) if total else units - 1
        if power.t_power(difference, math.sqrt(total), df) >= power.POWER:
            return units
    return None


def hierarchical_bootstrap(differences: Floats, groups: list[list[int]]) -> Interval | None:
    """Percentile interval of the mean: base seeds, training seeds within them and, crossed with both, tasks redrawn.

    Args:
        differences: shape (pairs of seeds, tasks).
        groups: places of the pairs of each base seed.

    Returns:
        None when no resample differs from another.
    """
    import numpy as np

    patterns, counts = np.unique(differences, axis=1, return_counts=True)
    by_pair = resampled_counts(counts) @ patterns.T / differences.shape[1]
    rng = np.random.default_rng(SEED + 1)
    total = np.zeros(RESAMPLES)
    rows = np.arange(RESAMPLES)
    drawn = rng.integers(0, len(groups), (RESAMPLES, len(groups)))
    sizes = np.array([len(group) for group in groups])
    places = np.array([group + [group[0]] * (int(sizes.max()) - len(group)) for group in groups])
    for column in range(len(groups)):
        base = drawn[:, column]
        total += _redrawn(rng, by_pair, rows, base, sizes, places) / len(groups)
    low, high = np.quantile(total, [0.025, 0.975])
    levels = "base seeds, training seeds" if len(groups) > 1 else "training seeds"
    return Interval(float(low), float(high), f"bootstrap over {levels} and tasks") if high > low else None


def _redrawn(
    rng: np.random.Generator,
    by_pair: Floats,
    rows: npt.NDArray[np.int64],
    base: npt.NDArray[np.int64],
    sizes: npt.NDArray[np.int64],
    places: npt.NDArray[np.int64],
) -> Floats:
    """Mean over redrawn training seeds of one drawn base seed in each resample."""
    import numpy as np

    size = sizes[base]
    total: Floats = np.zeros(len(rows))
    for draw in range(int(sizes.max())):
        place = places[base, (rng.random(len(rows)) * size).astype(np.int64)]
        # Bases with fewer training seeds take fewer draws.
        total += np.where(draw < size, by_pair[rows, place], 0.0)
    return total / size
