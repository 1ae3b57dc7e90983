"""Java in an answer: what comes before and between fences, without a tokenizer's marks. Nothing is corrected."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass

from codereflect.grading.thoughts import without_thoughts
from codereflect.programs.java_syntax import ends_open, quoted

TAGS = ("java", "")
_MARK = re.compile(
    r"<\|[^|<>\s]{1,40}\|>|<\uff5c[^\uff5c<>\s]{1,60}\uff5c>"
    r"|</?(?:s|eos|bos|start_of_turn|end_of_turn|file_sep|fim_\w{1,12}|EOT|EOD|PRE|SUF|MID)>|\[/?INST\]"
)
_BYTE_ORDER = re.compile(r"^\ufeff+", re.MULTILINE)
# what follows a mark that opens an answer
_ROLE = re.compile(r"(?:assistant|model)\b[ \t]*:?", re.IGNORECASE)
_FENCE = re.compile(r"[ \t>*+-]*(?P<fence>`{3,}+|~{3,}+)[ \t{.]*+(?P<tag>[\w+#-]*+)[^`]*+\Z")
_ONE_LINE = re.compile(r"```(?:java\b[ \t]*+)?([^`\n]++)```", re.IGNORECASE)


@dataclass(frozen=True)
class Block:
    """A fenced block: its tag in lower case and its text."""

    tag: str
    text: str


def unwrapped(text: str) -> str:
    """An answer without byte order mark, thoughts, and from the first mark of a tokenizer on that ends it."""
    text = _BYTE_ORDER.sub("", without_thoughts(text))
    spans = quoted(text) if _MARK.search(text) else []
    starts = [start for start, _ in spans]
    begin = 0
    for mark in _MARK.finditer(text):
        before = text[begin : mark.start()].strip()
        if not before or _ROLE.fullmatch(before):
            begin = mark.end()
            continue
        at = bisect(starts, mark.start()) - 1
        if at < 0 or spans[at][1] <= mark.start():
            return text[begin : mark.start()]
    role = _ROLE.match(text, begin) if begin else None
    return text[role.end() if role else begin :]


def fenced(text: str) -> tuple[str, list[Block]]:
    """What precedes the first fence of an answer, and its fenced blocks in order; the last may lack its end."""
    lines = text.splitlines(keepends=True)
    first = next((number for number, line in enumerate(lines) if _FENCE.match(line)), None)
    if first is None:
        return text, [Block("", one) for one in _ONE_LINE.findall(text)]
    return "".join(lines[:first]), list(_blocks(lines[first:]))


def _blocks(lines: list[str]) -> Iterator[Block]:
    fence = tag = ""
    content: list[str] = []
    for line in lines:
        if not fence:
            if opening := _FENCE.match(line):
                fence, tag, content = opening["fence"], opening["tag"].lower(), []
            continue
        before = _before(line, fence)
        # a fence inside a comment or a text block is part of the code
        if before is None or ends_open("".join([*content, before])):
            content.append(line)
            continue
        content.append(before)
        yield Block(tag, "".join(content))
        fence = ""
    if fence and content:
        yield Block(tag, "".join(content))


def _before(line: str, fence: str) -> str | None:
    """What precedes a fence at the end of a line that is as long as the given one; None without one."""
    text = line.rstrip()
    before = text.rstrip(fence[0])
    return before if len(text) - len(before) >= len(fence) else None
