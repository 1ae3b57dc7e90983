"""What is known about a wrong Java attempt: where it does not parse, or how its tree differs from the reference's."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from codereflect.programs import java_syntax
from codereflect.teacher.rules.differences import Difference
from codereflect.teacher.rules.java_differences import differences
from codereflect.teacher.rules.java_statements import COMPOUND, PLAIN, head
from codereflect.teacher.rules.java_tree import TooDeep, Tree, methods, stretch
from codereflect.teacher.rules.source import BrokenLine

# an attempt with less in common has another method in mind; share of common words
LEAST_IN_COMMON = 0.25
BRACKETS = frozenset("(){}[]")
SHOWN = java_syntax.SHOWN


class Unfit(Exception):
    """The attempt cannot be compared. `reason` is a word to count by."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def java_facts(attempt: str, reference: str) -> tuple[BrokenLine | None, str, tuple[Difference, ...]]:
    """The flaw of an attempt that does not parse with the reference's code in its place, or the differences.

    Raises:
        Unfit: `broken_reference` (no single method), `too_deep`, `too_far` (less than `LEAST_IN_COMMON`: whatever is
            said of single steps would say nothing), or `same_tree`.
    """
    try:
        right = methods(reference)
        wrong = methods(attempt)
    except TooDeep:
        raise Unfit("too_deep") from None
    if len(right) != 1:
        raise Unfit("broken_reference")
    if _matcher(_words(attempt), _words(reference)).ratio() < LEAST_IN_COMMON:
        raise Unfit("too_far")
    flaw = java_syntax.flaw(attempt)
    if flaw is not None:
        return _broken(attempt, flaw, right[0])
    found = differences(wrong, right[0])
    if not found:
        raise Unfit("same_tree")
    return None, "", tuple(found)


def _words(code: str) -> list[str]:
    """Names, keywords and literals: brackets and operators are in every method."""
    return [token for token in java_syntax.tokens(code) if token[0].isalnum() or token[0] in "_$\"'"]


def _matcher(wrong: Sequence[str], right: Sequence[str]) -> SequenceMatcher[str]:
    return SequenceMatcher(None, wrong, right, autojunk=False)


def _broken(attempt: str, flaw: java_syntax.Flaw, reference: Tree) -> tuple[BrokenLine, str, tuple[Difference, ...]]:
    """A flaw, and the reference's code where attempt and reference part nearest to it.

    The parser may stumble far from the cause: then the code at the parting is shown, not that at the flaw. A bracket
    without partner says nothing of where the other is missing: there it is the first parting that has a bracket.
    """
    said = java_syntax.tokens(attempt)
    at = len(java_syntax.tokens(attempt[: flaw.place]))
    parted = [code for code in _matcher(said, reference.tokens).get_opcodes() if code[0] != "equal"]
    if not parted:
        raise Unfit("same_tree")
    brackets = [code for code in parted if BRACKETS & {*said[code[1] : code[2]], *reference.tokens[code[3] : code[4]]}]
    unpaired = flaw.message.endswith(("is not closed", "closes nothing"))
    _, low, high, start, _ = min(
        brackets[:1] if unpaired and brackets else parted, key=lambda code: max(code[1] - at, at - code[2], 0)
    )
    near = flaw.near
    if not low - SHOWN <= at <= high + SHOWN:
        near = " ".join(said[max(low - SHOWN // 2, 0) : low + SHOWN // 2])
    line = BrokenLine(attempt.count("\n", 0, flaw.place) + 1, near, flaw.message)
    return line, _around(min(start, len(reference.tokens) - 1), reference), ()


def _around(place: int, reference: Tree) -> str:
    """The reference's statement, or its head, in which its token number `place` stands; in part where it is long."""
    inside = [node for node in reference.walk() if node.start <= place < node.start + len(node.tokens)]
    statement = next((node for node in reversed(inside) if node.kind in (*PLAIN, *COMPOUND)), reference)
    top = head(statement)
    whole = top if place < top.start + len(top.tokens) else statement
    return stretch(whole, place - whole.start)
