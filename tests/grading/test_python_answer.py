"""Python answers in all forms that models write: each is run, since what counts is that it does the right thing."""

from __future__ import annotations

import random
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_forms import ADDED, BODY, CHECK, CODE, HELPED, IMPORTS, LARGE, PROMPT, RIGHT, WRONG, block

from codereflect.grading.assembly import assemble
from codereflect.grading.python_answer import python_answer
from codereflect.records import Problem

PROBLEM = Problem(
    task_id="HumanEval/0",
    suite="humaneval",
    language="python",
    category="humaneval",
    prompt=PROMPT,
    entry_point="total",
    hidden_tests=[CHECK],
)


def works(program: str) -> bool:
    names: dict[str, Any] = {"__name__": "answer", "print": lambda *_: None}
    try:
        exec(program, names)
        exec(CHECK, names)
    except Exception:
        return False
    return True


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_answer_is_right_in_every_form(name: str) -> None:
    assert works(assemble(PROBLEM, RIGHT[name]).code)


PLAIN = {
    "plain": CODE,
    "comment with a mark": CODE + "# <|im_end|> [/INST] </s>\n",
    "string with marks": f"END = '<|endoftext|></s>[DONE]'\n{CODE}",
    "docstring with a fence": 'def total(xs, least):\n    """\n```python\ntotal([1], 1)\n```\n    """\n' + BODY,
    "docstring with a thought": 'def total(xs, least):\n    """\n<think>\n</think>\n    """\n' + BODY,
    "docstring with prose": '"""\nassistant: It\'s this (see below.\n"""\n' + CODE,
    "marks that are names": f"EOS = 0\n{CODE}\nx = [1]\nx[EOS]\n",
    "marks at the end that are names": "DONE = 0\ntotal = lambda xs, least: [sum(x for x in xs if x >= least)][DONE]",
    "notebook": CODE + "\ntotal\n",
    "a test that fails": CODE + "\nassert total([1], 1) == 2\n",
    "calls of what is not there": CODE + "\ncheck(total)\n",
    "rebound": f"{WRONG}\n{CODE}",
    "rebound later": f"{CODE}\n{WRONG}",
    "guarded": f"try:\n    import numba\nexcept ImportError:\n    numba = None\n{CODE}",
    "in a branch": "if True:\n    def total(xs, least):\n    " + BODY,
    "no-break space in a string": CODE + "s = 'a\u00a0b'\n",
    "form feed": "import os\n\f\n" + CODE,
    "Windows": CODE.replace("\n", "\r\n"),
    "old Macintosh": CODE.replace("\n", "\r"),
    "tabs": CODE.replace("    ", "\t"),
    "a stub": "def total(xs, least):\n    pass\n",
    "a class": "class total:\n    def __init__(self, xs, least): ...\n",
    "quoted by > in a string": '"""\n> def total():\n"""\n' + CODE,
    "star": "from math import *\n" + CODE + "\npi\n",
}


@pytest.mark.parametrize("name", PLAIN)
def test_a_program_stays_as_it_is(name: str) -> None:
    found = python_answer(PLAIN[name], "total")
    assert found.code == PLAIN[name] and found.found and not found.cut and not found.text_after


def test_helpers_come_with_what_they_need_and_with_nothing_else() -> None:
    answer = (
        block(IMPORTS + "import os\n") + block(LARGE + "unused = 1\n") + block(HELPED) + block(ADDED + "print(1/0)\n")
    )
    code = python_answer(answer, "total").code
    assert works(code) and "unused" not in code and "1/0" not in code and "os" not in code.split()


def test_broken_code_keeps_its_error() -> None:
    for broken in ("def total(xs, least):\n    return sum(xs))\n", "def total(xs, least):\n    for x in"):
        for answer in (broken, block(broken), f"Here:\n\n{broken}"):
            assert python_answer(answer, "total").code.strip() == broken.strip()


LONG = {
    "words": f"{CODE}" + "These are words, aren't they?\n" * 35_000,
    "words before": "These are words, aren't they?\n" * 3_000 + CODE,
    "brackets": CODE + "(\n" * 500_000,
    "quotes": CODE + '"""\n' * 250_000,
    "marks": CODE + "<|im_end|>" * 100_000,
    "marks behind words": "x <a> y\n" * 125_000 + CODE,
    "functions": CODE + "def f(x):\n    return x\n\n" * 40_000 + "def g(",
    "fences": "```\nx y\n" * 125_000 + CODE,
    "blocks": block(CODE) * 12_000,
    "half functions": "def total(xs, least):\n" * 45_000,
    "one line": CODE + "x" * 1_000_000 + " y",
    "no-break spaces": CODE + "\u00a0\n" * 300_000 + "a b",
    "quoted": "> a\n" * 250_000,
    "inline code": "`a` " * 250_000,
    "indented": "    def f(x):\n  y z\n" * 50_000,
    "thoughts": "<think>\nx\n</think>\n" * 50_000 + CODE,
}


@pytest.mark.slow
@pytest.mark.parametrize("name", LONG)
def test_a_megabyte_takes_seconds(name: str) -> None:
    started = time.process_time()
    python_answer(LONG[name], "total")
    assert time.process_time() - started < 10


GLUE = ["\n", "\n\n", "", " ", "\r\n"]


@settings(max_examples=250, deadline=None)
@given(st.integers(0, 2**60))
def test_right_answers_glued_to_anything_are_never_lost(seed: int) -> None:
    from extraction_fuzz import glued, lost

    answer, plain = glued(random.Random(seed))
    assert lost(answer, plain) is None
