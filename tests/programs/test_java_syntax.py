"""Java class members as text: what parses, why the rest does not, and tokens."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codereflect.programs import java_syntax

JAVA_GOOD = [
    "int function ( ) { return 1 ; }",
    "byte [ ] function ( Drawable arg0 ) { return bitmapToByte ( drawableToBitmap ( arg0 ) ) ; }",
    "List < GenPolynomial < C >> function ( int arg0 ) { return null == val ? null : val . get ( arg0 ++ ) ; }",
    "@ Override public < T extends A > void function ( T ... arg0 ) throws E { for ( T loc0 : arg0 ) run ( loc0 ) ; }",
    "Wrapper ( int arg0 ) { this . x = arg0 ; }",
    "int function ( ) { return helper ( ) ; } int helper ( ) { return 1 ; }",
    "int function ( ) { return 1 ; } // one",
]
JAVA_BAD = [
    "",
    "   \n",
    "int function ( ) { return 1 }",
    "int function ( ) { return 1 ;",
    "int function ( ) { return 1 ; } }",
    "int function ( { return 1 ; }",
    "int function ( ) { return 1 ; } class X { } } class Y {",
    "int function ( ) { return 1 ; } } class Y {",
    "int function ( ) { return 1 ; } /* open",
    "int function ( ) { return 1 ; } \0 ( (",
    "int x ;",
    "This is the method .",
    "def solve(xs):\n    return xs\n",
    "\ud800",
]


@pytest.mark.parametrize("code", JAVA_GOOD)
def test_java_members_parse(code: str) -> None:
    assert java_syntax.parses(code)


@pytest.mark.parametrize("code", JAVA_BAD)
def test_what_is_no_java_member_does_not_parse(code: str) -> None:
    assert not java_syntax.parses(code)


@given(st.text())
def test_java_never_raises(code: str) -> None:
    assert java_syntax.parses(code) in (True, False)


@pytest.mark.parametrize(
    ("code", "message", "near"),
    [
        ("", "there is no code", ""),
        ("int f ( ) { return x }", "`;` has to follow", "f ( ) { return x"),
        ("int f ( ) { return a + ; }", "a name has to follow", "( ) { return a +"),
        ("int f ( ) { a ( b ; return x ; }", "`(` is not closed", "a ( b ; return x"),
        ("int f ( ) { if ( a { return 1 ; } }", "`(` is not closed", "if ( a { return 1"),
        ("int f ( ) { return 1 ;", "it ends before the last `{` is closed", "( ) { return 1 ;"),
        ("int f ( ) { return 1 ; } }", "`}` closes nothing", "{ return 1 ; } }"),
        ("int f ( ) { return x y ; }", "the parser stumbles at `x`", ") { return x y ;"),
        ("int f ( ) { else { x ( ) ; } }", "the parser stumbles at `else`", "( ) { else { x"),
        ('void f ( ) { g ( "open ) ; }', "a text is not closed", '"open ) ; }'),
        (f'void f ( ) {{ g ( "{"x" * 60} ) ; }}', "a text is not closed", "f ( ) { g ("),
        ("void f ( ) { } /* open", "a comment is not closed", "void f ( ) { }"),
        ("int x ;", "it is no method", "int x ;"),
    ],
)
def test_the_flaw_of_a_text_and_the_code_around_it(code: str, message: str, near: str) -> None:
    found = java_syntax.flaw(code)
    assert found is not None
    assert (found.message, found.near) == (message, near)
    assert 0 <= found.place <= len(code)


@given(st.text(alphabet=st.sampled_from("{}()[];,.\"'/*ab1<> \n\u20ac"), max_size=40) | st.text())
def test_a_text_has_a_flaw_or_parses(text: str) -> None:
    for code in (text, f"int f ( ) {{ {text} }}"):
        found = java_syntax.flaw(code)
        assert (found is None) == java_syntax.parses(code)
        assert found is None or 0 <= found.place <= len(code)


def test_tokens() -> None:
    text = 'List<List<A>> x=a>>>=2;i++ /*y*/ 1.5e-3f 0x1F \'a\' "s\\"t" p->q a::b //z'
    said = 'List < List < A > > x = a > > >= 2 ; i ++ 1.5e-3f 0x1F \'a\' "s\\"t" p -> q a :: b'
    assert java_syntax.tokens(text) == said.split(" ") == java_syntax.tokens(said)
    assert java_syntax.tokens("a.b(c[0].d)") == ["a", ".", "b", "(", "c", "[", "0", "]", ".", "d", ")"]
    assert java_syntax.tokens("// nothing") == []


def test_members_are_methods_and_constructors() -> None:
    found = java_syntax.members("int x ; int f ( ) { return 1 ; } Wrapper ( ) { } // end")
    assert [node.type for node in found] == ["method_declaration", "constructor_declaration"]
    assert java_syntax.members("int f (") == []
