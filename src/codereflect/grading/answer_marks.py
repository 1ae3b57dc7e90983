"""Marks in an answer that are no part of what was said: of tokenizers, of thoughts, of roles, of kits' own blocks."""

from __future__ import annotations

import re

_THOUGHT = "think|thinking|thought|reasoning"
_THOUGHT_OPEN = re.compile(rf"^[ \t]*(?:<(?:{_THOUGHT})>|\[(?:{_THOUGHT})\])", re.IGNORECASE | re.MULTILINE)
_THOUGHT_CLOSE = re.compile(rf"(?<![\"'])(?:</(?:{_THOUGHT})>|\[/(?:{_THOUGHT})\])", re.IGNORECASE)
# `<|im_end|>`, DeepSeek's with full-width bars, sentencepiece's, Llama's turns, Gemma's, fill-in-the-middle
_TOKEN = re.compile(
    r"<[|\uff5c][\w\u2581 -]{1,40}[|\uff5c]>|</?s>|\[/?INST\]|<</?SYS>>|\[EOS\]"
    r"|<(?:bos|eos|pad|unk|(?:start|end)_of_turn|end_of_text|endoftext|EOT|EOD|EOM|fim_[a-z]+|file_sep|PRE|SUF|MID)>"
)
_ROLE = re.compile(
    r"\A\s*+(?:assistant|answer|solution|response|output|completion)[ \t]*+:?[ \t]*+\r?\n", re.IGNORECASE
)
# blocks of kits and papers: where one opens, and where it closes
_BLOCKS = (
    ("[PYTHON]", "[/PYTHON]"),
    ("[CODE]", "[/CODE]"),
    ("[BEGIN]", "[DONE]"),
    ("\\begin{code}", "\\end{code}"),
    ("\\begin{lstlisting}", "\\end{lstlisting}"),
    ("\\begin{verbatim}", "\\end{verbatim}"),
    ("<code>", "</code>"),
    ("<python>", "</python>"),
    ("<answer>", "</answer>"),
    ("<solution>", "</solution>"),
)
_BRACKETS = re.compile(r"^[ \t]*+\[(?:PYTHON|CODE|BEGIN)\][ \t]*+$", re.MULTILINE)
# what no reader of Python takes for a blank, or takes for nothing
_BLANKS = str.maketrans({"\u00a0": " ", "\u3000": "  ", "\u200b": None, "\ufeff": None, "\u2060": None})


def without_thoughts(text: str) -> str:
    """What follows the last thought; what precedes a thought that nothing follows or that never ends."""
    closings = list(_THOUGHT_CLOSE.finditer(text))
    if closings and text[closings[-1].end() :].strip():
        text = text[closings[-1].end() :].lstrip("\r\n")
    opening = _THOUGHT_OPEN.search(text)
    return text[: opening.start()] if opening else text


def opens_a_thought(text: str) -> bool:
    """Whether a line of the text begins a thought."""
    return _THOUGHT_OPEN.search(text) is not None


def between_tokens(text: str) -> list[str]:
    """The stretches between a tokenizer's marks, the empty ones left out; the text alone where there is none."""
    return [part for part in _TOKEN.split(text) if part.strip()] or [text]


def marked_blocks(text: str) -> list[str]:
    """What stands between other marks than fences, in order; the last block may lack its end."""
    found = []
    for opening, closing in _BLOCKS:
        for part in text.split(opening)[1:]:
            found.append((text.find(part), part.split(closing)[0].lstrip("\r\n")))
        # the prompt may have opened the block
        if not found and closing in text and opening not in text:
            found.append((0, text.split(closing)[0]))
    return [part for _, part in sorted(found, key=lambda one: one[0])]


def stands_in_brackets(text: str) -> bool:
    """Whether a line is nothing but a kit's opening mark, which Python reads as a list."""
    return _BRACKETS.search(text) is not None


def without_role(text: str) -> str:
    """The text without a first line that only says who speaks."""
    return _ROLE.sub("", text, count=1)


def plain_blanks(text: str) -> str:
    """The text with blanks that Python knows: others came from a web page or an editor."""
    return text.translate(_BLANKS)
