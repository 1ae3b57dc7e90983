"""Unbiased pass@k from n samples per task.

Source: Chen et al. 2021, "Evaluating Large Language Models Trained on Code", arXiv 2107.03374, equation 1:
`pass@k = E over tasks of [1 - C(n - c, k) / C(n, k)]` with n samples of which c pass. It is the mean over all subsets
of k samples, so it does not depend on their order, as "any of the first k" does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from functools import lru_cache
from math import comb

from codereflect.errors import UserError


@lru_cache
def task_pass_at_k(n: int, c: int, k: int) -> Fraction:
    """The probability that k of n samples, drawn without replacement, hold one of the c that pass. Exact.

    Raises:
        UserError: k is larger than n: the estimate does not exist.
        ValueError: the counts are impossible (k < 1, c < 0 or c > n).
    """
    if k < 1 or not 0 <= c <= n:
        raise ValueError(f"impossible counts for pass@k: n={n}, c={c}, k={k}")
    if k > n:
        fix = f"set generate.samples to {k} or more, or drop {k} from score.k"
        raise UserError(f"pass@{k} needs at least {k} samples per task, there are {n}.", fix)
    return 1 - Fraction(comb(n - c, k), comb(n, k))


def pass_at_k(counts: Iterable[tuple[int, int]], k: int) -> float:
    """Mean of the per-task estimates over tasks.

    Args:
        counts: (n samples, c that pass) of each task; n may differ between tasks.
        k: number of draws, at least 1.

    Returns:
        A fraction in [0, 1], rounded once, at the end.

    Raises:
        UserError: a task has fewer than k samples.
        ValueError: there is no task, or the counts are impossible.
    """
    tasks = Counter(counts)
    total = sum(tasks.values())
    if not total:
        raise ValueError("pass@k of no task is undefined")
    return float(sum(task_pass_at_k(n, c, k) * times for (n, c), times in tasks.items()) / total)
