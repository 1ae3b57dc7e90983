"""CodeBLEU: its parts on small methods, and what must hold for any text."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codereflect.errors import UserError
from codereflect.scoring.codebleu import codebleu, members, subtrees, weighted_bleu
from codereflect.scoring.java_flow import edges

SUM = "int sum ( int [ ] xs ) { int total = 0 ; for ( int x : xs ) { total = total + x ; } return total ; }"
RENAMED = "int sum ( int [ ] ys ) { int all = 0 ; for ( int y : ys ) { all = all + y ; } return all ; }"
OTHER = "String name ( ) { return this . name ; }"


def test_the_same_text_has_every_part_in_full() -> None:
    found = codebleu([(SUM, SUM), (OTHER, OTHER)])
    assert found.codebleu == pytest.approx(100) and found.dataflow == found.syntax == 100


def test_names_count_for_tokens_only() -> None:
    found = codebleu([(RENAMED, SUM)])
    assert found.syntax == found.dataflow == 100
    assert found.ngram < 60


def test_subtrees_leave_names_and_literals_out() -> None:
    (member,) = subtrees("void f ( ) { return ; }").most_common(1)
    assert subtrees("int g ( ) { return 1 ; }") == subtrees("int h ( ) { return 2 ; }")
    assert member


def flow(code: str) -> list[tuple[int, str, int]]:
    return [edge for member in members(code) for edge in edges(member)]


def test_data_flow_of_small_methods() -> None:
    assert flow("int f ( int a ) { int b = a ; return b ; }") == [
        (0, "comes from", 0),
        (1, "comes from", 0),
        (1, "computed from", 0),
    ]
    assert flow("int f ( ) { return 1 ; }") == []
    # the condition's variable is read, both branches reach the return
    both = flow("int f ( int a , int b , int c ) { int d ; if ( c > 0 ) { d = a ; } else { d = b ; } return d ; }")
    number = {"a": 0, "b": 1, "c": 2, "d": 3}
    assert {(number["d"], "comes from", number["a"]), (number["d"], "comes from", number["b"])} <= set(both)
    # in a loop, what the body defines reaches the beginning
    loop = flow("int f ( int a , int b ) { while ( a > 0 ) { a = b ; b = a ; } return a ; }")
    assert (0, "comes from", 1) in loop
    assert flow("void f ( int i ) { i ++ ; }") == [(0, "comes from", 0), (0, "computed from", 0)]


def test_a_reference_without_edges_leaves_the_part_out() -> None:
    found = codebleu([("int f ( ) { return 1 ; }", "int f ( ) { return 2 ; }")])
    assert found.dataflow is None
    assert found.codebleu == pytest.approx((found.ngram + found.weighted_ngram + found.syntax) / 3)


def test_keywords_weigh_more() -> None:
    reference = "return x"
    assert weighted_bleu([("return y", reference)]) > weighted_bleu([("yield x", reference)])


def test_nothing_to_compare_with_is_refused() -> None:
    with pytest.raises(UserError, match="at least one reference"):
        codebleu([("a", " ")])


WORDS = [
    "int",
    "x",
    "y",
    "=",
    "0",
    ";",
    "{",
    "}",
    "(",
    ")",
    "return",
    "if",
    "else",
    "for",
    "+",
    "a",
    "[",
    "]",
    ".",
    "f",
    "while",
    '"',
]
TOKENS = st.lists(st.sampled_from(WORDS), max_size=25)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(TOKENS, TOKENS), min_size=1, max_size=3), st.text(max_size=20))
def test_any_text_has_a_score_in_range(pairs: list[tuple[list[str], list[str]]], junk: str) -> None:
    texts = [(" ".join(left), " ".join(right)) for left, right in pairs] + [(junk, "int f ( ) { }")]
    found = codebleu(texts)
    assert all(value is None or -1e-9 <= value <= 100 + 1e-9 for value in found)
    assert codebleu(texts[::-1]) == found


def test_the_hash_seed_changes_nothing() -> None:
    script = f"from codereflect.scoring.codebleu import codebleu; print(codebleu([({RENAMED!r}, {SUM!r})]))"
    told = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "42")
    }
    assert len(told) == 1
