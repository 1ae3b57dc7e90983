"""How an attempt differs from a reference, in one case per kind of difference."""

from __future__ import annotations

import ast

import pytest

from codereflect.teacher.rules.differences import Difference, construct, differences
from codereflect.teacher.rules.source import BrokenLine, parse

HEAD = "def solve(xs, k):\n"


def found(wrong: str, right: str) -> list[Difference]:
    """Differences of two function bodies, statements separated by semicolons."""
    texts = [HEAD + "".join(f"    {line.strip()}\n" for line in body.split(";")) for body in (wrong, right)]
    trees = [parse(text) for text in texts]
    assert not any(isinstance(tree, BrokenLine) for tree in trees)
    return differences(texts[0], trees[0], texts[1], trees[1])  # type: ignore[arg-type]


ONE = [
    ("constant", "xs = xs[:2]; return xs", "xs = xs[:3]; return xs", "2", "3"),
    ("constant", "return xs.count('a')", "return xs.count('b')", "'a'", "'b'"),
    ("operator", "n = k - 1; return n", "n = k + 1; return n", "-", "+"),
    ("operator", "k -= 1; return k", "k += 1; return k", "-=", "+="),
    ("operator", "return xs and k", "return xs or k", "and", "or"),
    ("operator", "return not k", "return -k", "not", "-"),
    ("comparison", "xs = [x for x in xs if x > k]; return xs", "xs = [x for x in xs if x >= k]; return xs", ">", ">="),
    ("comparison", "return k not in xs", "return k in xs", "not in", "in"),
    ("variable", "xs = sorted(k); return xs", "xs = sorted(xs); return xs", "k", "xs"),
    ("variable", "return k", "return xs", "k", "xs"),
    ("call", "n = max(xs); return n", "n = min(xs); return n", "max", "min"),
    ("method", "k = k.upper(); return k", "k = k.lower(); return k", "upper", "lower"),
    ("swapped", "return k - 3", "return 3 - k", "k - 3", "3 - k"),
    ("swapped", "return pow(k, 2)", "return pow(2, k)", "pow(k, 2)", "pow(2, k)"),
    ("slice", "xs = xs[1:]; return xs", "xs = xs[:1]; return xs", "xs[1:]", "xs[:1]"),
    ("missing_argument", "return sorted(xs)", "return sorted(xs, reverse=True)", "", "reverse=True"),
    ("extra_argument", "return sum(xs, k)", "return sum(xs)", "k", ""),
    ("missing_condition", "return [x for x in xs]", "return [x for x in xs if x > 1]", "", "x > 1"),
    ("extra_condition", "return [x for x in xs if x > 1]", "return [x for x in xs]", "x > 1", ""),
    ("condition", "return [x for x in xs if x > 1]", "return [x for x in xs if x % 2 == k]", "x > 1", "x % 2 == k"),
    ("missing_part", "return [x for x in xs]", "return [x * 2 for x in xs]", "x", "x * 2"),
    ("extra_part", "return [x * 2 for x in xs]", "return [x for x in xs]", "x * 2", "x"),
    ("missing_step", "return xs", "xs = sorted(xs); return xs", "", "xs = sorted(xs)"),
    ("extra_step", "xs = sorted(xs); return xs", "return xs", "xs = sorted(xs)", ""),
    ("missing_return", "n = sum(xs)", "n = sum(xs); return n", "", "return n"),
    ("different_step", "xs = sorted(xs); return xs", "xs = xs[::-1]; return xs", "xs = sorted(xs)", "xs = xs[::-1]"),
    ("different_step", "xs; return xs", "xs = [x + 1 for x in xs]; return xs", "xs", "xs = [x + 1 for x in xs]"),
    ("order", "xs = xs[1:]; xs = sorted(xs); return xs", "xs = sorted(xs); xs = xs[1:]; return xs",
     "xs = xs[1:]", "xs = sorted(xs)"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "wrong", "right", "wrong_part", "right_part"), ONE)
def test_one_difference(kind: str, wrong: str, right: str, wrong_part: str, right_part: str) -> None:
    (only,) = found(wrong, right)
    assert (only.kind, only.wrong, only.right) == (kind, wrong_part, right_part)


def test_two_small_differences_in_one_step() -> None:
    pair = found("xs = [x + 1 for x in xs if x > 2]; return xs", "xs = [x + 3 for x in xs if x < 2]; return xs")
    assert [(each.kind, each.wrong, each.right) for each in pair] == [("constant", "1", "3"), ("comparison", ">", "<")]


def test_differences_follow_the_reference() -> None:
    kinds = [each.kind for each in found("xs = xs[:2]; return xs", "xs = xs[:3]; xs = sorted(xs); return xs")]
    assert kinds == ["constant", "missing_step"]


def test_a_missing_step_knows_its_neighbours() -> None:
    (only,) = found("xs = xs[1:]; return xs", "xs = xs[1:]; xs = sorted(xs); return xs")
    assert (only.after, only.before) == ("xs = xs[1:]", "return xs")


def test_layout_docstrings_and_annotations_are_no_difference() -> None:
    right = parse("def solve(xs):\n    return sum( xs )\n")
    wrong = parse('def solve(xs: list[int]) -> int:\n    """Sum."""\n    # add up\n    return sum(xs)\n')
    assert isinstance(right, ast.Module) and isinstance(wrong, ast.Module)
    assert differences("", wrong, "", right) == []


def test_name_and_parameters() -> None:
    texts = "def f(s):\n    return 1\n", "def solve(xs, k):\n    return 1\n"
    trees = [parse(text) for text in texts]
    pair = differences(texts[0], trees[0], texts[1], trees[1])  # type: ignore[arg-type]
    assert [(each.kind, each.wrong, each.right) for each in pair] == [
        ("function_name", "f", "solve"),
        ("parameters", "f(s)", "solve(xs, k)"),
    ]


def test_nested_statements_are_followed() -> None:
    texts = [
        f"def f(xs):\n    for x in xs:\n        if x > 1:\n            xs.pop({n})\n    return xs\n" for n in (0, 1)
    ]
    trees = [parse(text) for text in texts]
    (only,) = differences(texts[0], trees[0], texts[1], trees[1])  # type: ignore[arg-type]
    assert (only.kind, only.wrong, only.right, only.right_step) == ("constant", "0", "1", "xs.pop(1)")


def test_constants_of_different_type_are_different() -> None:
    (only,) = found("return xs == 1", "return xs == True")
    assert (only.kind, only.right) == ("constant", "True")


@pytest.mark.parametrize(
    ("statement", "word"),
    [
        ("xs = [x for x in xs if x]", "filter"),
        ("xs = sorted(xs)", "`sorted` call"),
        ("xs = xs[1:]", "slice"),
        ("n = n + 1", "calculation"),
        ("for x in xs: pass", "loop"),
    ],
)
def test_construct(statement: str, word: str) -> None:
    assert construct(ast.parse(statement).body[0]) == word
