"""CONCODE's classes: what a row says, and what is added until its reference compiles."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from codereflect.programs.java_class import Context, Member, build_world, parse_context
from codereflect.programs.java_class.compiling import compiles, with_throws
from codereflect.programs.java_class.outcomes import Refusal, Row, against, compile_outcomes
from codereflect.programs.java_class.world import JdkNames
from codereflect.sandbox.java.java_sandbox import probe_java
from codereflect.sandbox.java.javac import JavaCompiler
from codereflect.scoring.concode_compile import summary

EMPTY = "concode_field_sep PlaceHolder placeHolder concode_field_sep PlaceHolder placeHolder"
NL = (
    "adds a tag . concode_field_sep List<Tag> chain concode_elem_sep int MAX concode_elem_sep Map<String,? extends Tag>"
    " byName concode_field_sep void adjust concode_elem_sep Tag find concode_elem_sep Tag find"
)
# what a reference may need beyond its row, one kind each
REFERENCES = {
    "jdk classes": "List < String > function ( ) { return new ArrayList < String > ( Collections . emptyList ( ) ) ; }",
    "own members": "Tag function ( String arg0 ) { adjust ( arg0 , MAX ) ; return find ( arg0 ) ; }",
    "unknown types": "Widget function ( Gadget arg0 ) { return new Widget ( arg0 , 1 ) ; }",
    "members of unknown types": "int function ( Gadget arg0 ) { return arg0 . size ( ) + arg0 . left - Tag . count ; }",
    "chains": "boolean function ( Gadget arg0 ) { return arg0 . a ( ) . b ( ) . c . d ( ) == null && arg0 . on ( ) ; }",
    "loops": "void function ( Gadget arg0 ) { for ( Tag loc0 : arg0 . tags ( ) ) { loc0 . use ( ) ; } }",
    "stubs in loops": "void function ( Bag arg0 ) { for ( Tag loc0 : arg0 ) { chain . add ( loc0 ) ; } }",
    "exceptions": "void function ( ) { try { adjust ( ) ; } catch ( IOException loc0 ) { throw new Bad ( loc0 ) ; } }",
    "static calls": "String function ( ) { return Strings . join ( MAX , Config . get ( ) . name ( ) ) ; }",
    "other classes of a jdk name": "void function ( Robot arg0 ) { arg0 . shake ( 3 ) ; Robot . wave ( ) ; }",
    "nested types": "Outer . Inner function ( ) { return new Outer . Inner ( ) ; }",
    "packages": "void function ( ) { org . acme . Tool . run ( 1 ) ; }",
    "generic stubs": "Box < String > function ( ) { return new Box < String > ( ) ; }",
    "switch": "int function ( int arg0 ) { switch ( arg0 ) { case MAX : return 1 ; default : return 2 ; } }",
    "superclass": "void function ( Object arg0 ) { super . update ( arg0 ) ; }",
    "itself": "Builder function ( ) { return this ; }",
    "relations": "Tag function ( Special arg0 ) { return arg0 ; }",
    "annotations": "@ Marked void function ( ) { }",
    "throws": 'void function ( ) { throw new Exception ( "srini_string" ) ; }',
    "arrays": "int function ( Gadget arg0 ) { return arg0 . rows ( ) [ 0 ] . length ( ) ; }",
    "conditions": "int function ( Gadget arg0 ) { if ( arg0 . ready ) { return 1 ; } while ( ! done ) { } return 0 ; }",
    "texts": "void function ( Gadget arg0 ) { System . out . println ( arg0 . name ( ) ) ; }",
}


def test_a_row_says_its_members() -> None:
    assert parse_context(NL) == Context(
        "adds a tag .",
        (Member("List<Tag>", "chain"), Member("int", "MAX"), Member("Map<String,? extends Tag>", "byName")),
        (Member("void", "adjust"), Member("Tag", "find")),
    )
    assert parse_context(f"nothing {EMPTY}") == Context("nothing", (), ())
    assert parse_context("only words") == Context("only words", (), ())


def test_the_clause_that_concode_leaves_out() -> None:
    assert with_throws("int function ( ) { return f ( ) ; }") == "int function ( ) throws Throwable { return f ( ) ; }"
    assert with_throws("int function ( )") == "int function ( )"


@pytest.fixture(scope="module")
def compiler() -> Iterator[JavaCompiler]:
    if probe_java().version is None:
        pytest.skip(probe_java().reason)
    with JavaCompiler() as running:
        yield running


@pytest.fixture(scope="module")
def jdk(compiler: JavaCompiler) -> JdkNames:
    return JdkNames(compiler.jdk_classes())


def test_names_of_the_jdk(jdk: JdkNames) -> None:
    assert jdk.full("List") == "java.util.List"
    assert jdk.full("Document") == "org.w3c.dom.Document"
    assert jdk.full("NoSuchThing") is None


@pytest.mark.parametrize("name", REFERENCES)
def test_worlds_are_built_until_the_reference_compiles(name: str, compiler: JavaCompiler, jdk: JdkNames) -> None:
    built = build_world(parse_context(NL), REFERENCES[name], jdk, compiler.errors)
    assert built.good, (built.errors, built.world.source(REFERENCES[name])[0])
    # a world takes no method but such as fit it
    assert compiles(built.world, "int function ( ) { return noSuchName ; }", compiler.errors)
    assert compiles(built.world, 'int function ( ) { return "text" ; }', compiler.errors)


@pytest.mark.parametrize("reference", ['int function ( ) { return "text" ; }', "int function ( {", "", "} class X {"])
def test_what_cannot_compile_does_not(reference: str, compiler: JavaCompiler, jdk: JdkNames) -> None:
    built = build_world(parse_context(NL), reference, jdk, compiler.errors)
    assert not built.good or reference in ("", "} class X {")


def test_a_prediction_is_compiled_in_the_world_of_its_reference(compiler: JavaCompiler, jdk: JdkNames) -> None:
    reference = "Tag function ( String arg0 ) { return find ( arg0 ) ; }"
    world = build_world(parse_context(NL), reference, jdk, compiler.errors).world
    assert against(world, reference, reference, compiler) is None
    assert against(world, "Tag function ( String arg0 ) { return chain . get ( 0 ) ; }", reference, compiler) is None
    assert against(world, "Tag function ( ) { return seek ( ) ; }", reference, compiler) == Refusal(
        "unknown method", "seek"
    )
    assert against(world, "Tag function ( ) { return MAX ; }", reference, compiler) == Refusal("types do not fit")
    void = against(world, "void function ( ) { return MAX ; }", reference, compiler)
    assert void == Refusal("a void method returns a value")
    none = against(world, "int function ( ) { return ; }", reference, compiler)
    assert none == Refusal("a method with a result returns none")
    assert against(world, "} class Other { void f ( ) { }", reference, compiler) == Refusal("does not parse")
    assert against(world, "", reference, compiler) == Refusal("does not parse")


@pytest.mark.slow
def test_rates_are_over_the_rows_whose_reference_compiles(compiler: JavaCompiler) -> None:
    good, bad = "int function ( ) { return MAX ; }", 'int function ( ) { return "text" ; }'
    rows = [Row(NL, good, good), Row(NL, good, bad), Row(NL, bad, good)]
    outcomes = list(compile_outcomes(rows, 2))
    assert [(one.reference, one.prediction) for one in outcomes] == [(True, True), (True, False), (False, None)]
    figures = summary(outcomes)
    assert (figures["java_compiles"], figures["n_compilable"]) == (50.0, 2)
    assert figures["compile_errors"] == figures["reference_errors"] == {"types do not fit": 1}
    assert summary([])["n_compilable"] == 0
