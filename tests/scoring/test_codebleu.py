"""CodeBLEU part by part: figures by hand, a second slow reading, what may not change a figure, odd texts."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codereflect.scoring.codebleu import CodeBleu, code_bleu, ngram_match, versions, weighted_ngram_match
from codereflect.scoring.codebleu_dataflow import COMPUTED, FROM, Flow, data_flow, dataflow_hits
from codereflect.scoring.codebleu_syntax import parse, syntax_hits

LOOP = "int f ( int a , int b ) { int c = 0 ; for ( int i = 0 ; i < a ; i ++ ) { c = c + b * i ; } return c ; }"
BRANCH = "int f ( int a ) { int b = a ; if ( a > 1 ) { b = 2 ; } else { b = a ; } return b ; }"
EACH = "void f ( List < T > xs ) { for ( T x : xs ) { total += x . size ( ) ; } }"
METHODS = [LOOP, BRANCH, EACH, "int f ( ) { int x = 1 ; while ( x < 9 ) { x ++ ; } return x ; }"]
JAVA = "int f x y ( ) { } ; = + return if else while for 1 < > . , \" ' // /* */ new é \0"
WORDS = st.sampled_from(JAVA.split(" "))
TEXTS = st.lists(WORDS, max_size=25).map(" ".join)
ODD = st.one_of(TEXTS, st.text(max_size=30), st.sampled_from(METHODS))


def tokens(*texts: str) -> tuple[list[str], list[str]]:
    candidate, reference = texts
    return candidate.split(), reference.split()


def flows(code: str) -> list[Flow]:
    return data_flow(parse(code))


def test_ngrams_by_hand() -> None:
    # Unigrams 3/4, bigrams 2/3, trigrams 1/2, 4-grams 0/1, for which 0.1 is taken; equal lengths.
    expected = (3 / 4 * 2 / 3 * 1 / 2 * 0.1) ** 0.25
    assert ngram_match([tokens("a b c d", "a b c e")]) == pytest.approx(expected, rel=1e-12)


def test_orders_that_a_text_is_too_short_for_count_once() -> None:
    # Unigrams 1+4 of 1+4; bigrams 0+3 of 1+3; trigrams 0+2 of 1+2; 4-grams 0+1 of 1+1.
    expected = (5 / 5 * 3 / 4 * 2 / 3 * 1 / 2) ** 0.25
    assert ngram_match([tokens("a", "a"), tokens("b c d e", "b c d e")]) == pytest.approx(expected, rel=1e-12)


def test_weighted_ngrams_are_a_recall_with_heavy_keywords() -> None:
    # Unigrams (return 1, x 0.2) of (return 1, x 0.2, y 0.2); bigrams 1/2, trigrams 0/1 -> 0.1, 4-grams 0/1 -> 0.1.
    expected = (1.2 / 1.4 * 1 / 2 * 0.1 * 0.1) ** 0.25
    assert weighted_ngram_match([tokens("return x", "return x y")]) == pytest.approx(expected, rel=1e-12)


def test_weighted_ngrams_penalise_only_answers_below_two_tokens() -> None:
    assert weighted_ngram_match([tokens("this z", "this a b c d e")]) == pytest.approx(
        (1 / 2 * 0.1 / 5 * 0.1 / 4 * 0.1 / 3) ** 0.25, rel=1e-12
    )


def test_nothing_shared_is_zero() -> None:
    assert ngram_match([tokens("a b", "c d")]) == weighted_ngram_match([tokens("a b", "c d")]) == 0
    assert ngram_match([tokens("", "c d")]) == weighted_ngram_match([tokens("", "c d")]) == 0


def test_syntax_ignores_names_and_literals_but_no_structure() -> None:
    assert syntax_hits(parse("int f ( ) { return 1 ; }"), parse("int g ( ) { return 2 ; }")) == (6, 6)
    # Program, method, block and return statement hold a string where a number was; type and parameters are the same.
    assert syntax_hits(parse('int f ( ) { return "a" ; }'), parse("int g ( ) { return 2 ; }")) == (2, 6)


def test_a_subtree_that_the_reference_has_twice_counts_twice() -> None:
    twice, once = "void f ( ) { g ( ) ; g ( ) ; }", "void f ( ) { g ( ) ; }"
    # of program, method, type, parameters, block and two of each: statement, call, arguments; block, method and program
    # differ
    assert syntax_hits(parse(once), parse(twice)) == (7, 10)


@settings(deadline=None)
@given(ODD, ODD)
def test_syntax_agrees_with_comparing_s_expressions(candidate: str, reference: str) -> None:
    def expressions(code: str) -> list[str]:
        found, waiting = [], [(root := parse(code).root_node)]
        while waiting:
            node = waiting.pop()
            found += [str(node)] if node.child_count or node == root else []
            waiting += node.children
        return found

    wanted, there = expressions(reference), expressions(candidate)
    assert syntax_hits(parse(candidate), parse(reference)) == (sum(one in there for one in wanted), len(wanted))


def test_comments_do_not_count() -> None:
    commented = "int f ( ) { /* a ; b */ int x = 1 ; return x ; }"
    assert str(parse(commented).root_node) == str(parse("int f ( ) { int x = 1 ; return x ; }").root_node)
    assert flows(commented) == flows("int f ( ) { int x = 1 ; return x ; }")
    assert parse('String s = "// no comment" ;').root_node.text == b'String s = "// no comment" ;'


# What flows, with the variables numbered by hand in the order they turn up.
BY_HAND = {
    # b comes from 1 (0), the returned b from it; nobody uses the parameter.
    "int f ( int a ) { int b = 1 ; return b ; }": [(1, FROM, (0,)), (0, FROM, ()), (1, FROM, (1,))],
    # an assignment computes: 1 (0), b (1), 2 (2).
    "int f ( ) { int b = 1 ; b = 2 ; return b ; }": [
        (1, FROM, (0,)),
        (0, FROM, ()),
        (1, COMPUTED, (2,)),
        (2, FROM, ()),
        (1, FROM, (1,)),
    ],
    "void f ( ) { a ++ ; }": [(0, COMPUTED, (0,))],
    # read twice: a (0) in the condition comes from the body, where b (1) is assigned.
    "void f ( ) { while ( a < b ) { a = b ; } }": [
        (0, FROM, (0,)),
        (1, FROM, (1,)),
        (0, COMPUTED, (1,)),
        (1, FROM, (1,)),
    ],
    # xs (0), x (1); the called g (2) comes from its own first mention.
    "void f ( List < T > xs ) { for ( T x : xs ) { g ( x ) ; } }": [
        (0, FROM, ()),
        (1, COMPUTED, (0,)),
        (0, FROM, (0,)),
        (2, FROM, (2,)),
        (1, FROM, (1,)),
    ],
    "void f ( ) { }": [],
    "int int ( ( =": [],
}


@pytest.mark.parametrize("code", BY_HAND)
def test_flows_by_hand(code: str) -> None:
    assert flows(code) == BY_HAND[code]


@pytest.mark.parametrize("branch", ["{ x = a ; }", "{ } else { x = a ; }", "{ } else if ( u ) x = a ;"])
def test_a_value_set_in_one_branch_flows_out_of_it(branch: str) -> None:
    # a (0), x (1), then y (2) computed from x, which comes from the branch.
    assert flows(f"void f ( ) {{ if ( t ) {branch} y = x ; }}") == [
        (1, COMPUTED, (0,)),
        (0, FROM, ()),
        (2, COMPUTED, (1,)),
        (1, FROM, (1,)),
    ]


def test_a_branch_does_not_see_what_the_other_set() -> None:
    # The x in the else branch is nobody's: only its own flow into y remains.
    assert flows("void f ( ) { if ( t ) { x = a ; } else { y = x ; } }") == [
        (1, COMPUTED, (0,)),
        (0, FROM, ()),
        (2, COMPUTED, (1,)),
        (1, FROM, ()),
    ]


def test_sources_are_numbered_in_the_order_of_the_text() -> None:
    # 1 (0), b (1), c (2), t (3), d (4), a (5).
    code = "void f ( ) { b = 1 ; c = 1 ; while ( t ) { a = d + c + b ; } }"
    assert (5, COMPUTED, (4, 2, 1)) in flows(code)


def test_flows_are_matched_as_often_as_they_occur() -> None:
    twice, once = "void f ( ) { a ++ ; b = 1 ; }", "void f ( ) { a ++ ; }"
    # a++ (0 from 0); 1 (1) comes from nothing; b (2) from 1. The names differ, the flows do not.
    assert len(flows(twice)) == 3
    assert dataflow_hits(parse(once), parse(twice)) == (1, 3)
    assert dataflow_hits(parse("void f ( ) { k ++ ; }"), parse(once)) == (1, 1)
    assert dataflow_hits(parse(twice), parse("void f ( ) { }")) == (0, 0)


def test_an_absent_data_flow_is_left_out() -> None:
    empty = "void f ( int arg0 ) { }"
    assert code_bleu([(empty, empty)]) == CodeBleu(1.0, 1.0, 1.0, 1.0, None)


def test_no_pair_is_refused() -> None:
    with pytest.raises(ValueError, match="no text"):
        code_bleu([])


def test_the_score_is_the_mean_of_its_parts() -> None:
    parts = code_bleu([(LOOP, BRANCH), (EACH, LOOP)])
    assert parts.dataflow is not None
    assert parts.score == pytest.approx((parts.ngram + parts.weighted_ngram + parts.syntax + parts.dataflow) / 4)


@settings(deadline=None)
@given(st.lists(ODD.map("x x x x x {}".format), min_size=1, max_size=3))
def test_the_same_texts_score_one(codes: list[str]) -> None:
    parts = code_bleu([(code, code) for code in codes])
    assert (parts.ngram, parts.weighted_ngram, parts.syntax) == pytest.approx((1, 1, 1), rel=1e-12)
    assert parts.dataflow in (1, None)
    assert parts.score == pytest.approx(1, rel=1e-12)


@settings(deadline=None)
@given(st.lists(st.tuples(ODD, ODD), min_size=1, max_size=3))
def test_any_text_is_borne_and_all_parts_are_fractions(pairs: list[tuple[str, str]]) -> None:
    parts = code_bleu(pairs)
    values = [parts.score, parts.ngram, parts.weighted_ngram, parts.syntax, parts.dataflow or 0]
    assert all(0 <= value <= 1 + 1e-12 for value in values)
    assert code_bleu(list(reversed(pairs))) == parts


@pytest.mark.parametrize("code", METHODS)
def test_other_names_flow_the_same_way(code: str) -> None:
    names = {"a": "alpha", "b": "beta", "c": "gamma", "x": "item", "i": "index", "total": "sum", "xs": "items"}
    renamed = " ".join(names.get(word, word) for word in code.split())
    assert renamed != code
    assert flows(renamed) == flows(code)
    shared, wanted = syntax_hits(parse(renamed), parse(code))
    assert shared == wanted


def test_a_lone_surrogate_is_borne() -> None:
    assert code_bleu([("int x = \ud800 ;", "int x = 1 ;")]).score < 1


@pytest.mark.parametrize(
    "code",
    [
        "void f ( ) { " + "while ( a ) { " * 60 + "a ++ ; " + "} " * 60 + "}",
        "int f ( ) { return " + "( " * 3000 + "1" + " )" * 3000 + " ; }",
        "int f ( ) { return a" + " + a" * 4000 + " ; }",
        "void f ( ) { " + "a = " * 1500 + "1 ; }",
        "( " * 8000,
        "if ( a ) x = 1 ; else " * 500,
    ],
    ids=["loops", "parentheses", "sum", "assignments", "open", "branches"],
)
def test_degenerate_answers_take_no_long_time(code: str) -> None:
    started = time.process_time()
    assert 0 <= code_bleu([(code, LOOP)]).score < 1
    assert code_bleu([(code, code)]).syntax == 1
    assert time.process_time() - started < 5


def test_every_process_gives_the_same_bytes() -> None:
    program = (
        "from codereflect.scoring.codebleu import code_bleu\n"
        "from codereflect.scoring.codebleu_dataflow import data_flow\n"
        "from codereflect.scoring.codebleu_syntax import parse\n"
        f"print(code_bleu([({LOOP!r}, {BRANCH!r}), ({EACH!r}, {LOOP!r})]), data_flow(parse({LOOP!r})))"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("0", "1", "7")
    }
    assert len(printed) == 1


def test_versions_name_the_grammar() -> None:
    assert set(versions()) == {"tree-sitter", "tree-sitter-java"}
    assert all(version[0].isdigit() for version in versions().values())
