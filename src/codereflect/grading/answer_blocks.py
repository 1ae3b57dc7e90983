"""Fenced blocks of an answer, and which of them is the code that was asked for."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator
from dataclasses import dataclass

from codereflect.grading.python_text import (
    binds,
    bound_names,
    dedented,
    is_body,
    is_program,
    lines_of,
    longest_program,
    tree_of,
    used_names,
)
from codereflect.programs.joining import needed_statements

TAGS = {"python": ("python", "py", "python3", "python2", "pycon", ""), "java": ("java", "")}
# Quantifiers that give nothing back: an answer may be megabytes of the same character.
FENCE = re.compile(r"([ \t]*+)(`{3,}+|~{3,}+)[ \t]*+([\w+#.-]*+)[^`\r\n]*+[\r\n]*+\Z")
ONE_LINE_FENCE = re.compile(r"```(?:(?:python|py|java)\b[ \t]*+)?([^`]++)```")
JAVA_STOP = re.compile(r"[;{}]")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its tag in lower case and its text, without the indentation of its fence."""

    tag: str
    text: str
    closed: bool = True


def fenced_code(text: str, language: str, entry_point: str | None) -> str | None:
    """The code in the fenced blocks of an answer; None when it has none."""
    lines = lines_of(text)
    first = next((number for number, line in enumerate(lines) if FENCE.match(line)), None)
    if first is None:
        inline = [Block("", match) for match in ONE_LINE_FENCE.findall(text)]
        return chosen_code(inline, language, entry_point) if inline else None
    before = "".join(lines[:first])
    # The prompt may have opened the fence: then the first one closes it.
    bare = lines[first].strip(" \t\r\n`~") == ""
    if bare and _holds_answer(before, language, entry_point):
        return before
    return chosen_code(list(_blocks(lines)), language, entry_point)


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
        yield Block(tag, "".join(content), closed=False)


def _before_fence(line: str, fence: str) -> str | None:
    """What precedes a fence at the end of a line that is at least as long as the given one; None without one.

    An indented fence is part of the code (CommonMark: no more than three blanks), an example in a docstring, say.
    """
    text = line.rstrip("\r\n").rstrip(" \t")
    before = text.rstrip(fence[0])
    inside = not before.strip() and (len(before) > 3 or "\t" in before)
    inline = fence in before  # the end of code within a sentence or a comment
    return before if len(text) - len(before) >= len(fence) and not (inside or inline) else None


def chosen_code(blocks: list[Block], language: str, entry_point: str | None) -> str | None:
    """The last block with the entry point (a correction follows what it corrects), with the helpers it needs.

    Stubs, blocks that only give the name another value, and indented fragments come after blocks that define the
    function. Without an entry point, or when no block has it, the first block of the language.
    """
    blocks = [block for block in blocks if block.tag in TAGS.get(language, ("",))] or blocks
    texts = [block.text for block in blocks]
    if not texts:
        return None
    if language != "python":
        holding = [text for text in texts if _holds_answer(text, language, entry_point)] if entry_point else texts[:1]
        return holding[-1] if holding else _calling(texts, entry_point or "")
    texts = [dedented(_without_prompts(text), entry_point) for text in texts]
    if entry_point is None:
        return texts[0]
    read = [text if is_program(text, entry_point) else longest_program(text, entry_point) or text for text in texts]
    # what a limit of tokens broke off comes after what is whole
    ranks = [_rank(text, entry_point) + (not block.closed) * 0.5 for text, block in zip(read, blocks, strict=True)]
    best = min(ranks)
    if best >= _NOTHING:
        return _calling(texts, entry_point)
    chosen = len(ranks) - 1 - ranks[::-1].index(best)
    return _with_helpers(read[chosen], read[:chosen], read[chosen + 1 :], entry_point)


_NOTHING = 4


def _without_prompts(text: str) -> str:
    """A session of the interpreter as the code that was typed."""
    lines = text.splitlines(keepends=True)
    typed = [line[4:] for line in lines if line[:4] in (">>> ", "... ")]
    return "".join(typed) if typed and lines[0].startswith(">>> ") else text


def _calling(texts: list[str], entry_point: str) -> str:
    return next((text for text in texts if re.search(rf"\b{re.escape(entry_point)}\s*\(", text)), texts[0])


def _rank(text: str, entry_point: str) -> int:
    """How well a block answers: it defines the function, rebinds its name, is a stub, a body, or none of it."""
    tree = tree_of(text) if entry_point in text else None
    if tree is None or not binds(tree, entry_point):
        return 3 if is_body(text) and tree_of(text) is None and "return" in text else _NOTHING
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    own = [node for node in tree.body if isinstance(node, kinds) and node.name == entry_point]
    if not own:
        return 1
    return 2 if all(map(_is_nothing, own[-1].body)) else 0


def _is_nothing(node: ast.stmt) -> bool:
    """Whether a statement is what a stub has: `pass`, `...`, a docstring, `raise NotImplementedError`."""
    if isinstance(node, ast.Raise):
        return "NotImplemented" in ast.dump(node)
    return isinstance(node, ast.Pass) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))


def _holds_answer(text: str, language: str, entry_point: str | None) -> bool:
    if language == "python":
        return is_program(text, entry_point) or is_body(text)
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


def _acts(tree: ast.Module) -> bool:
    """Whether a block does more than define: it prints, asks, or tries what it defines."""
    return any(isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) for node in tree.body)


def _with_helpers(chosen: str, earlier: list[str], later: list[str], entry_point: str) -> str:
    """The chosen code after what it needs: blocks before it, and statements of blocks behind it, that bind names which
    it uses and does not bind.
    """
    tree = tree_of(chosen)
    if tree is None:
        return chosen
    missing = used_names(tree) - bound_names(tree) - set(dir(builtins))
    helpers: list[str] = []
    # from the last block to the first: a block that is taken may need what is before it
    for text in reversed(earlier):
        helper = tree_of(text)
        if helper and not binds(helper, entry_point) and bound_names(helper) & missing:
            missing |= used_names(helper) - set(dir(builtins))
            whole = text if text.endswith("\n") else text + "\n"
            helpers.insert(0, needed_statements(text, set(missing), entry_point) if _acts(helper) else whole)
    for text in later:
        helpers.append(needed_statements(text, set(missing), entry_point))
    return "".join([*helpers, chosen])
