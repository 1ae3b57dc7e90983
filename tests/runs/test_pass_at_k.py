"""pass@k against its definition: the mean over all subsets of k samples."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codereflect.errors import UserError
from codereflect.runs.pass_at_k import pass_at_k, task_pass_at_k


@pytest.mark.parametrize("n", range(1, 8))
def test_it_is_the_mean_over_all_subsets(n: int) -> None:
    for c in range(n + 1):
        samples = [True] * c + [False] * (n - c)
        for k in range(1, n + 1):
            subsets = [any(subset) for subset in combinations(samples, k)]
            assert task_pass_at_k(n, c, k) == Fraction(sum(subsets), len(subsets))


@given(st.integers(1, 300).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n), st.integers(1, n))))
def test_it_is_the_product_form_of_the_paper(counts: tuple[int, int, int]) -> None:
    n, c, k = counts
    missed = Fraction(1)
    for i in range(n - c + 1, n + 1):
        missed *= 1 - Fraction(k, i)
    assert task_pass_at_k(n, c, k) == (1 if n - c < k else 1 - missed)


def test_large_counts_lose_nothing() -> None:
    assert task_pass_at_k(10_000, 1, 100) == Fraction(1, 100)


def test_tasks_count_equally_whatever_their_number_of_samples() -> None:
    assert pass_at_k([(2, 1), (4, 4), (1, 0)], 1) == 0.5


def test_the_order_of_tasks_does_not_matter() -> None:
    counts = [(n, n // 3) for n in range(5, 40)]
    assert pass_at_k(counts, 3) == pass_at_k(reversed(counts), 3)


def test_more_draws_than_samples_is_refused() -> None:
    with pytest.raises(UserError, match="pass@3 needs at least 3 samples per task, there are 2"):
        pass_at_k([(5, 1), (2, 1)], 3)


@pytest.mark.parametrize(("n", "c", "k"), [(3, 4, 1), (3, -1, 1), (3, 1, 0)])
def test_impossible_counts_are_refused(n: int, c: int, k: int) -> None:
    with pytest.raises(ValueError, match="impossible"):
        task_pass_at_k(n, c, k)


def test_no_task_has_no_pass_at_k() -> None:
    with pytest.raises(ValueError, match="undefined"):
        pass_at_k([], 1)
