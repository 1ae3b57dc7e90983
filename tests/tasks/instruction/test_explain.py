"""Explanations: structured, complete, and without a word of code that the function does not hold."""

from __future__ import annotations

import ast
import re

import pytest
from mined import function

from codereflect.tasks.instruction import explain
from codereflect.tasks.instruction.phrases import Rejected

SOURCE = '''
def collect(rows: list[dict], *, key="id", limit=None):
    """Collect the values of a key. Rows without it are passed over."""
    found = []
    total: int = 0
    with open_log() as log:
        for row in rows:
            if key not in row:
                continue
            elif limit is not None and total >= limit:
                break
            else:
                found.append(row[key])
                total += 1
    try:
        check(found)
    except ValueError as error:
        raise KeyError(key) from error
    finally:
        log.close()
    match found:
        case [one]:
            return one
    names = [name for name in found if name]
    while names:
        names.pop()
    assert not names
    return found if total else None
'''


def test_every_part_of_the_function_is_told_in_order() -> None:
    prompt, answer = explain.prompt_and_answer(function(SOURCE))
    assert prompt.count(SOURCE.strip()) == 1
    assert answer.startswith("**Purpose.** Collect the values of a key.\n")
    expected = [
        "- `rows`: `list[dict]`",
        "- `key`: by keyword only, default `'id'`",
        "1. Starts with an empty list `found`.",
        "3. Within `open_log()` as `log`:",
        "   - For each `row` in `rows`:",
        "      - If `key not in row`, goes on with the next round of the loop.",
        "Otherwise, if `limit is not None and total >= limit`, leaves the loop.",
        "Otherwise, goes through 2 more steps.",
        "4. In a block whose exceptions are handled, calls `check(found)`.",
        "On `ValueError`, raises `KeyError(key)` from `error`.",
        "In the end, whatever happened, calls `log.close()`.",
        "5. If `found` matches `[one]`, returns `one`.",
        "6. Collects `name` for each `name` in `found` where `name` as `names`.",
        "7. As long as `names`, calls `names.pop()`.",
        "8. Asserts `not names`.",
        "9. Returns `found` if `total`, otherwise `None`.",
        "**Raises.** `KeyError`.",
        "**Returns.** One of `one` or `found if total else None`.",
    ]
    places = [answer.index(line) for line in expected]
    assert places == sorted(places)


def test_all_quoted_code_is_the_functions_own() -> None:
    one = function(SOURCE)
    _, answer = explain.prompt_and_answer(one)
    known = " ".join(ast.unparse(ast.parse(one.source)).split())
    for code in re.findall(r"`([^`]+)`", answer):
        part = code.removesuffix(" ...")
        assert part in known or part.lstrip("*") in known, part


def test_without_a_docstring_the_purpose_is_told_by_facts() -> None:
    text = "async def work(self, a, *more):\n    if a:\n        yield a\n    yield more\n"
    _, answer = explain.prompt_and_answer(function(text, "Worker"))
    told = "The asynchronous method `work` takes `a` and `more` and yields values, with 1 branch on the way."
    assert told in answer
    assert "- `*more`" in answer and "**Yields.**" in answer and "**Returns.**" not in answer


def test_stubs_and_endless_functions_are_refused() -> None:
    with pytest.raises(Rejected, match="stub"):
        explain.prompt_and_answer(function("def work(a):\n    raise NotImplementedError\n"))
    many = "def work(a):\n" + "".join(f"    a += {number}\n" for number in range(50))
    with pytest.raises(Rejected, match="too_many_steps"):
        explain.prompt_and_answer(function(many))
