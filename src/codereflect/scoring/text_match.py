"""Exact match and BLEU as CodeXGLUE's text-to-code evaluator computes them (one reference per answer).

Tokens are what whitespace separates. BLEU (Papineni et al. 2002) is taken over the whole corpus with n-grams up to 4
and the smoothing of Lin and Och 2004 on every order: one is added to the matches and to the possible matches.
sacrebleu's `add-k` smoothing leaves order 1 alone, which is why its figure differs in the third digit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from math import exp, log

from codereflect.errors import UserError

MAX_ORDER = 4


def exact_match(candidate: str, reference: str) -> bool:
    """Whether both texts are the same sequence of whitespace-separated tokens."""
    return candidate.split() == reference.split()


def bleu(pairs: Iterable[tuple[str, str]]) -> float:
    """Smoothed corpus BLEU-4, from 0 to 100 as it is published.

    Args:
        pairs: (candidate, reference) texts. The order does not matter.

    Raises:
        UserError: there is no pair, or no reference holds a token.
    """
    matches, possible = [0] * MAX_ORDER, [0] * MAX_ORDER
    candidate_length = reference_length = 0
    for candidate, reference in pairs:
        tokens, expected = candidate.split(), reference.split()
        candidate_length += len(tokens)
        reference_length += len(expected)
        for order in range(1, MAX_ORDER + 1):
            found = ngrams(tokens, order)
            matches[order - 1] += (found & ngrams(expected, order)).total()
            possible[order - 1] += found.total()
    if not reference_length:
        raise UserError("BLEU needs at least one reference text that is not empty.", "dvc repro --force prepare")
    mean_log = sum(log((hit + 1) / (all_ + 1)) for hit, all_ in zip(matches, possible, strict=True)) / MAX_ORDER
    return 100 * brevity_penalty(candidate_length, reference_length) * exp(mean_log)


def ngrams(tokens: list[str], order: int) -> Counter[tuple[str, ...]]:
    """How often each n-gram of this order occurs; empty when the text is shorter."""
    return Counter(zip(*(tokens[start:] for start in range(order)), strict=False))


def brevity_penalty(candidate_length: int, reference_length: int) -> float:
    """1 for a corpus longer than its references, else exp(1 - reference / candidate); 0 without any token."""
    if candidate_length > reference_length:
        return 1.0
    return exp(1 - reference_length / candidate_length) if candidate_length else 0.0
