"""The sentences about wrong Java attempts, and that they are true of many of them."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from samples import sample

from codereflect.grading.case import Case, cases_of
from codereflect.grading.text_verdict import by_text, differs, does_not_compile
from codereflect.programs.java_syntax import tokens
from codereflect.records import Annotation, CallFailure, Example, Source, Verdict, as_problem, given
from codereflect.teacher.annotate import annotate
from codereflect.teacher.rules.checks import flaw
from codereflect.teacher.rules.mistake_facts import Refused, gather
from codereflect.teacher.rules.rules import WORDS, annotation, words
from codereflect.teacher.rules.templates import rules_digest

REFERENCE = "int function ( int arg0 ) { int loc0 = limit ; tags . add ( loc0 , arg0 ) ; return loc0 + 1 ; }"
PROMPT = "adds up to 1 more . | int limit, List<Tag> tags | void clear, Tag find\n"
METHODS = (
    REFERENCE,
    "void function ( String arg0 ) { if ( arg0 == null ) { return ; } else { this . name = arg0 . trim ( ) ; } }",
    "boolean function ( ) { for ( Tag loc0 : tags ) { if ( loc0 . is ( 3 ) && limit > 2 ) return true ; } "
    "return false ; }",
    "Tag function ( int arg0 ) { try { return find ( arg0 , new Tag ( ) ) ; } catch ( IOException loc0 ) { "
    "return null ; } }",
    "int function ( ) { int loc0 = 0 ; while ( loc0 < limit ) { loc0 ++ ; } switch ( loc0 ) { case 1 : return 2 ; } "
    "return - loc0 ; }",
    "String function ( int [ ] arg0 ) { StringBuilder loc0 = new StringBuilder ( ) ; for ( int loc1 = 0 ; loc1 < "
    "arg0 . length ; loc1 ++ ) { loc0 . append ( arg0 [ loc1 ] ) . append ( ',' ) ; } return loc0 . toString ( ) ; }",
)


def example(reference: str = REFERENCE, name: str = "c/1") -> Example:
    return Example(
        task_id=name, corpus="concode", language="java", task="java_method", category="", prompt=PROMPT,
        reference=reference + "\n", source=Source(file="f"), group=name, grader="text",
    )  # fmt: skip


def judged(task: Example, attempt: str, compiles: bool = True) -> Verdict:
    case = answered(task, attempt)
    return by_text(case) or differs(case, compiles)


def answered(task: Example, attempt: str) -> Case:
    (case,) = cases_of([as_problem(task, "attempt")], [sample(attempt, task.task_id)])
    return case


def told(attempt: str, task: Example | None = None, verdict: Verdict | None = None) -> tuple[str, str]:
    task = task or example()
    facts = gather(task, attempt, verdict or judged(task, attempt))
    note = annotation(facts)
    assert flaw(note, facts) is None
    assert note.prompt_hash == rules_digest("java") != rules_digest("python")
    return note.error_analysis, note.learning_insights


def test_a_wrong_name_that_the_class_has() -> None:
    assert told(REFERENCE.replace("loc0 = limit", "loc0 = arg0")) == (
        "It compiles, but it is not the reference. In `int loc0 = arg0 ;`, `arg0` is used where `limit` is needed.",
        "The class has `limit`: `int loc0 = limit ;`.",
    )


def test_a_wrong_name_that_it_does_not_have() -> None:
    _, insight = told(REFERENCE.replace("return loc0", "return arg0"))
    assert insight == "The variable is `loc0`: `return loc0 + 1 ;`."


def test_a_constant_from_the_task() -> None:
    _, insight = told(REFERENCE.replace("+ 1", "+ 7"))
    assert insight == "Copy `1` from the task: `return loc0 + 1 ;`."


def test_a_missing_step_and_its_neighbour() -> None:
    assert told(REFERENCE.replace("tags . add ( loc0 , arg0 ) ; ", "")) == (
        "It compiles, but it is not the reference. The `add` call `tags . add ( loc0 , arg0 ) ;` is missing.",
        "Do not skip a step: first `int loc0 = limit ;`, then `tags . add ( loc0 , arg0 ) ;`.",
    )


@pytest.mark.parametrize(
    ("attempt", "analysis", "insight"),
    [
        (REFERENCE.replace("1 ;", "1"), "It does not parse: `;` has to follow. It reads `) ; return loc0 + 1`.",
         "`return loc0 + 1 ;`"),
        (REFERENCE.replace("arg0 ) ;", "arg0 ;"),
         "It does not parse: `(` is not closed. It reads `add ( loc0 , arg0 ;`.",
         "`tags . add ( loc0 , arg0 ) ;`"),
        # the bracket that closes nothing is the last; the one that is missing is the first
        (REFERENCE.replace(") { int", ") int"),
         "It does not parse: `}` closes nothing. It reads `int arg0 ) int loc0 =`.",
         f"`{REFERENCE}`"),
        (REFERENCE[: REFERENCE.index("return")],
         "It does not parse: it ends before the last `{` is closed. It reads `( loc0 , arg0 ) ;`.",
         "`return loc0 + 1 ;`"),
    ],
)  # fmt: skip
def test_a_text_that_does_not_parse(attempt: str, analysis: str, insight: str) -> None:
    assert told(attempt) == (analysis, f"Write the step so that it parses: {insight}.")


def test_what_javac_says() -> None:
    attempt = REFERENCE.replace("add", "seek")
    verdict = does_not_compile(answered(example(), attempt), "unknown method", "seek")
    analysis, _ = told(attempt, verdict=verdict)
    assert analysis == "It does not compile: unknown method `seek`. `seek` is used where `add` is needed."


def test_a_run_that_failed_is_explained_too() -> None:
    told_of = CallFailure(expected="3", actual="2")
    run = Verdict(of=given("c/1"), outcome="fail", category="assertion", feedback="f", sealed=True, detail=told_of)
    analysis, _ = told(REFERENCE.replace("+ 1", "- 1"), verdict=run)
    assert analysis == "It gives `2`, not `3`. `-` is used where `+` is needed."


@pytest.mark.parametrize(
    ("attempt", "reason"),
    [
        (REFERENCE, "passed"),
        ("", "no_code"),
        (REFERENCE * 6, "long_attempt"),
        ("void close ( Stream in ) { in . close ( ) ; }", "too_far"),
        ("the the the ( ( (", "too_far"),
        ("int function ( int arg0 ) { return " + "( " * 70 + "loc0" + " )" * 70 + " ; }", "too_deep"),
    ],
)
def test_refusals_are_counted(attempt: str, reason: str) -> None:
    task = example()
    found, refused = annotate([task], [sample(attempt, "c/1")], [judged(task, attempt)])
    assert (found, refused) == ([], {reason: 1})


def test_the_reference_in_another_layout_is_not_explained() -> None:
    run = Verdict(of=given("c/1"), outcome="fail", category="assertion", feedback="f", sealed=True)
    with pytest.raises(Refused, match="same_tree"):
        gather(example(), REFERENCE.replace(" ; ", ";\n") + "// done", run)


@pytest.mark.parametrize(
    "claim",
    [
        "`limit` is used where `arg0` is needed.",
        "The return type is `void`, not `int`.",
        "The `find` call `find` is missing.",
        "`tags` is not needed.",
        "The class has `loc0`.",
        "It raises `arg0`.",
    ],
)
def test_a_wrong_claim_is_refused(claim: str) -> None:
    task, attempt = example(), REFERENCE.replace("loc0 = limit", "loc0 = arg0")
    facts = gather(task, attempt, judged(task, attempt))
    note = annotation(facts)
    assert flaw(note, facts) is None
    assert flaw(note.model_copy(update={"error_analysis": claim}), facts) in ("wrong_claim", "ungrounded_quote")


def mutated(reference: str, chooser: random.Random) -> str:
    """A reference in which one to three tokens are deleted, doubled, swapped or replaced."""
    said = reference.split()
    pool = [*tokens(PROMPT), *said]
    for _ in range(chooser.randrange(1, 4)):
        at = chooser.randrange(len(said) - 1)
        kind = chooser.randrange(5)
        if kind == 0:
            del said[at]
        elif kind == 1:
            said.insert(at, said[at])
        elif kind == 2:
            said[at], said[at + 1] = said[at + 1], said[at]
        else:
            said[at] = chooser.choice(pool)
    return " ".join(said)


def test_explanations_of_mutants_and_of_other_methods_fit_the_facts_and_are_short() -> None:
    chooser = random.Random(5)
    pairs = [(reference, mutated(reference, chooser)) for reference in METHODS for _ in range(60)]
    pairs += [(one, other) for one in METHODS for other in METHODS if one != other]
    explained, refused = 0, Counter[str]()
    for reference, attempt in pairs:
        task = example(reference)
        found, reasons = annotate([task], [sample(attempt, "c/1")], [judged(task, attempt)])
        assert (found, reasons) == annotate([task], [sample(attempt, "c/1")], [judged(task, attempt)])
        explained += len(found)
        refused.update(reasons)
        for note in found:
            assert_short(note)
    # a step that is needless in one place and needed in another cannot be told from its text
    assert set(refused) <= {"passed", "too_far", "long_attempt", "same_tree", "wrong_claim"}
    assert refused["wrong_claim"] < 0.02 * len(pairs) and explained > 0.85 * len(pairs)


def assert_short(note: Annotation) -> None:
    most = WORDS["java"]
    assert words(note.error_analysis) <= most[0] and words(note.learning_insights) <= most[1]
    assert "``" not in note.error_analysis + note.learning_insights
