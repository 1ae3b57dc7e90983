"""Guessed calls: they have the keys and texts that the code asks for, and depend on the seed alone."""

from __future__ import annotations

import ast

from codereflect.programs.inputs.guesses import guessed_calls


def arguments(code: str, count: int = 40) -> list[list[object]]:
    calls = [ast.parse(text, mode="eval").body for text in guessed_calls(code, "f", count, 1)]
    return [[ast.literal_eval(one) for one in call.args] for call in calls if isinstance(call, ast.Call)]


def test_keys_that_are_asked_for_are_there() -> None:
    code = "def f(d):\n    t = d['target']\n    for x in t:\n        x.strip()\n    return d.get('n', 1) + 1\n"
    given = [args[0] for args in arguments(code)]
    assert all(isinstance(one, dict) and set(one) <= {"target", "n"} for one in given)
    whole = [one for one in given if isinstance(one, dict) and len(one) == 2]
    assert len(whole) > 5
    assert all(isinstance(one["target"], list) and type(one["n"]) is int for one in whole)
    assert any(one["target"] and isinstance(one["target"][0], str) for one in whole)


def test_texts_hold_what_the_code_looks_for() -> None:
    code = "def f(s):\n    return s.split('\\\\boxed{')[-1].replace('}', '')\n"
    given = [args[0] for args in arguments(code)]
    assert all(isinstance(one, str) for one in given)
    assert sum("\\boxed{" in one for one in given if isinstance(one, str)) > 5


def test_annotations_count_and_defaults_may_be_left_out() -> None:
    code = "def f(a: 'int | None', b: tuple[str, float], c: Literal['x', 'y'] = 'x', *, d=1):\n    return a\n"
    rows = arguments(code)
    assert {len(row) for row in rows} == {2, 3}
    assert {type(row[0]) for row in rows} == {int, type(None)}
    assert all(isinstance(row[1], tuple) and list(map(type, row[1])) == [str, float] for row in rows)
    assert {"x", "y"} <= {str(row[2]) for row in rows if len(row) == 3}


def test_the_same_seed_gives_the_same_calls_and_no_call_twice() -> None:
    code = "def f(a, b=2):\n    return len(a) + b\n"
    calls = guessed_calls(code, "f", 30, 7)
    assert calls == guessed_calls(code, "f", 30, 7) != guessed_calls(code, "f", 30, 8)
    assert len(set(calls)) == len(calls) > 10
    assert guessed_calls(code, "g", 30, 7) == []
