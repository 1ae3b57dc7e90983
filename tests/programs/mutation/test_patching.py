"""A mistake made in a program's own text is the same mistake as in its tree, and nothing else changes."""

from __future__ import annotations

import ast

import pytest

from codereflect.programs.mutation.changes import changes
from codereflect.programs.mutation.patching import patched

PROGRAMS = [
    "def f(a, b):\n    return (a + b) * (a - b) if a<b else (a and  b) or not(a)\n",
    'def f(ä, x):\n    y = ä["ü"][1:  x]  # ünïcode\n    return min(y , "", key=len) % (3, 4)\n',
    "def f(a):\n    if a:\n        x = 1; y = 2\n    else:\n        # nothing\n        y = 3\n    return -y ** 2\n",
    "def f(a):\n    for i in range(1, len(a)):\n        if i in a: continue\n        a[i] += a[i-1]\n    return a\n",
    "def f(a):\n    return (\n        a  # one\n        == 1\n        and a.lower(x=1) != '''t\n'''\n    )\n",
    "def f(a, b):\n    while not (a := b(a, b)) is  not b:\n        pass\n    return lambda q: q + 1 if q else [*a]\n",
]


@pytest.mark.parametrize("source", PROGRAMS)
def test_patched_text_means_what_the_changed_tree_means(source: str) -> None:
    tree = ast.parse(source)
    before = ast.dump(tree)
    made = 0
    for change in list(changes(tree)):
        text = patched(source, tree, change)
        assert ast.dump(tree) == before
        if text is None:
            continue
        made += 1
        old = getattr(change.owner, change.field)
        setattr(change.owner, change.field, change.new(old))
        wanted = ast.unparse(tree)
        setattr(change.owner, change.field, old)
        assert ast.unparse(ast.parse(text)) == wanted
        comments = [line.split("#")[1] for line in source.split("\n") if "#" in line]
        assert sum(comment in text for comment in comments) >= len(comments) - 1
    assert made >= 0.7 * len(list(changes(tree)))


def test_only_the_operator_is_written_anew() -> None:
    source = 'def f(a, b):\n    return a["x"]  <  b["y"]\n'
    tree = ast.parse(source)
    texts = {patched(source, tree, change) for change in changes(tree) if change.kind == "comparison"}
    assert 'def f(a, b):\n    return a["x"]  <=  b["y"]\n' in texts


def test_a_statement_alone_in_its_line_is_taken_out_whole() -> None:
    source = "def f(a):\n    a.sort()  # in place\n    return a\n"
    tree = ast.parse(source)
    texts = [patched(source, tree, change) for change in changes(tree) if change.kind == "statement"]
    assert texts == ["def f(a):\n    return a\n"]
