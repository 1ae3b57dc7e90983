"""The text checks: what holds and what does not, their sums per category, and that no text breaks them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codereflect.errors import UserError
from codereflect.grading.text_rules import CATEGORIES, Answers, check_text, find_placeholders, score_texts

CODE = "```python\ndef add(a, b):\n    return a + b\n```"
GOOD = {
    "docstring": '"""Add two numbers.\n\nArgs:\n    a: one number.\n    b: another.\n"""',
    "explain": "The function adds its arguments:\n- it takes two numbers, called a and b\n- it returns what both are"
    " together, as a new number",
    "bugfix": f"The bug is a wrong sign; here is the fixed function.\n{CODE}",
    "complete": CODE,
    "unit_test": "```python\ndef test_add():\n    assert add(1, 2) == 3\n```",
}
LONG = [
    "<insert " * 20_000,
    "foo " * 20_000,
    "- " * 20_000,
    "```python\n" * 5_000,
    "(" * 5_000,
    "\n " * 5_000,
    "1" * 50_000,
]
TEXTS = st.one_of(st.text(max_size=80), st.sampled_from(list(GOOD.values())))


@pytest.mark.parametrize("category", CATEGORIES)
def test_good_answers_pass_with_full_style(category: str) -> None:
    checked = check_text(category, GOOD[category])
    assert checked.passes
    assert checked.style == 1
    assert checked.placeholders == ()


@pytest.mark.parametrize("category", CATEGORIES)
def test_an_empty_answer_passes_nowhere(category: str) -> None:
    assert not check_text(category, "").passes
    assert check_text(category, "").style == 0


@pytest.mark.parametrize(
    ("category", "answer", "failing"),
    [
        ("docstring", "Add two numbers. Args: a and b, which are numbers.", "triple quotes"),
        ("docstring", '"""Args: a"""', "summary"),
        ("docstring", '"""Adds two numbers and returns their sum."""', "arguments section"),
        ("explain", "- It **adds** two numbers.", "long enough"),
        ("explain", "word " * 30, "structured"),
        ("explain", "well-known self-made things " * 10, "structured"),
        ("bugfix", CODE, "names the fault"),
        ("complete", "I would add both numbers.", "has code"),
        ("complete", "```python\ndef add(a, b:\n    return a\n```", "code parses"),
        ("unit_test", "```python\ndef check_add():\n    assert add(1, 2) == 3\n```", "test function"),
        ("unit_test", "```python\ndef test_add():\n    add(1, 2)\n```", "assertion"),
        ("unit_test", "```python\ndef test_add():\n    assert add(1, 2 == 3\n```", "code parses"),
    ],
)
def test_each_check_can_fail(category: str, answer: str, failing: str) -> None:
    checked = check_text(category, answer)
    assert not checked.checks[failing]
    assert not checked.passes


def test_wrong_code_passes_because_nothing_is_executed() -> None:
    assert check_text("complete", "```python\ndef add(a, b):\n    return a - b\n```").passes


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        ("# TODO: write this", "to-do marker"),
        ("result: TBD", "tbd marker"),
        ("this is a placeholder", "placeholder word"),
        ("<insert code here>", "insert tag"),
        ("x = your_value", "your_ name"),
        ("import some_module", "some_module"),
        ("foo(bar)", "foo and bar"),
    ],
)
def test_placeholders_are_found(answer: str, name: str) -> None:
    assert find_placeholders(answer) == (name,)


@pytest.mark.parametrize("answer", ["method", "todos = []", "insert(x)", "your own", "foo\nbar", "food bar"])
def test_ordinary_words_are_no_placeholders(answer: str) -> None:
    assert find_placeholders(answer) == ()


def test_scores_by_hand() -> None:
    bad = "foo(bar)"
    scores = score_texts(
        [
            Answers("complete", [GOOD["complete"], bad, bad]),
            Answers("complete", [bad, bad, GOOD["complete"]]),
            Answers("docstring", [bad, '"""x"""', bad, GOOD["docstring"]]),
        ]
    )
    assert list(scores) == ["all", "docstring", "complete"]
    assert scores["complete"] == {
        "n": 2,
        "text_pass@1": 0.5,
        "text_pass@3": 1.0,
        "text_style": 0.5,
        "text_style_best": 1.0,
        "text_placeholders": 0.5,
    }
    # the fourth answer counts for the best style, not for the first three
    assert scores["docstring"] == {
        "n": 1,
        "text_pass@1": 0,
        "text_pass@3": 0,
        "text_style": 0,
        "text_style_best": 1,
        "text_placeholders": 1,
    }
    assert scores["all"]["text_pass@3"] == 0.666667


def test_pass_at_three_is_absent_without_three_answers() -> None:
    scores = score_texts([Answers("explain", [GOOD["explain"]] * 2)])
    assert "text_pass@1" in scores["all"]
    assert "text_pass@3" not in scores["all"]


@pytest.mark.parametrize(
    ("tasks", "k", "reason"),
    [
        ([], [1], "no answer to check"),
        ([Answers("explain", [])], [1], "has no answer"),
        ([Answers("poem", ["x"])], [1], "Unknown category 'poem'"),
        ([Answers("explain", ["x"])], [0], "at least 1"),
    ],
)
def test_what_cannot_be_scored_is_refused(tasks: list[Answers], k: list[int], reason: str) -> None:
    with pytest.raises(UserError, match=reason):
        score_texts(tasks, k)


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(CATEGORIES), st.lists(TEXTS, min_size=3, max_size=3)), min_size=1, max_size=5)
)
def test_all_scores_are_fractions_and_three_tries_are_no_worse(tasks: list[tuple[str, list[str]]]) -> None:
    for scores in score_texts([Answers(*task) for task in tasks]).values():
        assert all(0 <= value <= 1 for name, value in scores.items() if name != "n")
        assert scores["text_pass@1"] <= scores["text_pass@3"]
        assert scores["text_style"] <= scores["text_style_best"]


@pytest.mark.parametrize("category", CATEGORIES)
@pytest.mark.parametrize("text", LONG, ids=[text[:4].strip() or "space" for text in LONG])
def test_long_answers_take_no_long_time(category: str, text: str) -> None:
    started = time.process_time()
    assert not check_text(category, f"def f(:\n{text}").passes or category == "explain"
    assert time.process_time() - started < 2
