"""Verdicts on texts that nobody runs: is an answer the reference, and if not, how far is it Java?

They are **not** executed verdicts and say nothing about behaviour: a text that differs may do the same, or more than
was asked. So their categories have names of their own, and `sealed` is False.
"""

from __future__ import annotations

from codereflect.grading.case import Case
from codereflect.programs.java_syntax import Flaw, flaw, tokens
from codereflect.records import Difference, Outcome, Refusal, Verdict

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


def is_text(verdict: Verdict) -> bool:
    """Whether a verdict compares texts, and is not of a run."""
    return verdict.category in CATEGORIES and not verdict.sealed


def equal(code: str, reference: str) -> bool:
    """Whether two Java texts have the same tokens."""
    return tokens(code) == tokens(reference)


def by_text(case: Case) -> Verdict | None:
    """The verdict on a text that is the reference, or that does not parse; None on others."""
    if equal(case.code, case.problem.reference or ""):
        return _verdict(case, "pass", EQUAL, "The method is the reference.", None)
    stumble = flaw(case.code)
    return does_not_parse(case, stumble) if stumble is not None else None


def does_not_parse(case: Case, stumble: Flaw) -> Verdict:
    """The verdict on a text that is no class member."""
    near = f", near `{stumble.near}`" if stumble.near else ""
    detail = Refusal(by="grammar", reason=stumble.message, name=stumble.near)
    return _verdict(case, "fail", SYNTAX, f"The method does not parse: {stumble.message}{near}.", detail)


def does_not_compile(case: Case, reason: str, name: str) -> Verdict:
    """The verdict on a text that javac refuses, with its reason in words and the name it speaks of."""
    detail = Refusal(by="javac", reason=reason, name=name)
    feedback = f"The method does not compile in the class rebuilt from the task: {detail.words}."
    return _verdict(case, "fail", COMPILE, feedback, detail)


def differs(case: Case, compiles: bool) -> Verdict:
    """The verdict on a text that parses and is not the reference; `compiles`: javac takes it.

    The feedback shows the answer's own tokens where it first parts from the reference, and nothing of the reference.
    """
    said, wanted = tokens(case.code), tokens(case.problem.reference or "")
    same = next((at for at, pair in enumerate(zip(said, wanted, strict=False)) if pair[0] != pair[1]), len(said))
    same = min(same, len(wanted))
    how = "The method compiles in the class rebuilt from the task" if compiles else "The method parses"
    if same == len(said):
        where = f"it ends after token {same}, before the reference does"
    else:
        where = f"its text differs from the reference from token {same + 1} on: `{' '.join(said[same : same + SHOWN])}`"
    detail = Difference(same_tokens=same, compiles=compiles)
    return _verdict(case, "fail", DIFFERS, f"{how}, but {where}.", detail)


def _verdict(
    case: Case, outcome: Outcome, category: str, feedback: str, detail: Refusal | Difference | None
) -> Verdict:
    return Verdict(of=case.of, outcome=outcome, category=category, feedback=feedback, sealed=False, detail=detail)
