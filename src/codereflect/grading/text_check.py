"""Judges answers to Java methods without tests as texts, with javac's help where there is a JDK."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from codereflect.grading.text_verdict import by_text, comparable, differs, does_not_compile, does_not_parse
from codereflect.programs.java_class.context import FIELD_SEPARATOR, published
from codereflect.programs.java_class.outcomes import SYNTAX, Outcome, Row, compile_outcomes
from codereflect.programs.java_syntax import Flaw
from codereflect.progress import progress
from codereflect.records import Problem, Sample, Verdict
from codereflect.sandbox.java.java_sandbox import probe_java


def judge_texts(problems: Iterable[Problem], samples: Sequence[Sample], workers: int | None) -> list[Verdict]:
    """Verdicts on the samples of comparable problems (`text_verdict.comparable`), in the order of the samples.

    A text that is neither the reference nor broken is compiled in the class rebuilt from the problem's `context` (of
    a row of CONCODE). Without a JDK, where the row says nothing of its class, or where not even the reference
    compiles, nothing is said of compiling.

    Raises:
        SandboxError: the compiler failed.
    """
    by_id = {problem.task_id: problem for problem in problems if comparable(problem)}
    asked = [sample for sample in samples if sample.task_id in by_id]
    told = [by_text(by_id[sample.task_id], sample) for sample in asked]
    open_ = [sample for sample, verdict in zip(asked, told, strict=True) if verdict is None]
    compiled = iter(_compiled(by_id, open_, workers))
    return [
        verdict or _judged(by_id[sample.task_id], sample, next(compiled))
        for sample, verdict in zip(asked, told, strict=True)
    ]


def _compiled(by_id: dict[str, Problem], samples: Sequence[Sample], workers: int | None) -> list[Outcome | None]:
    """What javac says of each sample; None where it is not asked."""
    known: list[Outcome | None] = [None] * len(samples)
    texts = [published(by_id[sample.task_id].context) for sample in samples]
    # in a class of which nothing is said all would be unknown
    places = [place for place, text in enumerate(texts) if text is not None and FIELD_SEPARATOR in text]
    if not places or probe_java().version is None:
        return known
    rows = []
    for place in places:
        problem = by_id[samples[place].task_id]
        rows.append(Row(texts[place] or "", problem.reference or "", samples[place].code))
    with progress("java methods", len(rows), "methods") as advance:
        for place, outcome in zip(places, compile_outcomes(rows, workers), strict=True):
            known[place] = outcome
            advance()
    return known


def _judged(problem: Problem, sample: Sample, outcome: Outcome | None) -> Verdict:
    if outcome is None or outcome.prediction is not False:
        return differs(problem, sample, outcome is not None and outcome.prediction is True)
    if outcome.reason == SYNTAX:
        return does_not_parse(sample, Flaw("it is no Java to the compiler", 0, ""))
    return does_not_compile(sample, outcome.reason, outcome.name)
