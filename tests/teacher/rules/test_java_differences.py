"""How a Java attempt differs from its reference, in one case per kind of difference."""

from __future__ import annotations

from typing import get_args

import pytest

from codereflect.teacher.rules.differences import Difference
from codereflect.teacher.rules.expressions import Kind
from codereflect.teacher.rules.java_differences import differences
from codereflect.teacher.rules.java_tree import DEEPEST, TooDeep, methods
from codereflect.teacher.rules.templates import rules

LONG = " , ".join(f"a{number}" for number in range(20))


def method(body: str) -> str:
    return f"int function ( int a , Tag b ) {{ {body} }}"


def found(wrong: str, right: str) -> list[Difference]:
    """Differences of two bodies, or of two whole methods."""
    texts = [text if methods(text) else method(text) for text in (wrong, right)]
    return differences(methods(texts[0]), methods(texts[1])[0])


ONE = [
    ("constant", "return 1 ;", "return 2 ;", "1", "2"),
    ("constant", 'f ( "x" ) ;', "f ( null ) ;", '"x"', "null"),
    ("operator", "return a + 1 ;", "return a - 1 ;", "+", "-"),
    ("operator", "a += 1 ;", "a -= 1 ;", "+=", "-="),
    ("operator", "a ++ ;", "a -- ;", "++", "--"),
    ("operator", "return a && c ;", "return a || c ;", "&&", "||"),
    ("comparison", "if ( a > 1 ) { f ( ) ; }", "if ( a >= 1 ) { f ( ) ; }", ">", ">="),
    ("variable", "return a ;", "return c ;", "a", "c"),
    ("variable", "f ( a , b ) ;", "f ( c , b ) ;", "a", "c"),
    ("field", "return b . left ;", "return b . right ;", "left", "right"),
    ("call", "f ( a ) ;", "g ( a ) ;", "f", "g"),
    ("method", "b . f ( a ) ;", "b . g ( a ) ;", "f", "g"),
    ("type", "return new Foo ( a ) ;", "return new Bar ( a ) ;", "Foo", "Bar"),
    ("type", "List < A > x = f ( ) ;", "List < B > x = f ( ) ;", "List < A >", "List < B >"),
    ("declaration", "int x = f ( a ) ; g ( y ) ;", "int y = f ( a ) ; g ( y ) ;", "x", "y"),
    ("renamed", "int x = f ( a ) ; g ( x ) ;", "int y = f ( a ) ; g ( y ) ;", "x", "y"),
    ("swapped", "f ( a , b ) ;", "f ( b , a ) ;", "( a , b )", "( b , a )"),
    ("swapped", "return a - 3 ;", "return 3 - a ;", "a - 3", "3 - a"),
    ("missing_argument", "f ( a ) ;", "f ( a , b ) ;", "", "b"),
    ("extra_argument", "f ( a , b ) ;", "f ( a ) ;", "b", ""),
    ("arguments", "f ( a ) ;", "f ( b , c ) ;", "( a )", "( b , c )"),
    ("missing_part", "return f ( a ) ;", "return g . f ( a ) ;", "f ( a )", "g . f ( a )"),
    ("extra_part", "x = this . y ;", "x = y ;", "this . y", "y"),
    ("missing_modifier", "int x = 1 ;", "final int x = 1 ;", "", "final"),
    ("extra_modifier", "final int x = 1 ;", "int x = 1 ;", "final", ""),
    ("condition", "if ( a > 1 && b == c ) { f ( ) ; }", "if ( a < 1 && b != c ) { f ( ) ; }",
     "( a > 1 && b == c )", "( a < 1 && b != c )"),
    ("expression", "x . put ( f ( ) , 1 ) ;", "x . put ( c [ 0 ] , 1 ) ;", "f ( )", "c [ 0 ]"),
    ("missing_step", "return a ;", "f ( a ) ; return a ;", "", "f ( a ) ;"),
    ("missing_start", "return a ;", f"f ( {LONG} ) ; return a ;", "", "f ( a0 , a1 , a2 , a3 , a4 , a5 ,"),
    ("extra_step", "f ( a ) ; return a ;", "return a ;", "f ( a ) ;", ""),
    ("extra_start", f"f ( {LONG} ) ; return a ;", "return a ;", "f ( a0 , a1 , a2 , a3 , a4 , a5 ,", ""),
    ("missing_return", "f ( a ) ;", "f ( a ) ; return a ;", "", "return a ;"),
    ("order", "f ( a ) ; g ( a ) ;", "g ( a ) ; f ( a ) ;", "f ( a ) ;", "g ( a ) ;"),
    ("different_step", "return x ;", "throw new Bad ( a ) ;", "return x ;", "throw new Bad ( a ) ;"),
    ("different_step", "return a ;", "return f ( g ) ;", "return a ;", "return f ( g ) ;"),
    ("other_body", "f ( a ) ; return b ;", "for ( ; ; ) { x ( ) ; } throw c ;", "f ( a ) ;", "for ( ; ; )"),
    ("missing_branch", "if ( a ) { f ( ) ; }", "if ( a ) { f ( ) ; } else { g ( ) ; }", "", "else"),
    ("extra_branch", "if ( a ) f ( ) ; else g ( ) ;", "if ( a ) f ( ) ;", "else", ""),
    ("return_type", "int f ( ) { }", "void f ( ) { }", "int", "void"),
    ("function_name", "int f ( ) { }", "int g ( ) { }", "f", "g"),
    ("parameters", "int f ( int a ) { }", "int f ( long a ) { }", "( int a )", "( long a )"),
    ("modifiers", "public int f ( ) { }", "private int f ( ) { }", "public", "private"),
    ("head", "f ( ) { }", "int f ( ) { }", "f ( )", "int f ( )"),
    ("extra_method", "int f ( ) { } int g ( ) { }", "int f ( ) { }", "int g ( )", ""),
    # inside of other statements
    ("constant", "for ( int i = 0 ; i < 3 ; i ++ ) { f ( 1 ) ; }", "for ( int i = 0 ; i < 3 ; i ++ ) { f ( 2 ) ; }",
     "1", "2"),
    ("constant", "for ( int i = 0 ; i < 3 ; i ++ ) { f ( 1 ) ; }", "for ( int i = 0 ; i < 4 ; i ++ ) { f ( 1 ) ; }",
     "3", "4"),
    ("variable", "try { f ( a ) ; } catch ( E e ) { g ( a ) ; }", "try { f ( a ) ; } catch ( E e ) { g ( e ) ; }",
     "a", "e"),
    ("missing_step", "h ( ) ; try { f ( ) ; } catch ( E e ) { }",
     "h ( ) ; try { f ( ) ; } catch ( E e ) { } finally { g ( ) ; }",
     "", "finally { g ( ) ;"),
    ("constant", "switch ( a ) { case 1 : return 2 ; }", "switch ( a ) { case 1 : return 3 ; }", "2", "3"),
    ("constant", "switch ( a ) { case 1 : return 2 ; }", "switch ( a ) { case 3 : return 2 ; }", "1", "3"),
    ("missing_step", "synchronized ( a ) { f ( ) ; }", "synchronized ( a ) { f ( ) ; g ( ) ; }", "", "g ( ) ;"),
    ("variable", "do { f ( ) ; } while ( a ) ;", "do { f ( ) ; } while ( b ) ;", "a", "b"),
    ("different_step", "f ( ) ;", "try { g ( 1 , 2 ) ; } finally { }", "f ( ) ;", "try { g ( 1 , 2 ) ;"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "wrong", "right", "wrong_part", "right_part"), ONE)
def test_one_difference(kind: str, wrong: str, right: str, wrong_part: str, right_part: str) -> None:
    (only,) = found(wrong, right)
    assert (only.kind, only.wrong, only.right) == (kind, wrong_part, right_part)


def test_every_kind_has_its_sentences() -> None:
    for kind in {case[0] for case in ONE}:
        assert kind in get_args(Kind) and {"cause", "lesson"} <= set(rules("java")[kind])
    assert set(rules("java")) - {"symptom", "more", "broken"} == {case[0] for case in ONE}


def test_layout_and_comments_are_no_difference() -> None:
    assert found("int f(int a){\n  // one\n  return g(a)/* two */;\n}", "int f ( int a ) { return g ( a ) ; }") == []


def test_two_small_differences_in_one_step() -> None:
    pair = found("x = f ( 1 , a ) ;", "x = f ( 2 , b ) ;")
    assert [(each.kind, each.right) for each in pair] == [("constant", "2"), ("variable", "b")]


def test_the_body_comes_first_then_the_head_then_what_is_needless() -> None:
    kinds = [each.kind for each in found("int f ( ) { x ( ) ; return 1 ; }", "long f ( ) { return 2 ; }")]
    assert kinds == ["constant", "return_type", "extra_step"]


def test_a_name_that_is_used_elsewhere_is_not_renamed() -> None:
    (only,) = found("int f ( int x ) { return a ; }", "int f ( int a ) { return a ; }")
    assert only.kind == "parameters"


def test_statements_without_partner_stand_in_each_others_place() -> None:
    pair = found("f ( a ) ; x . y . z = 3 ; return a ;", "f ( a ) ; while ( a ) { g ( ) ; } h ( ) ; return a ;")
    assert [(each.kind, each.wrong, each.right) for each in pair] == [
        ("different_step", "x . y . z = 3 ;", "while ( a )"),
        ("missing_step", "", "h ( ) ;"),
    ]
    assert (pair[1].after, pair[1].before) == ("while ( a )", "return a ;")


def test_of_long_statements_the_parts_are_shown_where_they_part() -> None:
    one, other = f"f ( {LONG} , x . y ( 1 ) , 2 , 3 ) ;", f"f ( {LONG} , z [ 4 ] ) ;"
    (only,) = found(one, other)
    assert only.kind == "arguments" and only.wrong != only.right
    assert "x . y" in only.wrong and "z [ 4 ]" in only.right
    assert all(len(each.split()) <= 28 for each in (only.wrong, only.right, only.wrong_step, only.right_step))


def test_deep_texts_are_refused_and_long_ones_are_not() -> None:
    with pytest.raises(TooDeep):
        methods(method("return " + "(" * DEEPEST + "a" + ")" * DEEPEST + ";"))
    assert len(found("f ( ) ; " * 60, "g ( ) ; " * 20)) >= 20


def test_quotes_are_one_line_of_the_text() -> None:
    (only,) = found("int f ( ) {\n  return g(1,\n    2);\n}", "int f ( ) { return h [ 0 ] ; }")
    assert only.wrong == "return g(1, 2);"
