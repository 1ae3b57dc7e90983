"""What is known about a wrong attempt: the verdict's facts, and how its syntax tree differs from the reference's."""

from __future__ import annotations

import ast
import builtins
from dataclasses import dataclass
from difflib import SequenceMatcher

from codereflect.records import Example, Verdict
from codereflect.teacher.rules.differences import Difference, differences
from codereflect.teacher.rules.java_facts import Unfit, java_facts
from codereflect.teacher.rules.source import BrokenLine, parse

MOST_TIMES_REFERENCE = 3
SPARE_CHARACTERS = 200


class Refused(Exception):
    """There is nothing to explain, or nothing that may be explained. `reason` is a word to count by."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Facts:
    """The facts of one wrong attempt.

    `broken` is set when the attempt does not parse; then `differences` is empty and `corrected_line` is the line of the
    reference that stands in the place of the broken one (of Java, the statement, and `broken.line` is the code around
    the flaw). `undefined` are the names that the attempt uses and nothing
    defines, in their order.
    """

    example: Example
    attempt: str
    verdict: Verdict
    broken: BrokenLine | None
    corrected_line: str
    undefined: tuple[str, ...]
    differences: tuple[Difference, ...]


def gather(example: Example, attempt: str, verdict: Verdict) -> Facts:
    """The facts of an attempt.

    Raises:
        Refused: `passed`, `invalid` (our own failure is never data), `no_code`, `long_attempt` (more than 3 x the
            reference + 200 characters: a runaway answer), `broken_reference`, or `same_tree` (the attempt is the
            reference but for layout, docstrings and annotations, so the verdict cannot be its own). Of Java also
            `too_far` and `too_deep` (see `java_facts`).
    """
    _refuse_unfit(example, attempt, verdict)
    if example.language == "java":
        return _of_java(example, attempt, verdict)
    right = parse(example.reference)
    if isinstance(right, BrokenLine):
        raise Refused("broken_reference")
    wrong = parse(attempt)
    if isinstance(wrong, BrokenLine):
        corrected = _corrected_line(attempt, wrong.number, example.reference)
        return Facts(example, attempt, verdict, wrong, corrected, (), ())
    found = differences(attempt, wrong, example.reference, right)
    if not found:
        raise Refused("same_tree")
    return Facts(example, attempt, verdict, None, "", _undefined(wrong), tuple(found))


def _of_java(example: Example, attempt: str, verdict: Verdict) -> Facts:
    try:
        broken, corrected, found = java_facts(attempt, example.reference)
    except Unfit as unfit:
        raise Refused(unfit.reason) from None
    return Facts(example, attempt, verdict, broken, corrected, (), found)


def _refuse_unfit(example: Example, attempt: str, verdict: Verdict) -> None:
    if verdict.outcome == "pass":
        raise Refused("passed")
    if verdict.outcome == "invalid":
        raise Refused("invalid")
    if not attempt.strip():
        raise Refused("no_code")
    if len(attempt) > MOST_TIMES_REFERENCE * len(example.reference) + SPARE_CHARACTERS:
        raise Refused("long_attempt")


def _corrected_line(attempt: str, number: int, reference: str) -> str:
    """The reference's line in the place of line `number` (from 1) of the attempt."""
    wrong = [line.strip() for line in attempt.splitlines()]
    right = [line.strip() for line in reference.splitlines()]
    at = number - 1
    for _, low, high, start, stop in SequenceMatcher(None, wrong, right, autojunk=False).get_opcodes():
        if low <= at < high and start < stop:
            return right[min(start + at - low, stop - 1)]
    return right[min(at, len(right) - 1)]


def _undefined(tree: ast.Module) -> tuple[str, ...]:
    """Names that are read and nowhere bound (in any scope: a bound one may still be out of reach)."""
    bound, read = set(dir(builtins)), []
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            read.append(node) if isinstance(node.ctx, ast.Load) else bound.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            bound.add(node.name)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, ast.alias):
            bound.add((node.asname or node.name).split(".")[0])
        elif isinstance(node, ast.ExceptHandler) and node.name:
            bound.add(node.name)
    read.sort(key=lambda node: (node.lineno, node.col_offset))
    return tuple(dict.fromkeys(node.id for node in read if node.id not in bound))
