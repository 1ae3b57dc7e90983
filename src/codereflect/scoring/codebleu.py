"""CodeBLEU of Java methods, deterministic: the same texts give the same figure in any process.

Source: Ren et al. 2020, "CodeBLEU: a Method for Automatic Evaluation of Code Synthesis", arXiv 2009.10297. The paper
and the code that CodeXGLUE publishes disagree; published figures come from the code, so the code is followed:

- n-gram match: corpus BLEU-4 over whitespace-separated tokens, each order's denominator at least 1 per text, and 0.1
  for an order without a match (Chen and Cherry 2014, method 1).
- weighted n-gram match: the same with *recall* instead of precision (the paper: precision); unigrams that are Java
  keywords weigh 1, others 0.2. The brevity penalty counts two tokens per reference, whatever its length.
- syntax match: see `codebleu_syntax`; data-flow match: see `codebleu_dataflow`.

Two things differ from that code. Sources of one value are taken in the order of the text, where it takes them in an
order that changes from process to process. And where no reference holds any data flow, that part is absent and the
others are averaged, where the code counts 0 and its successor on PyPI counts 1 (also for a true 0).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, fsum, log

from codereflect.scoring.text_match import MAX_ORDER, brevity_penalty, ngrams

VARIANT = "CodeXGLUE code, Java, weights 0.25 each, sources in text order, absent data flow left out"
_KEYWORDS = """abstract assert boolean break byte case catch char class const continue default do double else enum
    extends final finally float for goto if implements import instanceof int interface long native new package private
    protected public return short static strictfp super switch synchronized this throw throws transient try void
    volatile while"""
KEYWORDS = frozenset(_KEYWORDS.split())
KEYWORD_FIFTHS, OTHER_FIFTHS = 5, 1  # weights 1 and 0.2 in whole fifths, so that sums are exact
REFERENCE_TOKENS = 2  # what the published code takes for a reference's length in its weighted part
EPSILON = 0.1


@dataclass(frozen=True, slots=True)
class CodeBleu:
    """The parts and their mean, each from 0 to 1; `dataflow` is None where no reference holds a data flow."""

    score: float
    ngram: float
    weighted_ngram: float
    syntax: float
    dataflow: float | None


def code_bleu(pairs: Sequence[tuple[str, str]]) -> CodeBleu:
    """CodeBLEU of a corpus of (candidate, reference) texts with one reference each. Any text is borne.

    An identical corpus scores 1 where every text has at least five tokens; shorter texts lack n-grams of high order.

    Raises:
        ValueError: there is no pair.
    """
    if not pairs:
        raise ValueError("CodeBLEU of no text is undefined")
    tokens = [(candidate.split(), reference.split()) for candidate, reference in pairs]
    ngram, weighted = ngram_match(tokens), weighted_ngram_match(tokens)
    syntax, dataflow = _tree_matches(pairs)
    parts = [ngram, weighted, syntax] if dataflow is None else [ngram, weighted, syntax, dataflow]
    return CodeBleu(fsum(parts) / len(parts), ngram, weighted, syntax, dataflow)


def _tree_matches(pairs: Sequence[tuple[str, str]]) -> tuple[float, float | None]:
    """Syntax match and data-flow match; one pair of trees is held at a time."""
    from codereflect.scoring.codebleu_dataflow import dataflow_hits
    from codereflect.scoring.codebleu_syntax import parse, syntax_hits

    subtrees = shared_subtrees = flows = shared_flows = 0
    for pair in pairs:
        candidate, reference = map(parse, pair)
        shared, wanted = syntax_hits(candidate, reference)
        shared_subtrees, subtrees = shared_subtrees + shared, subtrees + wanted
        shared, wanted = dataflow_hits(candidate, reference)
        shared_flows, flows = shared_flows + shared, flows + wanted
    return shared_subtrees / subtrees, shared_flows / flows if flows else None


def versions() -> dict[str, str]:
    """The libraries whose version decides what a syntax tree looks like, and so the figure."""
    from importlib.metadata import version

    return {name: version(name) for name in ("tree-sitter", "tree-sitter-java")}


def ngram_match(tokens: Sequence[tuple[list[str], list[str]]]) -> float:
    """BLEU-4 of tokenised (candidate, reference) texts as CodeBLEU takes it."""
    matches, possible = [0] * MAX_ORDER, [0] * MAX_ORDER
    for candidate, reference in tokens:
        for order in range(MAX_ORDER):
            found = ngrams(candidate, order + 1)
            matches[order] += (found & ngrams(reference, order + 1)).total()
            possible[order] += max(1, found.total())
    lengths = (sum(len(candidate) for candidate, _ in tokens), sum(len(reference) for _, reference in tokens))
    return _combine(matches, possible, brevity_penalty(*lengths))


def weighted_ngram_match(tokens: Sequence[tuple[list[str], list[str]]]) -> float:
    """The recall of tokenised (candidate, reference) texts, in which a keyword weighs five times another unigram."""
    matches, possible = [0] * MAX_ORDER, [0] * MAX_ORDER
    for candidate, reference in tokens:
        for order in range(MAX_ORDER):
            wanted = ngrams(reference, order + 1)
            hits = wanted & ngrams(candidate, order + 1)
            weigh = _fifths if order == 0 else Counter.total
            matches[order] += weigh(hits)
            possible[order] += max(KEYWORD_FIFTHS if order == 0 else 1, weigh(wanted))
    length = sum(len(candidate) for candidate, _ in tokens)
    return _combine(matches, possible, brevity_penalty(length, REFERENCE_TOKENS * len(tokens)))


def _fifths(unigrams: Counter[tuple[str, ...]]) -> int:
    return sum(
        count * (KEYWORD_FIFTHS if word in KEYWORDS else OTHER_FIFTHS)
        for words, count in unigrams.items()
        for word in words
    )


def _combine(matches: list[int], possible: list[int], penalty: float) -> float:
    """The geometric mean over the orders, with the penalty; 0 where not even a single token is shared."""
    if not matches[0]:
        return 0.0
    logs = [log((hit or EPSILON) / all_) for hit, all_ in zip(matches, possible, strict=True)]
    return penalty * exp(fsum(logs) / MAX_ORDER)
