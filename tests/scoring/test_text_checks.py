"""Checks of answers that are not run: each rule holds for a good answer and not for a bad one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codereflect.scoring.text_checks import TASKS, TextCheck, by_category, check, style

SOURCE = "def scale(values, factor):\n    return [value * factor for value in values]\n"
GOOD = {
    "docstring": '"""Multiply all values by the factor."""',
    "explain": "The function scale goes through the values one by one and gives back a list of each times the factor.",
    "bugfix": f"The loop was wrong:\n```python\n{SOURCE}```\n",
    "complete": "    return [value * factor for value in values]\n",
    "unit_test": "def test_scale():\n    assert scale([1, 2], 3) == [3, 6]\n",
}
BAD = {
    "docstring": "def scale(values, factor): pass",
    "explain": "It is good.",
    "bugfix": "def scale(values):\n    return values\n",
    "complete": "def scale(values, factor):\n    pass\n",
    "unit_test": "def test_scale():\n    scale([1], 2)\n",
}


@pytest.mark.parametrize("task", TASKS)
def test_structure(task: str) -> None:
    assert check(task, GOOD[task], SOURCE).structure
    assert not check(task, BAD[task], SOURCE).structure
    assert check(task, GOOD[task], SOURCE).invented == ()


def test_unknown_tasks_are_refused() -> None:
    with pytest.raises(ValueError, match="unknown task"):
        check("poem", "", SOURCE)


@pytest.mark.parametrize(
    ("task", "answer", "invented"),
    [
        ("bugfix", "def scale(values, factor):\n    return multiply_all(values, factor)\n", ("multiply_all",)),
        ("bugfix", "import math\ndef scale(values, factor):\n    return math.sqroot(factor)\n", ("math.sqroot",)),
        ("explain", "It calls `numpy_scale(values)` and `scale` on the `values`.", ("numpy_scale",)),
        ("complete", "def scale(values, factor):\n    # TODO: implement\n    return []\n", ("todo: implement",)),
        (
            "unit_test",
            "class T(unittest.TestCase):\n    def test(self): self.assertTrue(scale([], 1))\nimport unittest\n",
            (),
        ),
    ],
)
def test_invented_names(task: str, answer: str, invented: tuple[str, ...]) -> None:
    assert check(task, answer, SOURCE).invented == invented


CLEAN = 'def add(a: int, b: int) -> int:\n    """Sum."""\n    return a + b\n'


@pytest.mark.parametrize(
    "change",
    [
        CLEAN + "x = '" + "y" * 120 + "'\n",
        CLEAN.replace("    return", "\treturn").replace('    """', '\t"""'),
        CLEAN.replace("add", "addAll"),
        CLEAN.replace('    """Sum."""\n', ""),
        CLEAN.replace("a: int", "a"),
        CLEAN + "try:\n    pass\nexcept:\n    pass\n",
        CLEAN + "from os import *\n",
        CLEAN.replace("b: int", "b: list = []"),
    ],
)
def test_each_style_rule_counts(change: str) -> None:
    assert style(CLEAN) == 1.0
    assert style(change) == pytest.approx(7 / 8)


def test_figures_by_category() -> None:
    good, bad = TextCheck(True, 1.0, ()), TextCheck(False, 0.5, ("x",))
    rows = [
        ("bugfix", "1", good),
        ("bugfix", "1", bad),
        ("bugfix", "1", bad),
        ("explain", "2", TextCheck(True, None, ())),
    ]
    found = by_category(rows)
    assert found["bugfix"] == {
        "items": 1,
        "answers": 3,
        "structure_pass@1": 0.333333,
        "structure_pass@3": 1.0,
        "style": 0.666667,
        "invented": 0.666667,
    }
    assert found["explain"] == {"items": 1, "answers": 1, "structure_pass@1": 1.0, "invented": 0.0}


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(TASKS), st.text(max_size=60), st.text(max_size=30) | st.just(SOURCE))
def test_any_text_can_be_checked(task: str, answer: str, source: str) -> None:
    found = check(task, answer, source)
    assert found.style is None or 0 <= found.style <= 1
