"""What a model thought before its answer, or after it: it holds drafts, never the answer."""

from __future__ import annotations

import re

_TAG = r"(?:think|thinking|thought|thoughts|reasoning|reflection|scratchpad|seed:think)"
_WORDS = rf"<{_TAG}>|\[THINK\]|\u25c1think\u25b7|<\|begin_of_thought\|>"
_CLOSING_WORDS = rf"</{_TAG}>|\[/THINK\]|\u25c1/think\u25b7|<\|end_of_thought\|>"
# either mark, wherever it stands
MARKS = rf"{_WORDS}|{_CLOSING_WORDS}"
_OPEN = re.compile(rf"^[ \t]*(?:{_WORDS})", re.IGNORECASE | re.MULTILINE)
# in code such a mark stands between quotes, behind a pattern or amidst a line
_CLOSE = re.compile(rf"^[ \t]*(?:{_CLOSING_WORDS})|(?<![\"'?*])(?:{_CLOSING_WORDS})", re.IGNORECASE | re.MULTILINE)
# gpt-oss writes its answer into a channel of its own
_FINAL = "<|channel|>final<|message|>"


def opens_a_thought(text: str) -> bool:
    """Whether a line of the text begins a thought."""
    return _OPEN.search(text) is not None


def without_thoughts(text: str) -> str:
    """What follows the last thought; what precedes a thought that nothing follows or that never ends."""
    text = text.rpartition(_FINAL)[2]
    closings = list(_CLOSE.finditer(text))
    if closings and text[closings[-1].end() :].strip():
        text = text[closings[-1].end() :].lstrip("\r\n")
    opening = _OPEN.search(text)
    return text[: opening.start()] if opening else text
