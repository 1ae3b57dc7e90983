"""Flaws of texts that do not parse, and token-wise search."""

from __future__ import annotations

import pytest

from codereflect.teacher.rules.source import BrokenLine, occurrences, parse


@pytest.mark.parametrize(
    ("text", "number", "message"),
    [
        ("def solve(xs):\n    xs = sorted(xs\n    return xs\n", 2, "`(` is not closed"),
        ("def solve(xs):\n    xs = xs[1:]]\n    return xs\n", 2, "`]` closes nothing"),
        ("def solve(xs):\nreturn xs\n", 2, "it must be indented"),
        ("def solve(xs):\n    n = 1\n        return xs\n", 3, "it is indented too far"),
        ("def solve(xs)\n    return xs\n", 1, "the colon at its end is missing"),
        ("def solve(s):\n    s = s + 'a\n    return s\n", 2, "a quote is not closed"),
        ("def solve(s):\n    s = s +\n    return s\n", 2, "it is no complete statement"),
        ("def solve(s):", 1, "it is no complete statement"),
        ("\0", 1, "it is no complete statement"),
    ],
)
def test_flaws(text: str, number: int, message: str) -> None:
    flaw = parse(text)
    assert isinstance(flaw, BrokenLine)
    assert (flaw.number, flaw.message) == (number, message)


@pytest.mark.parametrize(
    ("part", "whole", "count"),
    [
        ("1", "x = 10 + 1", 1),
        (">", "x >= 1", 0),
        ("x > 1", "[x for x in xs if x>1]", 1),
        ("xs", "xs = sorted(xs)", 2),
        ("a", "s.count('a')", 0),
        ("", "x", 0),
    ],
)
def test_occurrences_are_token_by_token(part: str, whole: str, count: int) -> None:
    assert occurrences(part, whole) == count
