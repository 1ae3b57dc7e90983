"""`complete`: a signature, its docstring and the first part of the body -> the whole function."""

from __future__ import annotations

import random

from codereflect.programs.mined_function import Function
from codereflect.tasks.instruction.phrases import Rejected, fenced, kind_of, place_of
from codereflect.tasks.instruction.source_text import definition, is_stub, statement_lines
from codereflect.tasks.prompt_texts import worded

# of the lines on which statements start
LEAST_SHOWN, MOST_SHOWN = 0.25, 0.6
LEAST_HIDDEN_LINES = 2


def prompt_and_answer(function: Function, seed: int) -> tuple[str, str]:
    """Prompt and gold answer; how much of the body is shown depends on the seed and the function.

    Raises:
        Rejected: the body is too short to be cut.
    """
    shown = first_part(function, seed)
    prompt = worded("complete", kind=kind_of(function), place=place_of(function), code=fenced(shown))
    return prompt, function.source


def first_part(function: Function, seed: int) -> str:
    """The source up to a line on which a statement of the body starts."""
    node = definition(function.source)
    if is_stub(node):
        raise Rejected("stub")
    lines = function.source.rstrip("\n").split("\n")
    first, *more = statement_lines(node)
    own = [line for line in more if _ends_before(lines, line)]
    if not own:
        raise Rejected("short_body")
    share = random.Random(f"complete {seed} {function.identity}").uniform(LEAST_SHOWN, MOST_SHOWN)
    wanted = first + share * (len(lines) - first)
    cut = min(own, key=lambda line: (abs(line - wanted), line))
    return "\n".join(lines[: cut - 1]).rstrip("\n")


def _ends_before(lines: list[str], line: int) -> bool:
    hidden = [text for text in lines[line - 1 :] if text.strip() and not text.strip().startswith("#")]
    return len(hidden) >= LEAST_HIDDEN_LINES
