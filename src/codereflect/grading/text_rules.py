"""Text checks of answers to instruction tasks: nothing is executed, so passing says nothing about correctness.

These are the checks of a published evaluation of instruction tuning over a library's functions ("Track B": docstring,
explain, bugfix, complete, unit_test). Its pass@1 and pass@3 are of this kind: an answer passes when its text has the
asked-for parts and its code parses. Here every name says `text`, so that such a figure is not taken for an executed
one beside it.

Its documentation lists the checks; its scripts differ between versions (one passes every docstring and explanation,
one runs the code). The list is followed: an answer passes when all checks of its category hold.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from codereflect.errors import UserError
from codereflect.grading.extraction import extract
from codereflect.programs.python_syntax import parses
from codereflect.records import DECIMALS

Category = Literal["docstring", "explain", "bugfix", "complete", "unit_test"]
CATEGORIES: tuple[str, ...] = get_args(Category)
ALL = "all"
MIN_SUMMARY_CHARACTERS = 31
MIN_EXPLANATION_WORDS = 20
CODE_WORDS = re.compile(r"```|~~~|^[ \t]*(?:async\s+def|def|class|import|from|assert|return)\b", re.MULTILINE)
FAULT_WORDS = re.compile(r"\b(?:bug|fix|error)", re.IGNORECASE)
LIST_ITEM = re.compile(r"^[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+\S", re.MULTILINE)

# What a model writes where it should have written an answer. Name -> what is looked for, in any case.
PLACEHOLDERS: dict[str, re.Pattern[str]] = {
    "to-do marker": re.compile(r"\bto-?do\b", re.IGNORECASE),
    "tbd marker": re.compile(r"\btbd\b", re.IGNORECASE),
    "placeholder word": re.compile(r"\bplaceholder", re.IGNORECASE),
    "insert tag": re.compile(r"<[ \t]*insert\b[^<>\n]*>", re.IGNORECASE),
    "your_ name": re.compile(r"\byour_[a-z_]+", re.IGNORECASE),
    "some_module": re.compile(r"\bsome_module\b", re.IGNORECASE),
    "foo and bar": re.compile(r"\bfoo\b[^\n]{0,200}\b(?:bar|baz)\b", re.IGNORECASE),
}


@dataclass(frozen=True, slots=True)
class TextChecks:
    """What the text of one answer shows. `checks`: name -> holds; `placeholders`: names of the patterns found."""

    category: str
    checks: Mapping[str, bool]
    placeholders: tuple[str, ...]

    @property
    def passes(self) -> bool:
        """All checks hold. Not a verdict: nothing was executed."""
        return all(self.checks.values())

    @property
    def style(self) -> float:
        """The share of checks that hold, from 0 to 1."""
        return sum(self.checks.values()) / len(self.checks)


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers to one task, the greedy one first."""

    category: str
    texts: Sequence[str]


def check_text(category: str, answer: str) -> TextChecks:
    """Check one answer. Any text is borne.

    Raises:
        UserError: an unknown category.
    """
    if category not in CHECKS:
        raise UserError(f"Unknown category {category!r} of a task.", f"use one of {', '.join(CATEGORIES)}")
    return TextChecks(category, CHECKS[category](answer), find_placeholders(answer))


def find_placeholders(answer: str) -> tuple[str, ...]:
    """The names of the placeholder patterns in an answer ("hallucination" in the published evaluation)."""
    return tuple(name for name, pattern in PLACEHOLDERS.items() if pattern.search(answer))


def score_texts(tasks: Iterable[Answers], k: Sequence[int] = (1, 3)) -> dict[str, dict[str, float | int]]:
    """The text metrics over all tasks (key `all`) and per category.

    Args:
        tasks: the answers to each task; several are drawn for k above 1.
        k: the `text_pass@k` to compute. As published, the first k answers of a task count and one that passes is
            enough: the first is greedy, the others sampled, so they are no draws from one distribution.

    Returns:
        Per category: `n` tasks; `text_pass@k`, absent where a task has fewer than k answers; `text_style` of the first
        answer and `text_style_best` of the best; `text_placeholders`, the share of first answers that hold one.

    Raises:
        UserError: no task, a task without an answer, an unknown category, or a k below 1.
    """
    if any(draws < 1 for draws in k):
        raise UserError(f"text_pass@k needs k of at least 1, not {min(k)}.", "set k to 1 or more")
    groups: dict[str, list[list[TextChecks]]] = {}
    for task in tasks:
        if not task.texts:
            raise UserError(f"A task of category {task.category!r} has no answer.", "give each task an answer")
        judged = [check_text(task.category, text) for text in task.texts]
        groups.setdefault(ALL, []).append(judged)
        groups.setdefault(task.category, []).append(judged)
    if not groups:
        raise UserError("There is no answer to check.", "give at least one task with an answer")
    return {name: _metrics(groups[name], k) for name in (ALL, *CATEGORIES) if name in groups}


def _metrics(tasks: Sequence[Sequence[TextChecks]], k: Sequence[int]) -> dict[str, float | int]:
    values: dict[str, float | int] = {"n": len(tasks)}
    for draws in sorted(set(k)):
        if all(len(answers) >= draws for answers in tasks):
            values[f"text_pass@{draws}"] = mean(any(one.passes for one in answers[:draws]) for answers in tasks)
    values["text_style"] = mean(answers[0].style for answers in tasks)
    values["text_style_best"] = mean(max(one.style for one in answers) for answers in tasks)
    values["text_placeholders"] = mean(bool(answers[0].placeholders) for answers in tasks)
    return values


def mean(values: Iterable[float]) -> float:
    """The mean, rounded as figures in files are."""
    listed = list(values)
    return round(sum(listed) / len(listed), DECIMALS)


def _docstring(answer: str) -> dict[str, bool]:
    return {
        "triple quotes": '"""' in answer or "'''" in answer,
        "summary": len(answer.strip()) >= MIN_SUMMARY_CHARACTERS,
        "arguments section": "Args:" in answer or "Parameters:" in answer,
    }


def _explain(answer: str) -> dict[str, bool]:
    return {
        "long enough": len(answer.split()) >= MIN_EXPLANATION_WORDS,
        "structured": "**" in answer or bool(LIST_ITEM.search(answer)),
    }


def _bugfix(answer: str) -> dict[str, bool]:
    return {"names the fault": bool(FAULT_WORDS.search(answer)), **_complete(answer)}


def _complete(answer: str) -> dict[str, bool]:
    code = extract(answer, "python", None) if CODE_WORDS.search(answer) else ""
    return {"has code": bool(code.strip()), "code parses": parses(code)}


def _unit_test(answer: str) -> dict[str, bool]:
    return {
        "test function": "def test_" in answer,
        "assertion": "assert" in answer,
        "code parses": _complete(answer)["code parses"],
    }


CHECKS: dict[str, Callable[[str], dict[str, bool]]] = {
    "docstring": _docstring,
    "explain": _explain,
    "bugfix": _bugfix,
    "complete": _complete,
    "unit_test": _unit_test,
}
