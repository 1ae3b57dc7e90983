"""Recorded calls as a pytest file: what each kind of answer looks like, and which calls are taken."""

from __future__ import annotations

from typing import Any

from codereflect.programs.recorded_tests import chosen, for_pytest, hidden_tests, pytest_file
from codereflect.programs.recording import Call, Recording
from codereflect.sandbox.unit_job import CallAnswer


def call(
    number: int, *args: Any, value: Any = None, error: str | None = None, after: Any = None, listed: bool = False
) -> Call:
    answer = CallAnswer(error, value, listed, after is not None, tuple(after if after is not None else args))
    return Call(number, args, answer)


CALLS = [
    call(0, 1, value=True),
    call(1, 2.5, value=1 / 3),
    call(2, "x", error="ValueError"),
    call(3, [2, 1], value=None, after=([1, 2],)),
    call(4, 7, value=[1, 2], listed=True),
    call(5, {"b", "a"}, value=0.5),
]
VALUES = """import pytest
from pack.tools import _work


def test_work_returns_expected_values():
    assert _work(1) is True
    assert _work(2.5) == pytest.approx(0.3333333333333333)
    assert list(_work(7)) == [1, 2]
    assert _work({'a', 'b'}) == 0.5


def test_work_raises_ValueError():
    with pytest.raises(ValueError):
        _work('x')
"""
CHANGES = """from pack.tools import _work


def test_work_changes_its_arguments_1():
    given_0 = [2, 1]
    assert _work(given_0) is None
    assert given_0 == [1, 2]


def test_work_changes_its_arguments_2():
    given_0 = [1, 3]
    assert _work(given_0, 2) is None
    assert given_0 == [1, 3]
"""


def test_a_file_with_every_kind_of_answer() -> None:
    assert pytest_file("pack.tools", "_work", [*CALLS[:3], *CALLS[4:]]) == VALUES


def test_where_arguments_are_changed_those_that_are_not_are_told_too() -> None:
    assert pytest_file("pack.tools", "_work", [CALLS[3], call(6, [1, 3], 2)]) == CHANGES


def test_hidden_tests_stand_alone() -> None:
    texts = hidden_tests("work", CALLS)
    assert texts[0].startswith("def _close(") and len(texts) == len(CALLS) + 1
    assert texts[2] == "assert _close(work(2.5), 0.3333333333333333)"
    assert texts[4] == "given_0 = [2, 1]\nassert work(given_0) == None\nassert given_0 == [1, 2]"
    assert hidden_tests("work", CALLS[:1]) == ["assert work(1) == True"]


def test_telling_calls_come_first_then_other_answers() -> None:
    many = tuple(call(number, number, value=0 if number < 8 else number) for number in range(10))
    recording = Recording("", 10, many, (5, 5, None, -1, 7))
    assert [one.number for one in chosen(recording, 2)] == [5, 7]
    assert [one.number for one in chosen(recording, 5)] == [0, 5, 7, 8, 9]
    assert [one.number for one in chosen(recording, 2, wanted=[3])] == [3, 5]
    # of equal answers three, but for those that tell mutants apart
    assert [one.number for one in chosen(recording, 10)] == [0, 1, 2, 5, 7, 8, 9]


def test_long_calls_and_nested_floats_are_not_for_files() -> None:
    assert chosen(Recording("", 1, (call(0, "x" * 400, value=1),), ()), 5) == []
    assert not for_pytest(call(0, 1, value=[[1 / 3]]))
    assert for_pytest(call(0, 1, value=[[0.5]])) and for_pytest(call(0, 1, value={"a": 1 / 3}))
