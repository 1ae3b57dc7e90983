"""The wordings of `prompts/*.txt`: what tasks ask and how their gold answers say it."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from string import Template


def worded(name: str, /, **values: str) -> str:
    """The wording `prompts/NAME.txt` with the values in their places."""
    return _template(name).substitute(values)


@cache
def _template(name: str) -> Template:
    return Template(files(__package__).joinpath("prompts", f"{name}.txt").read_text(encoding="utf-8"))
