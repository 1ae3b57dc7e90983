"""Literals give the value back, whatever the hash seed; what does not is refused."""

from __future__ import annotations

import ast
import math
from collections import deque

import pytest

from codereflect.programs.literals import NoLiteral, is_flat, is_rounded, literal


@pytest.mark.parametrize(
    "value",
    [None, True, -3, 1.5, 1e-300, "a'\"\n", b"\x00", [], [1, [2]], (), (1,), (1, "a"), {}, {"a": {1: 2.0}}, {3, 1}],
)
def test_values_come_back(value: object) -> None:
    assert ast.literal_eval(literal(value)) == value


def test_sets_are_written_in_order() -> None:
    assert literal({"b", "a", "c"}) == "{'a', 'b', 'c'}"
    assert literal(set()) == "set()" and literal(frozenset()) == "frozenset()"
    assert literal([frozenset({2, 1})]) == "[frozenset({1, 2})]"


@pytest.mark.parametrize("value", [math.nan, math.inf, [math.nan], object(), deque([1]), 10**40, {"a": print}, 1j])
def test_what_no_literal_tells(value: object) -> None:
    with pytest.raises(NoLiteral):
        literal(value)


def test_rounded_and_flat() -> None:
    assert is_rounded(0.1) and is_rounded([1, (0.1,)]) and is_rounded({"a": 1 / 3})
    assert not is_rounded(0.25) and not is_rounded([1, "0.1", 1e6])
    assert is_flat([0.1, "a"]) and is_flat({"a": 0.1}) and not is_flat([[0.1]]) and not is_flat({0.1})
