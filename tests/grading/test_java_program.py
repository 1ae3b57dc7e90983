"""Java methods in their class: what a prompt says becomes a program that hidden tests can call."""

from __future__ import annotations

import pytest

from codereflect.corpora.micro import java
from codereflect.grading.case import given_case, grader_here
from codereflect.grading.check import check
from codereflect.programs.java_frame import Frame, frame
from codereflect.records import Problem
from codereflect.sandbox.java.java_sandbox import FoundJava, probe_java
from codereflect.sandbox_params import SandboxLimits

PROMPT = "keep numbers above k | double rate | int [ ] xs | boolean isEmpty ( ) | void clear ( )\n"
REFERENCE = "int [ ] function ( int k ) { return IntStream . of ( xs ) . filter ( x -> x > k ) . toArray ( ) ; }"
LIMITS = SandboxLimits(cpu_seconds=2.0, memory_mb=256, output_kb=64, allow_weak=False, max_invalid=0.0)


def problem() -> Problem:
    around = frame(PROMPT, REFERENCE)
    tests = [java.assertion(around, "numbers", ([1, 5, 9], 4), [5, 9]), java.assertion(around, "numbers", ([], 1), [])]
    return Problem(
        task_id="t", suite="s", language="java", category="c", prompt=PROMPT, entry_point="function",
        hidden_tests=tests, reference=REFERENCE,
    )  # fmt: skip


def test_the_class_is_read_off_prompt_and_reference() -> None:
    assert frame(PROMPT, REFERENCE) == Frame(
        (("double", "rate"), ("int [ ]", "xs")),
        ("boolean isEmpty ( )", "void clear ( )"),
        "int [ ]",
        (("int", "k"),),
        "function",
    )
    assert problem().hidden_tests == [
        "assert Arrays.equals(solve(0.0, new int[] {1, 5, 9}, 4), new int[] {5, 9});",
        "assert Arrays.equals(solve(0.0, new int[] {}, 1), new int[] {});",
    ]
    with pytest.raises(ValueError, match="no method"):
        frame(PROMPT, "int x ;")


ANSWERS = {
    REFERENCE: ("pass", "pass"),
    # another way to the same
    "int [ ] function ( int k ) { List < Integer > ys = new ArrayList < > ( ) ; for ( int x : xs ) { if ( x > k ) "
    "ys . add ( x ) ; } return ys . stream ( ) . mapToInt ( y -> y ) . toArray ( ) ; }": ("pass", "pass"),
    REFERENCE.replace(">", "<", 1).replace("->", "->"): ("fail", "syntax"),
    REFERENCE.replace("x > k", "x < k"): ("fail", "assertion"),
    REFERENCE.replace("int k", ""): ("fail", "syntax"),
    "} class Other { static int [ ] solve ( ) { return null ; }": ("fail", "syntax"),
    "": ("fail", "syntax"),
    "class Subject { static int [ ] solve ( double r , int [ ] xs , int k ) { return xs ; } }": ("fail", "syntax"),
    "int [ ] function ( int k ) { System . exit ( 0 ) ; return xs ; }": ("fail", "forbidden"),
    "int [ ] function ( int k ) { while ( true ) { } }": ("timeout", "timeout"),
}


@pytest.mark.slow
def test_answers_are_executed() -> None:
    if probe_java().version is None:
        pytest.skip(probe_java().reason)
    cases = [given_case(problem(), code, number) for number, code in enumerate(ANSWERS)]
    found = check(cases, LIMITS, 2)
    assert found.level in ("full", "landlock")
    verdicts = [found.verdicts[case.of] for case in cases]
    assert [(one.outcome, one.category) for one in verdicts] == list(ANSWERS.values()), verdicts


def test_without_java_nothing_is_a_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "codereflect.grading.case.probe_java", lambda: FoundJava(None, "no javac in the path", "install one")
    )
    assert problem().grader == "tests" and grader_here(problem()) == "checks"
    found = check([given_case(problem(), REFERENCE)], LIMITS, 1)
    assert (found.verdicts, found.level) == ({}, "none")
    # a method with a reference is compared with it
    method = problem().model_copy(update={"task": "java_method"})
    assert grader_here(method) == "text"


def test_only_the_first_line_of_a_prompt_describes_the_class() -> None:
    wrong = "int [ ] function ( int k ) { return xs | null ; }\n// solve(0.0, null, 1) gives 1 | int bad, not 2\n"
    assert frame(PROMPT + wrong, REFERENCE) == frame(PROMPT, REFERENCE)
