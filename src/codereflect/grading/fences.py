"""Markdown's fenced blocks in an answer, and what stands between them."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass

# Quantifiers that give nothing back: an answer may be megabytes of the same character.
_FENCE = re.compile(r"([ \t]*+)(`{3,}+|~{3,}+)[ \t{.]*+([\w+#-]*+)[^`\r\n]*+[\r\n]*+\Z")
# closing fences that are tried for one block
_MOST_ENDS = 30


@dataclass(frozen=True, slots=True)
class Block:
    """A part of an answer: a fenced block with its tag in lower case, or, with None, what no fence encloses."""

    tag: str | None
    text: str


def lines_of(text: str) -> list[str]:
    r"""Lines with their ends, split where Python's parser splits them (\n, \r, \r\n)."""
    return list(io.StringIO(text, newline=""))


def split(text: str, whole: Callable[[str], bool] | None = None) -> list[Block]:
    """An answer in order; the last block may lack its end. Fenced text loses the indentation of its fence.

    Args:
        text: the answer.
        whole: whether a text is code. It tells a closing fence from one in a string or a comment: the first one that
            makes the block whole closes it, one on a line of its own before one behind code. Without such a fence,
            and without `whole`, the first fence closes the block.
    """
    lines, found, loose, at = lines_of(text), [], 0, 0
    while at < len(lines):
        opening = _FENCE.match(lines[at])
        if opening is None:
            at += 1
            continue
        if at > loose:
            found.append(Block(None, "".join(lines[loose:at])))
        inside, at = _inside(lines, at + 1, opening[1], opening[2], whole)
        loose = at
        if inside or at < len(lines):
            found.append(Block(opening[3].lower(), inside))
    if len(lines) > loose:
        found.append(Block(None, "".join(lines[loose:])))
    return found


def _inside(
    lines: list[str], start: int, margin: str, fence: str, whole: Callable[[str], bool] | None
) -> tuple[str, int]:
    """The text of a block that opens before a line, and the number of the line after it."""
    ends = []
    for number in range(start, len(lines)):
        before = _before_fence(lines[number].removeprefix(margin), fence)
        if before is not None:
            ends.append((number, before))
            if whole is None or len(ends) == _MOST_ENDS:
                break

    def inside(number: int, before: str) -> str:
        return "".join([*(line.removeprefix(margin) for line in lines[start:number]), before])

    if not ends:
        return inside(len(lines), ""), len(lines)
    if whole is not None and len(ends) > 1:
        for number, before in sorted(ends, key=lambda end: bool(end[1].strip())):
            if whole(text := inside(number, before)):
                return text, number + 1
    return inside(*ends[0]), ends[0][0] + 1


def _before_fence(line: str, fence: str) -> str | None:
    """What precedes a fence at the end of a line that is at least as long as the given one; None without one.

    An indented fence is part of the code (CommonMark: no more than three blanks), an example in a docstring, say.
    """
    text = line.rstrip("\r\n").rstrip(" \t")
    before = text.rstrip(fence[0])
    inside = not before.strip() and (len(before) > 3 or "\t" in before)
    return before if len(text) - len(before) >= len(fence) and not inside else None
