"""CodeBLEU for Java class members, deterministic (Ren et al. 2020, arXiv 2009.10297, section 3).

`CodeBLEU = (BLEU + weighted BLEU + syntax match + data-flow match) / 4`, over the whole corpus, from 0 to 100.

Two implementations are in use, CodeXGLUE's and PyPI's `codebleu`; they disagree with each other and with the paper, and
both change with Python's hash seed. This is the paper's formula, named `VARIANT` wherever a figure is written:

- BLEU as in text_match.py; weighted BLEU the same with unigrams counted 1 for a keyword of Java and 0.2 for others.
- Syntax match: the share of the reference's subtrees (shapes of inner nodes, leaves left out) that the candidate has.
- Data-flow match: the share of the reference's data-flow edges that the candidate has, variables numbered in the order
  of their first appearance. References without any edge are left out; a corpus of such has no data-flow match and the
  mean is over the other three.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache
from importlib import metadata
from math import exp, log
from typing import Any, NamedTuple

from codereflect.errors import UserError
from codereflect.scoring.java_flow import Edge, edges
from codereflect.scoring.text_match import MAX_ORDER, bleu, brevity_penalty, ngrams

VARIANT = "paper, section 3 (Ren et al. 2020)"
# section 3.1 of the paper: a keyword weighs five times as much
KEYWORD_WEIGHT, OTHER_WEIGHT = 5, 1
KEYWORDS = frozenset(
    {
        "abstract",
        "assert",
        "boolean",
        "break",
        "byte",
        "case",
        "catch",
        "char",
        "class",
        "const",
        "continue",
        "default",
        "do",
        "double",
        "else",
        "enum",
        "extends",
        "false",
        "final",
        "finally",
        "float",
        "for",
        "goto",
        "if",
        "implements",
        "import",
        "instanceof",
        "int",
        "interface",
        "long",
        "native",
        "new",
        "null",
        "package",
        "private",
        "protected",
        "public",
        "return",
        "short",
        "static",
        "strictfp",
        "super",
        "switch",
        "synchronized",
        "this",
        "throw",
        "throws",
        "transient",
        "true",
        "try",
        "void",
        "volatile",
        "while",
    }
)


class CodeBleu(NamedTuple):
    """The score and its parts, from 0 to 100; `dataflow` is None where no reference has a data-flow edge."""

    codebleu: float
    ngram: float
    weighted_ngram: float
    syntax: float
    dataflow: float | None


def codebleu(pairs: Sequence[tuple[str, str]]) -> CodeBleu:
    """CodeBLEU of (candidate, reference) pairs of Java members; their order does not matter.

    Raises:
        UserError: there is no pair, or no reference holds a token.
    """
    if not any(reference.split() for _, reference in pairs):
        raise UserError("CodeBLEU needs at least one reference that is not empty.", "check the answers' file")
    syntax_found = syntax_all = flow_found = flow_all = 0
    for candidate, reference in pairs:
        wanted, given = subtrees(reference), subtrees(candidate)
        syntax_found += (wanted & given).total()
        syntax_all += wanted.total()
        needed, had = _flow(reference), _flow(candidate)
        flow_found += (needed & had).total()
        flow_all += needed.total()
    ngram, weighted = bleu(pairs), weighted_bleu(pairs)
    syntax = 100 * syntax_found / max(syntax_all, 1)
    dataflow = 100 * flow_found / flow_all if flow_all else None
    measured = [ngram, weighted, syntax] + ([] if dataflow is None else [dataflow])
    return CodeBleu(sum(measured) / len(measured), ngram, weighted, syntax, dataflow)


def weighted_bleu(pairs: Sequence[tuple[str, str]]) -> float:
    """BLEU whose unigram precision weighs keywords more; from 0 to 100."""
    matches, possible = [0] * MAX_ORDER, [0] * MAX_ORDER
    candidate_length = reference_length = 0
    for candidate, reference in pairs:
        tokens, expected = candidate.split(), reference.split()
        candidate_length += len(tokens)
        reference_length += len(expected)
        for order in range(1, MAX_ORDER + 1):
            found = ngrams(tokens, order)
            common = found & ngrams(expected, order)
            matches[order - 1] += _weight(common, order)
            possible[order - 1] += _weight(found, order)
    units = [KEYWORD_WEIGHT] + [1] * (MAX_ORDER - 1)  # whole numbers until here: their sum has no order
    smoothed = zip(matches, possible, units, strict=True)
    mean_log = sum(log((hit / unit + 1) / (all_ / unit + 1)) for hit, all_, unit in smoothed) / MAX_ORDER
    return 100 * brevity_penalty(candidate_length, reference_length) * exp(mean_log)


def _weight(counts: Counter[tuple[str, ...]], order: int) -> int:
    """Unigrams in fifths, as the keywords weigh; others as they are."""
    if order > 1:
        return counts.total()
    keywords = sum(count for (token,), count in counts.items() if token in KEYWORDS)
    return KEYWORD_WEIGHT * keywords + OTHER_WEIGHT * (counts.total() - keywords)


def subtrees(code: str) -> Counter[str]:
    """How often each subtree occurs, as text of its inner nodes; the leaves (names, literals) are left out."""
    found: Counter[str] = Counter()
    for member in members(code):
        _shape(member, found)
    return found


def _shape(node: Any, found: Counter[str]) -> str:
    inner = [_shape(child, found) for child in node.named_children if child.named_child_count]
    text = f"({' '.join([node.type, *inner])})"
    found[text] += 1
    return text


def _flow(code: str) -> Counter[Edge]:
    return Counter(edge for member in members(code) for edge in edges(member))


def members(code: str) -> list[Any]:
    """The syntax trees of a class body; damaged code gives the tree that tree-sitter recovers."""
    root = _parser().parse(f"class Wrapper {{\n{code}\n}}\n".encode("utf-8", "replace")).root_node
    bodies = [node.child_by_field_name("body") for node in root.named_children]
    return [child for body in bodies if body is not None for child in body.named_children]


@cache
def _parser() -> Any:
    import tree_sitter
    import tree_sitter_java

    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_java.language()))


def versions() -> dict[str, str]:
    """The libraries that a figure depends on."""
    return {name: metadata.version(name) for name in ("tree-sitter", "tree-sitter-java")}
