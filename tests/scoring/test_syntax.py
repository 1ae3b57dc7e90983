"""What counts as code that parses."""

from __future__ import annotations

import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codereflect.scoring import java_syntax, python_syntax

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


@pytest.mark.parametrize("code", ["def solve(x):\n    return x\n", "x = 1", "'\\d'\n"])
def test_python_parses(code: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert python_syntax.parses(code)


BAD_PYTHON = ["", "# nothing\n", "def solve(x):\n", "def solve(x)\n  return", "\0", "\ud800"]
BAD_PYTHON += ["(" * 10_000, "a" + ".b" * 99_999]


@pytest.mark.parametrize("code", BAD_PYTHON, ids=range(len(BAD_PYTHON)))
def test_what_is_no_python_does_not_parse(code: str) -> None:
    assert not python_syntax.parses(code)
