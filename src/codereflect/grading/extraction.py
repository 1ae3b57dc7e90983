"""The code in a model's answer.

Answers come as plain code, as Markdown with one or several fenced blocks (some never closed), between sentences and the
marks of tokenizers, after a `<think>` section, or with the prompt repeated in front. What is found is cut out, never
corrected: code that does not parse stays as it is, so that its error can be seen. Plain code stays byte-identical,
except for sentences after it.
"""

from __future__ import annotations

import re

from codereflect.grading.fences import Block, lines_of, split
from codereflect.grading.python_answer import python_answer
from codereflect.grading.thoughts import without_thoughts

_TAGS = {"java": ("java", "")}
# `<|im_end|>`, DeepSeek's with full-width bars, sentencepiece's, Llama's turns, Gemma's, fill-in-the-middle
_TOKEN = re.compile(
    r"<[|\uff5c][\w\u2581 -]{1,40}[|\uff5c]>|</?s>|\[/?INST\]|<</?SYS>>|\[EOS\]"
    r"|<(?:bos|eos|pad|unk|(?:start|end)_of_turn|end_of_text|endoftext|EOT|EOD|EOM|fim_[a-z]+|file_sep|PRE|SUF|MID)>"
)
ONE_LINE_FENCE = re.compile(r"```(?:java\b[ \t]*+)?([^`]++)```")
JAVA_TOKEN = re.compile(
    r"""//[^\n]*+|/\*(?:.*?\*/|.*+)|\"{3}(?:.*?\"{3}|.*+)|"(?:\\.|[^"\\\n])*+"?|'(?:\\.|[^'\\\n])*+'?|[{}]""",
    re.DOTALL,
)
JAVA_STOP = re.compile(r"[;{}]")


def extract(completion: str, language: str, entry_point: str | None) -> str:
    """The code in an answer. Never raises on an answer, whatever it holds.

    Args:
        completion: the answer as produced.
        language: `python` or `java`.
        entry_point: the function that is asked for; it chooses among several blocks.

    Returns:
        The code; the whole answer where none can be told from the rest; "" for a thought that never ends.
    """
    if language == "python":
        return python_answer(completion, entry_point).code
    answer = without_thoughts(completion.removeprefix("\ufeff"))
    answer = next((part for part in _TOKEN.split(answer) if part.strip()), answer)
    block = _fenced(answer, language, entry_point)
    return _java(answer if block is None else block)


def _fenced(text: str, language: str, entry_point: str | None) -> str | None:
    """The code in the fenced blocks of an answer; None when it has none."""
    blocks = split(text)
    fenced = [block for block in blocks if block.tag is not None]
    if not fenced:
        inline = [Block("", match) for match in ONE_LINE_FENCE.findall(text)]
        return _choose(inline, language, entry_point) if inline else None
    before = blocks[0].text if blocks[0].tag is None else ""
    # The prompt may have opened the fence: then the first one closes it.
    if fenced[0].tag == "" and _has_method(before, _name(entry_point)):
        return before
    return _choose(fenced, language, entry_point)


def _choose(blocks: list[Block], language: str, entry_point: str | None) -> str:
    """The last block with the entry point (a correction follows what it corrects), else the first that mentions it.

    Without an entry point the first block of the language.
    """
    texts = [block.text for block in blocks if block.tag in _TAGS.get(language, ("",))]
    texts = texts or [block.text for block in blocks]
    if entry_point is None:
        return texts[0]
    holding = [text for text in texts if _has_method(text, _name(entry_point))]
    mentioned = [text for text in texts if re.search(rf"\b{re.escape(entry_point)}\s*\(", text)]
    return [*texts[:1], *mentioned[:1], *holding[-1:]][-1]


def _name(entry_point: str | None) -> str:
    return re.escape(entry_point) if entry_point else r"\w++"


def _has_method(text: str, name: str) -> bool:
    """Whether a name is followed by parentheses and a brace with no statement between: the head of a method."""
    stop = close = -1
    for found in re.finditer(rf"\b{name}\s*+\(", text):
        start = found.end()
        if stop < start:
            stop = next((mark.start() for mark in JAVA_STOP.finditer(text, start)), len(text))
        if close < start:
            found_at = text.find(")", start)
            close = found_at if found_at >= 0 else len(text)
        if stop < len(text) and text[stop] == "{" and close < stop:
            return True
    return False


def _java(text: str) -> str:
    """The text without sentences before the first line of code and after the last closing brace."""
    lines = lines_of(text)
    start = next((number for number, line in enumerate(lines) if line.strip() and not _is_java_prose(line)), 0)
    if any(line.strip() for line in lines[:start]):
        text = "".join(lines[start:])
    end = _java_end(text)
    tail = text[end:].strip()
    obvious = end > 0 and tail and not re.search(r"[;{}@]", tail) and not tail.startswith(("//", "/*"))
    return text[:end] if obvious else text


def _is_java_prose(line: str) -> bool:
    text = line.strip()
    return text.endswith((":", ".", "!")) and " " in text and not re.search(r"[;{}]|^//|^/?\*", text)


def _java_end(text: str) -> int:
    """The index after the last brace that closes the outermost level; 0 when none does."""
    depth = end = 0
    for token in JAVA_TOKEN.finditer(text):
        depth += {"{": 1, "}": -1}.get(token[0], 0)
        if depth == 0 and token[0] == "}":
            end = token.end()
    return end
