"""Verdicts on texts that nobody runs: is an answer the reference, and if not, how far is it Java?

They are **not** executed verdicts and say nothing about behaviour: a text that differs may do the same, or more than
was asked. So their categories have names of their own, and `sealed` is False.
"""

from __future__ import annotations

from codereflect.programs.java_syntax import Flaw, flaw, tokens
from codereflect.records import Outcome, Problem, Sample, Verdict

# the token sequence of the reference; white space and comments do not count
EQUAL = "text_equal"
# no class member, by the grammar or by javac's parser
SYNTAX = "text_syntax"
# javac refuses it in the class rebuilt from the task, and takes the reference there
COMPILE = "text_compile"
# any other text
DIFFERS = "text_differs"
CATEGORIES = (EQUAL, SYNTAX, COMPILE, DIFFERS)
# tokens of the answer that are shown where it parts from the reference
SHOWN = 5
_REFUSED = "The method does not compile in the class rebuilt from the task: "
_COMPILES = "The method compiles in the class rebuilt from the task"


def comparable(problem: Problem) -> bool:
    """Whether answers to a problem are judged as texts: a Java method with a reference and without hidden tests."""
    is_method = problem.language == "java" and problem.task == "java_method"
    return is_method and problem.hidden_tests is None and problem.reference is not None


def is_text(verdict: Verdict) -> bool:
    """Whether a verdict compares texts, and is not of a run."""
    return verdict.category in CATEGORIES and not verdict.sealed


def equal(code: str, reference: str) -> bool:
    """Whether two Java texts have the same tokens."""
    return tokens(code) == tokens(reference)


def by_text(problem: Problem, sample: Sample) -> Verdict | None:
    """The verdict on a text that is the reference, or that does not parse; None on others."""
    if equal(sample.code, problem.reference or ""):
        return _verdict(sample, "pass", EQUAL, "The method is the reference.")
    stumble = flaw(sample.code)
    return does_not_parse(sample, stumble) if stumble is not None else None


def does_not_parse(sample: Sample, stumble: Flaw) -> Verdict:
    """The verdict on a text that is no class member."""
    near = f", near `{stumble.near}`" if stumble.near else ""
    return _verdict(sample, "fail", SYNTAX, f"The method does not parse: {stumble.message}{near}.")


def does_not_compile(sample: Sample, reason: str, name: str) -> Verdict:
    """The verdict on a text that javac refuses, with its reason in words and the name it speaks of."""
    named = f" `{name}`" if name else ""
    return _verdict(sample, "fail", COMPILE, f"{_REFUSED}{reason}{named}.")


def differs(problem: Problem, sample: Sample, compiles: bool) -> Verdict:
    """The verdict on a text that parses and is not the reference; `compiles`: javac takes it.

    The feedback shows the answer's own tokens where it first parts from the reference, and nothing of the reference.
    """
    said, wanted = tokens(sample.code), tokens(problem.reference or "")
    same = next((at for at, pair in enumerate(zip(said, wanted, strict=False)) if pair[0] != pair[1]), len(said))
    same = min(same, len(wanted))
    how = _COMPILES if compiles else "The method parses"
    if same == len(said):
        where = f"it ends after token {same}, before the reference does"
    else:
        where = f"its text differs from the reference from token {same + 1} on: `{' '.join(said[same : same + SHOWN])}`"
    return _verdict(sample, "fail", DIFFERS, f"{how}, but {where}.")


def javac_reason(verdict: Verdict) -> str:
    """Why javac refuses a text, in words; empty for other verdicts."""
    return verdict.feedback.removeprefix(_REFUSED).rstrip(".") if verdict.category == COMPILE else ""


def known_to_compile(verdict: Verdict) -> bool:
    """Whether javac took a text that is not the reference."""
    return verdict.category == DIFFERS and verdict.feedback.startswith(_COMPILES)


def _verdict(sample: Sample, outcome: Outcome, category: str, feedback: str) -> Verdict:
    return Verdict(
        task_id=sample.task_id,
        sample_index=sample.sample_index,
        outcome=outcome,
        category=category,
        feedback=feedback,
        sealed=False,
    )
