"""The code in a model's answer.

Answers come as plain code, as Markdown with one or several fenced blocks (some never closed), between sentences, after
a `<think>` section, or with the prompt repeated in front. What is found is cut out, never corrected: code that does not
parse stays as it is, so that its error can be seen. Plain code stays byte-identical, except for text after it that is
obviously no code.
"""

from __future__ import annotations

import re

from codereflect.grading.answer_blocks import Block, chosen_code, fenced_code
from codereflect.grading.answer_marks import (
    between_tokens,
    marked_blocks,
    opens_a_thought,
    plain_blanks,
    stands_in_brackets,
    without_role,
    without_thoughts,
)
from codereflect.grading.python_text import dedented, is_body, is_program, lines_of, plain_python, without_idle_ends

JAVA_TOKEN = re.compile(
    r"""//[^\n]*+|/\*(?:.*?\*/|.*+)|\"{3}(?:.*?\"{3}|.*+)|"(?:\\.|[^"\\\n])*+"?|'(?:\\.|[^'\\\n])*+'?|[{}]""",
    re.DOTALL,
)


def extract(completion: str, language: str, entry_point: str | None) -> str:
    """The code in an answer. Never raises on an answer, whatever it holds.

    Args:
        completion: the answer as produced.
        language: `python` or `java`.
        entry_point: the function that is asked for; it chooses among several blocks.

    Returns:
        The code; the whole answer where none can be told from the rest; "" for a thought that never ends.
    """
    completion = completion.removeprefix("\ufeff")
    if language == "python":
        return _extract_python(completion, entry_point)
    answer = between_tokens(without_thoughts(completion))[0]
    block = fenced_code(answer, language, entry_point)
    return _java(answer if block is None else block)


def _extract_python(completion: str, entry_point: str | None) -> str:
    if is_program(completion, entry_point) and not stands_in_brackets(completion):
        return without_idle_ends(completion, entry_point)
    answer = without_thoughts(completion)
    # A mark inside a string is no mark: the whole is read before its parts.
    parts = between_tokens(answer)
    texts = [answer, *parts, *(plain_blanks(part) for part in parts)]
    if answer != completion and not opens_a_thought(completion):
        # the mark of a thought's end may be one that the code is about
        texts.append(completion)
    tried = [_read_python(without_role(text), entry_point) for text in dict.fromkeys(texts)]
    fitting = [code for code in tried if is_program(code, entry_point)]
    fitting += [code for code in tried if is_body(code)]
    return fitting[0] if fitting else tried[1 if len(parts) > 1 or parts[0] != answer else 0]


def _read_python(text: str, entry_point: str | None) -> str:
    text = dedented(text, entry_point)
    if is_body(text):
        return text
    block = fenced_code(text, "python", entry_point)
    if block is None:
        # marks of kits may also stand in its strings
        plain = plain_python(text, entry_point)
        if is_program(plain, entry_point) or is_body(plain):
            return plain
        marked = [Block("", part) for part in marked_blocks(text)]
        block = chosen_code(marked, "python", entry_point) if marked else None
    return plain_python(text if block is None else block, entry_point)


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
