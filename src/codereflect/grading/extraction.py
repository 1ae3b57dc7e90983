"""The code in a model's answer.

Answers come as plain code, as Markdown with one or several fenced blocks (some never closed), between sentences, after
a `<think>` section, or with the prompt repeated in front. What is found is cut out, never corrected: code that does not
parse stays as it is, so that its error can be seen. Plain code stays byte-identical, except for text after it that is
obviously no code.
"""

from __future__ import annotations

import ast
import builtins
import io
import keyword
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

TAGS = {"python": ("python", "py", "python3", "python2", "pycon", ""), "java": ("java", "")}
THOUGHT_OPEN = re.compile(r"^[ \t]*<(?:think|thinking|thought|reasoning)>", re.IGNORECASE | re.MULTILINE)
THOUGHT_CLOSE = re.compile(r"(?<![\"'])</(?:think|thinking|thought|reasoning)>", re.IGNORECASE)
END_TOKEN = re.compile(r"(?:<\|\w{1,40}\|>|</s>)\Z")
LONGEST_END_TOKEN = 44
# Quantifiers that give nothing back: an answer may be megabytes of the same character.
FENCE = re.compile(r"([ \t]*+)(`{3,}+|~{3,}+)[ \t]*+([\w+#.-]*+)[^`\r\n]*+[\r\n]*+\Z")
ONE_LINE_FENCE = re.compile(r"```(?:(?:python|py|java)\b[ \t]*+)?([^`]++)```")
PYTHON_START = re.compile(r"(?:async[ \t]+def|def|class)[ \t]+\w|@\w|import[ \t]+\w|from[ \t]+[\w.]+[ \t]+import\b")
MARKUP = re.compile(r">>>|```|~~~|\*\*|[*+-][ \t]+\S|>[ \t]|\d+[.)][ \t]|---|===|<\||</?\w+>")
STATEMENT_WORDS = frozenset((*keyword.kwlist, "match", "case", "type", "print", "exec"))
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
JAVA_TOKEN = re.compile(
    r"""//[^\n]*+|/\*(?:.*?\*/|.*+)|\"{3}(?:.*?\"{3}|.*+)|"(?:\\.|[^"\\\n])*+"?|'(?:\\.|[^'\\\n])*+'?|[{}]""",
    re.DOTALL,
)
JAVA_STOP = re.compile(r"[;{}]")
# parses of one answer, and their characters in all: bounds the time for long answers of many lines
MAX_TRIES = 200
MAX_PARSED = 2_000_000
# longer code is not parsed: a tree takes up to a thousand times the memory of its text
MAX_CODE = 200_000


def extract(completion: str, language: str, entry_point: str | None) -> str:
    """The code in an answer. Never raises on an answer, whatever it holds.

    Args:
        completion: the answer as produced.
        language: `python` or `java`.
        entry_point: the function that is asked for; it chooses among several blocks.

    Returns:
        The code; the whole answer where none can be told from the rest; "" for a thought that never ends.
    """
    if language == "python" and _is_program(completion, entry_point):
        return _without_idle_tail(completion, entry_point)
    answer = _without_end_tokens(without_thoughts(completion))
    block = _fenced(answer, language, entry_point)
    text = answer if block is None else block
    return _python(text, entry_point) if language == "python" else _java(text)


def _without_end_tokens(text: str) -> str:
    """The text without the marks of an end (`<|im_end|>`, `</s>`) that a tokenizer left, and blanks around them."""
    kept, end = len(text), len(text.rstrip())
    while found := END_TOKEN.search(text[max(0, end - LONGEST_END_TOKEN) : end]):
        end -= len(found[0])
        while end and text[end - 1].isspace():
            end -= 1
        kept = end
    return text[:kept]


def without_thoughts(text: str) -> str:
    """What follows the last thought; what precedes a thought that nothing follows or that never ends."""
    closings = list(THOUGHT_CLOSE.finditer(text))
    if closings and text[closings[-1].end() :].strip():
        text = text[closings[-1].end() :].lstrip("\r\n")
    opening = THOUGHT_OPEN.search(text)
    return text[: opening.start()] if opening else text


# Fenced blocks


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its tag in lower case and its text, without the indentation of its fence."""

    tag: str
    text: str


def _fenced(text: str, language: str, entry_point: str | None) -> str | None:
    """The code in the fenced blocks of an answer; None when it has none."""
    lines = _lines(text)
    first = next((number for number, line in enumerate(lines) if FENCE.match(line)), None)
    if first is None:
        inline = [Block("", match) for match in ONE_LINE_FENCE.findall(text)]
        return _choose(inline, language, entry_point) if inline else None
    before = "".join(lines[:first])
    # The prompt may have opened the fence: then the first one closes it.
    bare = lines[first].strip(" \t\r\n`~") == ""
    if bare and _holds_answer(before, language, entry_point):
        return before
    return _choose(list(_blocks(lines)), language, entry_point)


def _blocks(lines: list[str]) -> Iterator[Block]:
    """The fenced blocks in order; the last one may lack its end."""
    fence = tag = margin = ""
    content: list[str] = []
    for line in lines:
        if not fence:
            opening = FENCE.match(line)
            if opening:
                margin, fence, tag, content = opening[1], opening[2], opening[3].lower(), []
            continue
        before = _before_fence(line.removeprefix(margin), fence)
        closed = before is not None
        content.append(line.removeprefix(margin) if before is None else before)
        if closed:
            yield Block(tag, "".join(content))
            fence = ""
    if fence and content:
        yield Block(tag, "".join(content))


def _before_fence(line: str, fence: str) -> str | None:
    """What precedes a fence at the end of a line that is at least as long as the given one; None without one.

    An indented fence is part of the code (CommonMark: no more than three blanks), an example in a docstring, say.
    """
    text = line.rstrip("\r\n").rstrip(" \t")
    before = text.rstrip(fence[0])
    inside = not before.strip() and (len(before) > 3 or "\t" in before)
    return before if len(text) - len(before) >= len(fence) and not inside else None


def _choose(blocks: list[Block], language: str, entry_point: str | None) -> str | None:
    """The last block with the entry point (a correction follows what it corrects), after the helpers it needs.

    Without an entry point, or when no block has it, the first block of the language.
    """
    texts = [block.text for block in blocks if block.tag in TAGS.get(language, ("",))]
    texts = texts or [block.text for block in blocks]
    if not texts:
        return None
    if entry_point is None:
        return texts[0]
    holding = [text for text in texts if _holds_answer(text, language, entry_point)]
    if not holding:
        holding = [text for text in texts if re.search(rf"\b{re.escape(entry_point)}\s*\(", text)][:1] or texts[:1]
    chosen = holding[-1]
    return _with_helpers(chosen, texts[: texts.index(chosen)], entry_point) if language == "python" else chosen


def _holds_answer(text: str, language: str, entry_point: str | None) -> bool:
    if language == "python":
        return _is_program(text, entry_point) or _is_body(text)
    return _has_method(text, re.escape(entry_point) if entry_point else r"\w++")


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


def _with_helpers(chosen: str, earlier: list[str], entry_point: str) -> str:
    """The chosen code, after the earlier blocks that bind names it uses and does not bind."""
    tree = _tree(chosen)
    if tree is None:
        return chosen
    missing = _used(tree) - _bound(tree) - set(dir(builtins))
    helpers = []
    for text in earlier:
        helper = _tree(text)
        if helper and not _defines(helper, entry_point) and _bound(helper) & missing:
            helpers.append(text if text.endswith("\n") else text + "\n")
    return "".join([*helpers, chosen])


def _used(tree: ast.Module) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}


def _bound(tree: ast.Module) -> set[str]:
    """All names that a module binds anywhere: definitions, arguments, assignments, imports."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            names.add(node.id)
        elif isinstance(node, ast.alias):
            names.add((node.asname or node.name).split(".")[0])
    return names


# Python


def _python(text: str, entry_point: str | None) -> str:
    """The longest stretch from the earliest start of code that parses and defines the entry point.

    Where there is none, the text from its first line of code on, or the whole text.
    """
    if _is_program(text, entry_point):
        return _without_idle_tail(text, entry_point)
    lines = _lines(text)
    starts = [number for number, line in enumerate(lines) if PYTHON_START.match(line)]
    ends = [number for number, line in enumerate(lines) if _is_prose(line)]
    first = next((number for number, line in enumerate(lines) if line.strip() and not _is_prose(line)), 0)
    tries = parsed = 0
    for start in sorted({0, first, *starts}):
        for end in [len(lines), *(end for end in ends if end > start)]:
            tries += 1
            if tries > MAX_TRIES or parsed > MAX_PARSED:
                break
            part = "".join(lines[start:end])
            parsed += len(part)
            if _is_program(part, entry_point) or (start == 0 and _is_body(part)):
                part = part if end == len(lines) else part.rstrip() + "\n"
                return _without_idle_tail(part, entry_point)
    return "".join(lines[first:]) if first in starts else text


def _lines(text: str) -> list[str]:
    r"""Lines with their ends, split where Python's parser splits them (\n, \r, \r\n)."""
    return list(io.StringIO(text, newline=""))


@lru_cache(maxsize=4)
def _tree(code: str) -> ast.Module | None:
    """The syntax tree, not to be changed: one answer is looked at several times."""
    if len(code) > MAX_CODE:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes in strings are no errors
        try:
            return ast.parse(code)
        except (SyntaxError, ValueError, OverflowError, RecursionError, MemoryError):
            return None


def defines(code: str, name: str) -> bool:
    """Whether a text is Python that binds a name at its top level: by itself it is a program."""
    tree = _tree(code)
    if tree is None:
        return False
    imported = (alias for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom) for alias in node.names)
    return _defines(tree, name) or name in {alias.asname or alias.name for alias in imported}


def _is_program(code: str, entry_point: str | None) -> bool:
    """Whether the code parses and defines the entry point (without one: any function or class)."""
    if entry_point is not None and entry_point not in code:
        return False
    tree = _tree(code)
    return tree is not None and _defines(tree, entry_point)


def _is_body(code: str) -> bool:
    """Whether the code is the indented rest of a function whose head was in the prompt."""
    first = next((line for line in _lines(code) if line.strip()), "")
    return first[:1] in (" ", "\t") and _tree("def head():\n" + code) is not None


def _defines(tree: ast.Module, entry_point: str | None) -> bool:
    names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)}
    for node in tree.body:
        if isinstance(node, ast.Assign):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name) and entry_point is not None}
    return bool(names) if entry_point is None else entry_point in names


def _without_idle_tail(code: str, entry_point: str | None) -> str:
    """The code without closing statements that can have no effect: sentences that happen to parse (`Done`)."""
    tree = _tree(code)
    if tree is None:
        return code
    keep = len(tree.body)
    while keep > 1 and _is_idle(tree.body[keep - 1]) and _ends_line(tree.body[keep - 2], tree.body[keep - 1]):
        keep -= 1
    if keep == len(tree.body) or not _defines(ast.Module(tree.body[:keep], []), entry_point):
        return code
    return "".join(_lines(code)[: tree.body[keep].lineno - 1]).rstrip() + "\n"


def _is_idle(node: ast.stmt) -> bool:
    if isinstance(node, ast.AnnAssign):
        return node.value is None
    if not isinstance(node, ast.Expr) or isinstance(node.value, ast.Constant):
        return False
    return not any(isinstance(part, ast.Call | ast.Await | ast.NamedExpr) for part in ast.walk(node))


def _ends_line(node: ast.stmt, following: ast.stmt) -> bool:
    return (node.end_lineno or node.lineno) < following.lineno


def _is_prose(line: str) -> bool:
    """Whether a line at the left margin is obviously no Python: Markdown, or words side by side.

    Two names side by side are never Python unless one is a keyword.
    """
    text = line.rstrip()
    if not text or text[0].isspace() or text[0] == "#":
        return False
    if MARKUP.match(text):
        return True
    words = re.sub(r"`[^`]*`", "code", text).split()
    first = words[0].rstrip(",.:;!?")
    if not WORD.fullmatch(first) or first in STATEMENT_WORDS:
        return False
    if first[0].isupper() and text[-1] in ".:!?" and "=" not in text:
        return True
    return (first[0].isupper() or len(words) > 2) and any(map(_side_by_side, words, words[1:]))


def _side_by_side(left: str, right: str) -> bool:
    """Whether two neighbours of a line are plain words and neither is a keyword."""
    right = right.rstrip(",.:;!?")
    return all(WORD.fullmatch(word) and word not in STATEMENT_WORDS for word in (left, right))


# Java


def _java(text: str) -> str:
    """The text without sentences before the first line of code and after the last closing brace."""
    lines = _lines(text)
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
