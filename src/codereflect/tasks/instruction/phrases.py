"""What is put into the wordings of prompts and gold answers."""

from __future__ import annotations

import re

from codereflect.programs.mined_function import Function


class Rejected(Exception):
    """No example of this kind can be made of this function; the message is the reason, in one word."""


def fenced(code: str) -> str:
    """Code as a Markdown block; the fence is longer than any in the code."""
    longest = max((len(run) for run in re.findall(r"`{3,}", code)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}python\n{code.rstrip()}\n{fence}"


def quoted(text: str) -> str:
    """A stretch of code within a sentence."""
    marks = "``" if "`" in text else "`"
    return f"{marks}{text}{marks}"


def kind_of(function: Function) -> str:
    """What a sentence calls it."""
    return "method" if function.owner else "function"


def place_of(function: Function) -> str:
    """Where it is defined, within a sentence."""
    return f"of the class `{function.owner}` in `{function.module}`" if function.owner else f"in `{function.module}`"
