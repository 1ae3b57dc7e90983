"""Gold docstrings: four styles become one, types come from the signature, what is wrong or thin is refused."""

from __future__ import annotations

import ast

import pytest
from mined import function

from codereflect.tasks.instruction import docstring
from codereflect.tasks.instruction.documented import first_sentence
from codereflect.tasks.instruction.phrases import Rejected

GOOGLE = """
    Scale all values of a row.

    Args:
        row: values to be scaled
            one after the other
        factor (str): what they are multiplied with

    Returns:
        the scaled values
    """
REST = """
    Scale all values of a row.

    :param row: values to be scaled
        one after the other
    :type row: list
    :param factor: what they are multiplied with
    :returns: the scaled values
    """
NUMPY = """
    Scale all values of a row.

    Parameters
    ----------
    row : list
        values to be scaled
        one after the other
    factor : int, optional
        what they are multiplied with

    Returns
    -------
    list
        the scaled values
    """
EPYTEXT = """
    Scale all values of a row.

    @param row: values to be scaled
        one after the other
    @param factor: what they are multiplied with
    @return: the scaled values
    """
BODY = '''def scale(row: list[int], factor: int = 2) -> list[int]:
    """{}"""
    if factor == 0:
        raise ValueError("zero")
    return [value * factor for value in row]
'''
EXPECTED = '''"""Scale all values of a row.

Args:
    row (list[int]): values to be scaled
        one after the other
    factor (int, optional): what they are multiplied with

Returns:
    list[int]: the scaled values

Raises:
    ValueError: If `factor == 0`.
"""'''


@pytest.mark.parametrize("style", [GOOGLE, REST, NUMPY, EPYTEXT])
def test_every_style_becomes_the_same_google_docstring(style: str) -> None:
    prompt, answer = docstring.prompt_and_answer(function(BODY.format(style)))
    assert answer == EXPECTED
    assert "Scale all values" not in prompt
    assert "def scale(row: list[int], factor: int = 2) -> list[int]:\n    if factor == 0:" in prompt


def rejection(text: str, owner: str | None = None) -> str:
    with pytest.raises(Rejected) as caught:
        docstring.prompt_and_answer(function(text, owner))
    return str(caught.value)


def with_docstring(told: str, head: str = "def work(a, b=1):", body: str = "return a") -> str:
    return f'{head}\n    """{told}"""\n    {body}\n'


def test_what_is_refused() -> None:
    good = "Work on things well.\n\n    Args:\n        a: one\n        b: two\n    "
    assert rejection("def work(a):\n    return a\n") == "no_docstring"
    assert rejection(with_docstring("Work.")) == "thin_summary"
    assert rejection(with_docstring("The work.", "def the_work(a):")) == "thin_summary"
    assert rejection(with_docstring(good.replace("a: one", "c: one"))) == "unknown_parameter"
    assert rejection(with_docstring(good.replace("b: two", "a: two"))) == "parameter_twice"
    assert rejection(with_docstring("Work on things well.")) == "parameters_missing"
    assert rejection(with_docstring("Work on things well.", "def work():", "return 1")) == "no_parameters"
    assert rejection(with_docstring(good)) == "returns_missing"
    nothing = good + "\n    Returns:\n        a number\n    "
    assert rejection(with_docstring(nothing, body="print(a)")) == "returns_nothing"
    assert rejection('def work(a):\n    """Work on things well."""\n') == "nothing_but_docstring"
    assert rejection(with_docstring("").replace('""""""', '""" """')) == "no_docstring"


def test_self_is_no_argument_and_a_missing_one_is_told_by_its_signature() -> None:
    told = "Work on things well.\n\n    Args:\n        a: one\n    "
    _, answer = docstring.prompt_and_answer(function(with_docstring(told, "def work(self, a, b=1) -> int:"), "Worker"))
    assert "self" not in answer
    assert "    a: one\n    b (optional): Defaults to `1`.\n" in answer
    assert answer.endswith('Returns:\n    int\n"""')


def test_backslashes_and_quotes_stay_what_they_are() -> None:
    told = "Split at \\\\d or ''' signs.\n\n    Args:\n        a: a text such as \\\\n\n        b: more\n    "
    one = function(with_docstring(told, "def work(a, b=1) -> str:"))
    _, answer = docstring.prompt_and_answer(one)
    assert one.docstring is not None and "\\d" in one.docstring
    assert "\\d" in ast.literal_eval(answer)


def test_a_docstring_on_the_line_of_the_signature_is_refused() -> None:
    text = "def work(a): 'Work on things well.'; return a\n"
    assert rejection(text) in ("nothing_but_docstring", "parameters_missing")


def test_first_sentence() -> None:
    assert first_sentence("Reads a file, e.g. A text. Then more.\n\nMore.") == "Reads a file, e.g. A text."
    assert first_sentence("Returns :class:`~a.B` of ``x``") == "Returns `a.B` of `x`"
    assert first_sentence("Args:\n    a: b") == ""
