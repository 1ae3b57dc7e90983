"""References of public suites as programs that stand alone."""

from __future__ import annotations

import pytest
from suite_examples import BODY, HEAD, HELPER, humaneval, mbpp

from codereflect.tasks.prompt_texts import worded
from codereflect.tasks.suite_program import description_of, program_of, without_docstring


@pytest.mark.parametrize("reference", [HELPER + HEAD + BODY, BODY])
def test_a_body_goes_after_its_prompt(reference: str) -> None:
    program = program_of(humaneval(reference=reference))
    assert program is not None and program.source == HELPER + HEAD + BODY
    assert program.shown and program.helpers == {"doubled"}


def test_a_program_of_its_own_stands_alone() -> None:
    program = program_of(mbpp())
    assert program is not None and not program.shown and program.helpers == frozenset()
    assert "\r" not in program.source and program.source.endswith("factor\n")


@pytest.mark.parametrize(
    "changed",
    [{"reference": None}, {"reference": "def other():\n    pass\n"}, {"reference": "def ("}, {"language": "java"}],
)  # fmt: skip
def test_no_program(changed: dict[str, object]) -> None:
    assert program_of(mbpp(**changed)) is None


def test_the_docstring_of_the_entry_point_alone_goes() -> None:
    text = without_docstring(HELPER + HEAD + BODY, "largest_doubled")
    assert "Twice x" in text and "largest number" not in text and "best = 0" in text
    lone = 'def f():\n    """Nothing else."""\n'
    assert without_docstring(lone, "f") == lone


def test_descriptions() -> None:
    assert description_of(mbpp()).startswith("Write a function to add up") and description_of(mbpp()).endswith("== 12")
    assert description_of(humaneval()) == (HELPER + HEAD).strip()
    assert description_of(mbpp(prompt="Add $x up.")) == "Add $x up."
    assert "Add $x up." in worded("repair", description="Add $x up.", code="$code", feedback="")
