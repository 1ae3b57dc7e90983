"""BLEU and exact match against hand-made figures and a second, slow computation."""

from __future__ import annotations

from math import e, exp, prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codereflect.errors import UserError
from codereflect.scoring.text_match import bleu, brevity_penalty, exact_match

TEXTS = st.lists(st.sampled_from("abcd{};"), max_size=9).map(" ".join)
PAIRS = st.lists(st.tuples(TEXTS, TEXTS), max_size=6).map(lambda pairs: [*pairs, ("a b", "a c")])


def slow_bleu(pairs: list[tuple[str, str]]) -> float:
    """The definition, written out: clipped matches by counting in lists."""
    precisions = []
    for order in range(1, 5):
        matched = possible = 0
        for candidate, reference in pairs:
            grams = [
                [" ".join(words[i : i + order]) for i in range(len(words) - order + 1)]
                for words in (candidate.split(), reference.split())
            ]
            possible += len(grams[0])
            matched += sum(min(grams[0].count(gram), grams[1].count(gram)) for gram in set(grams[0]))
        precisions.append((matched + 1) / (possible + 1))
    ratio = sum(len(reference.split()) for _, reference in pairs) / sum(len(text.split()) for text, _ in pairs)
    return 100 * min(1.0, exp(1 - ratio)) * prod(precisions) ** 0.25


def test_by_hand() -> None:
    # Matches / possible: 2/3, 1/2, 0/1, 0/0; one is added to each; 3 tokens against 4.
    expected = 100 * exp(1 - 4 / 3) * (3 / 4 * 2 / 3 * 1 / 2 * 1 / 1) ** 0.25
    assert bleu([("a b c", "a b d e")]) == pytest.approx(expected, rel=1e-12)


def test_repeated_words_are_clipped() -> None:
    # Unigrams 1/3, bigrams 0/2, trigrams 0/1, none; longer than the reference: no penalty.
    assert bleu([("a a a", "a b")]) == pytest.approx(100 * (2 / 4 * 1 / 3 * 1 / 2 * 1) ** 0.25, rel=1e-12)


def test_counts_are_added_over_the_corpus_before_dividing() -> None:
    both = bleu([("a b", "a b"), ("c d e f", "c x e y")])
    # Unigrams (2+2)/(2+4), bigrams 1/(1+3), trigrams 0/2, 4-grams 0/1.
    assert both == pytest.approx(100 * (5 / 7 * 2 / 5 * 1 / 3 * 1 / 2) ** 0.25, rel=1e-12)


@given(PAIRS)
def test_the_slow_computation_agrees(pairs: list[tuple[str, str]]) -> None:
    assert bleu(pairs) == pytest.approx(slow_bleu(pairs), rel=1e-9)


@given(PAIRS)
def test_the_order_of_answers_does_not_matter(pairs: list[tuple[str, str]]) -> None:
    assert bleu(pairs) == bleu(reversed(pairs))


def test_whitespace_only_separates() -> None:
    assert exact_match(" a  b\n\tc ", "a b c")
    assert not exact_match("ab c", "a b c")
    assert bleu([("a\n b", "a b")]) == 100


def test_empty_answers_score_nothing() -> None:
    assert bleu([("", "a b")]) == 0


def test_empty_references_are_refused() -> None:
    with pytest.raises(UserError, match="at least one reference"):
        bleu([("a", " ")])


@pytest.mark.parametrize(("lengths", "penalty"), [((4, 4), 1), ((5, 4), 1), ((2, 4), 1 / e), ((0, 4), 0)])
def test_brevity_penalty(lengths: tuple[int, int], penalty: float) -> None:
    assert brevity_penalty(*lengths) == pytest.approx(penalty)
