"""Markdown's fenced blocks in an answer, and what stands between them."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass

# Quantifiers that give nothing back: an answer may be megabytes of the same character.
_FENCE = re.compile(r"([ \t]*+)(`{3,}+|~{3,}+)[ \t{.]*+([\w+#-]*+)[^`\r\n]*+[\r\n]*+\Z")


@dataclass(frozen=True, slots=True)
class Block:
    """A part of an answer: a fenced block with its tag in lower case, or, with None, what no fence encloses."""

    tag: str | None
    text: str
    closed: bool = True


def lines_of(text: str) -> list[str]:
    r"""Lines with their ends, split where Python's parser splits them (\n, \r, \r\n)."""
    return list(io.StringIO(text, newline=""))


def split(text: str) -> list[Block]:
    """An answer in order; the last block may lack its end. Fenced text loses the indentation of its fence."""
    found: list[Block] = []
    content: list[str] = []
    tag: str | None = None
    fence = margin = ""

    def end(closed: bool) -> None:
        if content or closed:
            found.append(Block(tag, "".join(content), closed or tag is None))
        content.clear()

    for line in lines_of(text):
        opening = None if fence else _FENCE.match(line)
        if opening:
            end(closed=False)
            margin, fence, tag = opening[1], opening[2], opening[3].lower()
            continue
        line = line.removeprefix(margin) if fence else line
        before = _before_fence(line, fence) if fence else None
        content.append(line if before is None else before)
        if before is not None:
            end(closed=True)
            fence, tag = "", None
    end(closed=False)
    return found


def _before_fence(line: str, fence: str) -> str | None:
    """What precedes a fence at the end of a line that is at least as long as the given one; None without one.

    An indented fence is part of the code (CommonMark: no more than three blanks), an example in a docstring, say.
    """
    text = line.rstrip("\r\n").rstrip(" \t")
    before = text.rstrip(fence[0])
    inside = not before.strip() and (len(before) > 3 or "\t" in before)
    return before if len(text) - len(before) >= len(fence) and not inside else None
