"""Answers to Java methods without tests: which verdict each gets, with and without a JDK."""

from __future__ import annotations

import pytest

from codereflect.grading import text_check
from codereflect.grading.case import given_case
from codereflect.grading.text_verdict import is_text
from codereflect.material import ConcodeClass
from codereflect.programs.java_class.concode_class import read_class
from codereflect.records import Difference, Problem, Refusal, Verdict, given
from codereflect.sandbox.java.java_sandbox import FoundJava, probe_java

ROW = "counts . concode_field_sep List<Tag> tags concode_elem_sep int MAX concode_field_sep Tag find"
REFERENCE = "int function ( ) { return tags . size ( ) + MAX ; }"
OTHER = "int function ( ) { return MAX ; }"
UNKNOWN = "int function ( ) { return seek ( ) ; }"
BROKEN = "int function ( ) { return MAX }"


def problem(name: str = "1", **changes: object) -> Problem:
    values = {"task_id": name, "suite": "s", "language": "java", "task": "java_method", "category": "", "prompt": "p"}
    return Problem.model_validate(
        values | {"material": read_class(ROW), "reference": REFERENCE, "grader": "text"} | changes
    )


def judge(*codes: str, **changes: object) -> list[Verdict]:
    cases = [given_case(problem(**changes), code, index) for index, code in enumerate(codes)]
    found = {verdict.of: verdict for verdict in text_check.verdicts(cases, 1)}
    return [found[case.of] for case in cases]


def compiles(verdict: Verdict) -> bool:
    return isinstance(verdict.detail, Difference) and verdict.detail.compiles


@pytest.fixture
def no_jdk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_check, "probe_java", lambda: FoundJava(None, "none", ""))


@pytest.fixture
def jdk() -> None:
    if probe_java().version is None:
        pytest.skip(probe_java().reason)


def test_layout_and_comments_are_no_difference(no_jdk: None) -> None:
    for code in (REFERENCE, "int function() {\n  // sum\n  return tags.size() + MAX;\n}"):
        (verdict,) = judge(code)
        assert (verdict.outcome, verdict.category, verdict.sealed) == ("pass", "text_equal", False)


@pytest.mark.parametrize(
    ("code", "category", "feedback"),
    [
        (BROKEN, "text_syntax", "The method does not parse: `;` has to follow, near `function ( ) { return MAX`."),
        ("", "text_syntax", "The method does not parse: there is no code."),
        ("int function ( ) { } } class X { void f ( ) { }", "text_syntax",
         "The method does not parse: `}` closes nothing, near `int function ( ) { } }`.".replace("int ", "")),
        (OTHER, "text_differs",
         "The method parses, but its text differs from the reference from token 7 on: `MAX ; }`."),
        (REFERENCE.replace("MAX", "1"), "text_differs",
         "The method parses, but its text differs from the reference from token 13 on: `1 ; }`."),
        ("int function ( ) { }", "text_differs",
         "The method parses, but its text differs from the reference from token 6 on: `}`."),
        (REFERENCE + " int g ( ) { }", "text_differs",
         "The method parses, but its text differs from the reference from token 16 on: `int g ( ) {`."),
    ],
)  # fmt: skip
def test_without_a_jdk_nothing_is_said_of_compiling(no_jdk: None, code: str, category: str, feedback: str) -> None:
    (verdict,) = judge(code)
    assert (verdict.outcome, verdict.category, verdict.sealed) == ("fail", category, False)
    assert verdict.feedback == feedback
    assert not compiles(verdict) and is_text(verdict)


def test_an_answer_that_ends_too_early_has_nothing_to_be_quoted(no_jdk: None) -> None:
    (verdict,) = judge("int f ( ) { }", reference="int f ( ) { } int g ( ) { }")
    assert verdict.feedback == "The method parses, but it ends after token 6, before the reference does."


def test_javac_tells_what_does_not_fit_the_class(jdk: None) -> None:
    codes = [OTHER, UNKNOWN, BROKEN, REFERENCE, "int function ( ) { x ; }", "function ( ) { }"]
    verdicts = judge(*codes)
    assert [verdict.category for verdict in verdicts] == [
        "text_differs", "text_compile", "text_syntax", "text_equal", "text_syntax", "text_compile",
    ]  # fmt: skip
    assert compiles(verdicts[0]) and not compiles(verdicts[1])
    assert verdicts[0].feedback.startswith("The method compiles in the class rebuilt from the task, but its text ")
    assert verdicts[1].feedback.endswith("rebuilt from the task: unknown method `seek`.")
    assert verdicts[0].detail == Difference(same_tokens=6, compiles=True)
    assert verdicts[1].detail == Refusal(by="javac", reason="unknown method", name="seek")
    assert verdicts[5].detail == Refusal(by="javac", reason="no return type")
    assert [verdict.of.sample_index for verdict in verdicts] == [*range(6)]


@pytest.mark.parametrize(
    "changes",
    [
        {"material": None},
        {"material": ConcodeClass(description="counts .")},
        # the reference itself is refused
        {"reference": 'int function ( ) { return "text" ; }'},
    ],
)
def test_where_the_class_is_not_known_nothing_is_said_of_compiling(jdk: None, changes: dict[str, object]) -> None:
    (verdict,) = judge(UNKNOWN, **changes)
    assert verdict.category == "text_differs" and not compiles(verdict)


def test_executed_verdicts_are_told_apart() -> None:
    run = Verdict(of=given("1"), outcome="fail", category="assertion", feedback="no", sealed=True)
    forged = run.model_copy(update={"category": "text_equal"})
    assert not is_text(run) and not is_text(forged)
