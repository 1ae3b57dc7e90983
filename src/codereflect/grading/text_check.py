"""Grades answers to Java methods without tests as texts, with javac's help where there is a JDK."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from codereflect.grading.case import Case
from codereflect.grading.compiled import compiled
from codereflect.grading.journal import Journal
from codereflect.grading.text_verdict import by_text, differs, does_not_compile, does_not_parse
from codereflect.material import ConcodeClass
from codereflect.programs.java_class.concode_class import FIELD_SEPARATOR, text_of
from codereflect.programs.java_class.outcomes import SYNTAX, Outcome, Row
from codereflect.programs.java_syntax import Flaw
from codereflect.records import Verdict
from codereflect.sandbox.java.java_sandbox import probe_java


def verdicts(cases: Sequence[Case], workers: int | None, journal: Journal | None = None) -> Iterator[Verdict]:
    """Verdicts on texts, each with its answer's identity.

    A text that is neither the reference nor broken is compiled in the class rebuilt from the problem's material (of a
    row of CONCODE). Without a JDK, where the row says nothing of its class, or where not even the reference compiles,
    nothing is said of compiling.

    Raises:
        SandboxError: the compiler failed.
    """
    open_ = []
    for case in cases:
        known = by_text(case)
        if known is None:
            open_.append(case)
        else:
            yield known
    asked = [case for case in open_ if _about(case) is not None] if probe_java().version is not None else []
    rows = [Row(_about(case) or "", case.problem.reference or "", case.code) for case in asked]
    outcomes = dict(zip((case.of for case in asked), compiled(rows, workers, journal), strict=True))
    for case in open_:
        yield _graded(case, outcomes.get(case.of))


def _about(case: Case) -> str | None:
    """What is said of the class around a method; None where it is nothing: all names in it would be unknown."""
    material = case.problem.material
    text = text_of(material) if isinstance(material, ConcodeClass) else ""
    return text if FIELD_SEPARATOR in text else None


def _graded(case: Case, outcome: Outcome | None) -> Verdict:
    if outcome is None or outcome.prediction is not False:
        return differs(case, outcome is not None and outcome.prediction is True)
    if outcome.reason == SYNTAX:
        return does_not_parse(case, Flaw("it is no Java to the compiler", 0, ""))
    return does_not_compile(case, outcome.reason, outcome.name)
