"""Completion: the prompt is a true beginning of the function, and something is left to be written."""

from __future__ import annotations

import ast

import pytest
from mined import function

from codereflect.tasks.instruction import complete
from codereflect.tasks.instruction.phrases import Rejected

SOURCE = '''
def mean(values, default=None):
    """The mean, or a default.

    if this were code, it would not be cut here
    """
    total = 0.0
    for value in values:
        if value is None:
            continue
        total += value
    if not values:
        return default
    return total / len(values)
'''


@pytest.mark.parametrize("seed", range(12))
def test_the_shown_part_is_a_beginning_that_ends_before_a_statement(seed: int) -> None:
    one = function(SOURCE)
    shown = complete.first_part(one, seed)
    assert one.source.startswith(shown)
    rest = one.source[len(shown) :]
    assert rest.startswith("\n") and len(rest.strip().split("\n")) >= complete.LEAST_HIDDEN_LINES
    assert '    """\n    total = 0.0' in shown
    prompt, answer = complete.prompt_and_answer(one, seed)
    assert answer == one.source and shown in prompt and one.source not in prompt
    ast.parse(answer)


def test_seeds_cut_at_different_places() -> None:
    assert len({complete.first_part(function(SOURCE), seed) for seed in range(12)}) > 2


def test_what_cannot_be_cut_is_refused() -> None:
    with pytest.raises(Rejected, match="short_body"):
        complete.prompt_and_answer(function("def f(a):\n    return [\n        a,\n        1,\n    ]\n"), 1)
    with pytest.raises(Rejected, match="stub"):
        complete.prompt_and_answer(function('def f(a):\n    """Told."""\n    ...\n'), 1)
