"""The stretches of Python in a text that no fence encloses, found statement by statement.

A statement begins at the left margin and goes on through the indented lines after it; what does not parse is prose, a
mark, or code that is broken. The time is linear: every statement is parsed once, or a few times where a mark of a
tokenizer or of a prompt has to be cut off it.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from typing import Literal

from codereflect.grading import thoughts
from codereflect.grading.fences import lines_of
from codereflect.grading.python_names import (
    BUILTINS,
    CONTINUED,
    MAX_CODE,
    NOTHING,
    bound,
    is_words,
    own_names,
    parsed,
    rank,
    used,
)

Ending = Literal["end", "words", "broken"]
HEAD = "def head():\n"
# What tokenizers, prompts and mark-up put around code: <|im_end|>, </s>, [/INST], <code>, \end{code}, "assistant:".
_MARK = re.compile(
    r"<\\?[|\uff5c][^<>\n]{1,60}>|<\w{1,30}\|>|</?[A-Za-z][\w.:\u2581/-]{0,40}(?:[ \t][^<>\n]{0,80})?>|<0x[0-9A-F]{2}>"
    r"|(?-i:\[/?[A-Z][A-Z_]{2,14}\])|\[gMASK\]|\\(?:begin|end)\{[^{}\n]{1,30}\}(?:\[[^\]\n]{0,80}\])?(?:\{\w{1,20}\})?"
    r"|\u25c1/?\w{1,20}\u25b7|`{3,}|~{3,}"
    r"|^[ \t]*(?:[#*]{1,3}[ \t]*)?(?:assistant|model|user|human|system|bot|ai|response|answer|solution|output|code"
    r"|python)(?:\*\*)?:(?:\*\*)?(?=[ \t]*\S)",
    re.IGNORECASE | re.MULTILINE,
)
_MARKED = "\0\n"
_INNER = re.compile(rf"`{{3,}}|^[ \t]*~{{3,}}|{thoughts.MARKS}", re.IGNORECASE | re.MULTILINE)
# characters that no text has
_MASKS = {"`": "\ufdd0", "~": "\ufdd1", "<": "\ufdd2", "[": "\ufdd3", "\u25c1": "\ufdd4"}
_TO_MASKS = str.maketrans(_MASKS)
_FROM_MASKS = str.maketrans({mask: mark for mark, mask in _MASKS.items()})
# what begins a statement that a model was cut off in, at the left margin
_CODE = re.compile(
    r"(?:async[ \t]+def|class|def|if|for|while|with|try|import|from|print|assert|return)\b|@|\w+[ \t]*[=(.]"
)
_GOES_ON = re.compile(r"(?:else|elif|except|finally)\b")
_ALLOW_INCOMPLETE = 0x4000  # of codeop: the parser tells what is broken from what is broken off
# parses of one text, and their characters; lines that one statement takes up; marks that are tried in it
MAX_PARSES, MAX_PARSED, MAX_LINES, MAX_MARKS = 4000, 3_000_000, 200, 40


@dataclass(frozen=True, slots=True)
class Piece:
    """A statement, with the comments and empty lines after it."""

    text: str
    nodes: list[ast.stmt]


@dataclass(slots=True)
class Run:
    """Statements without anything between.

    Attributes:
        pieces: the statements.
        continues: whether the first piece is the rest of a function whose head stands elsewhere.
        ending: what follows: the end of the text, words, or code that is broken.
    """

    pieces: list[Piece] = field(default_factory=list)
    continues: bool = False
    ending: Ending = "end"

    @property
    def text(self) -> str:
        """The code, byte for byte."""
        return "".join(piece.text for piece in self.pieces)

    @property
    def nodes(self) -> list[ast.stmt]:
        """All its statements."""
        return [node for piece in self.pieces for node in piece.nodes]

    def rank(self, name: str | None) -> int:
        """How well it defines a name."""
        if self.continues:
            return CONTINUED
        return max((rank(piece.nodes, name) for piece in self.pieces), default=NOTHING)

    def shortened(self, name: str | None) -> Run:
        """Without what follows the function and what it needs: where a model did not stop, only that was asked for."""
        ranks = [rank(piece.nodes, name) for piece in self.pieces]
        kept = 1 if self.continues or not any(ranks) else 1 + ranks.index(max(ranks))
        have, needs = (self._names(0, kept, how) for how in (bound, used))
        at = kept
        while at < len(self.pieces):
            if set().union(*map(own_names, self.pieces[at].nodes), set()) & (needs - have):
                have |= self._names(kept, at + 1, bound)
                needs |= self._names(kept, at + 1, used)
                kept, at = at + 1, kept  # what was passed over may be needed now
            at += 1
        return Run(self.pieces[:kept], self.continues, self.ending)

    def _names(self, start: int, end: int, how: object) -> set[str]:
        nodes = [node for piece in self.pieces[start:end] for node in piece.nodes]
        return bound(nodes) if how is bound else used(nodes)


def runs(text: str) -> list[Run]:
    """The stretches of Python in a text, in order."""
    reader = _Reader(lines_of(text))
    found = reader.read()
    known = set(BUILTINS)
    result: list[Run] = []
    current, after_words = Run(continues=reader.continues), False
    for item in found:
        if isinstance(item, str) or (item.nodes and all(is_words(node, known) for node in item.nodes)):
            after_words = True
            if current.pieces:
                current.ending = item if isinstance(item, str) else "words"
                result.append(current)
                current = Run()
            continue
        known |= bound(item.nodes)
        # what a session printed begins no code
        if current.pieces or not (after_words and item.nodes and all(map(_is_value, item.nodes))):
            current.pieces.append(item)
    return [run for run in [*result, current] if run.pieces]


def _is_value(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant | ast.List | ast.Tuple | ast.Dict)


def masked(text: str) -> str:
    """A text in which fences and marks of thoughts that stand in the strings and comments of code are none.

    `unmasked` gives them back.
    """
    if not _INNER.search(text) or any(mask in text for mask in _MASKS.values()):
        return text
    parts, at = [], 0
    for piece in _Reader(lines_of(text)).read():
        code = piece.text.strip() if isinstance(piece, Piece) and piece.nodes else ""
        start = text.find(code, at) if code and _INNER.search(code) else -1
        if start >= 0:
            parts += [text[at:start], _INNER.sub(lambda mark: mark[0].translate(_TO_MASKS), code)]
            at = start + len(code)
    return "".join([*parts, text[at:]])


def unmasked(text: str) -> str:
    """A text with the marks that `masked` took away."""
    return text.translate(_FROM_MASKS)


class _Reader:
    """Reads a text once, from the first line to the last; lines are split at marks as it goes."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._parses = self._parsed = 0
        self.continues = False

    def read(self) -> list[Piece | Ending]:
        """Statements, and what is between them."""
        found: list[Piece | Ending] = []
        at = 0
        while at < len(self._lines):
            if self._lines[at] == _MARKED:
                found.append("words")
                at += 1
                continue
            end = self._end(at)
            piece, after = self._statement(at, end, first=not any(isinstance(one, Piece) for one in found))
            if piece is not None:
                found.append(piece)
                at = after
            elif self._spent():
                found.append("broken")
                break
            elif not (after > end and self._split(at, after, anywhere=False)) and not self._split(at, end):
                found.append(self._what(at, end))
                at = end
        return found

    def _spent(self) -> bool:
        return self._parses >= MAX_PARSES or self._parsed >= MAX_PARSED

    def _end(self, at: int) -> int:
        """The line after a statement that begins at a line: the next one at the margin that is no comment."""
        while at < len(self._lines) and not _at_margin(self._lines[at]) and not self._lines[at].strip():
            at += 1
        # comments before the statement belong to it
        while at < len(self._lines) and self._lines[at].startswith("#"):
            at += 1
        at += 1
        while at < len(self._lines) and not _at_margin(self._lines[at]):
            at += 1
        return min(at, len(self._lines))

    def _statement(self, at: int, end: int, first: bool) -> tuple[Piece | None, int]:
        """The statement that begins at a line and the line after it; else None, and the line up to which it may go."""
        start = next((line for line in self._lines[at:end] if line.strip() and not line.lstrip().startswith("#")), "")
        head = HEAD if first and start[:1] in (" ", "\t") else ""
        best: Piece | None = None
        after = end
        for _ in range(MAX_LINES):
            if self._spent():
                break
            text = "".join(self._lines[at:end])
            tree = self._parse(head + text)
            if isinstance(tree, ast.Module):
                if head and all(map(_is_idle, _body_of(tree))):
                    return None, end  # printed output
                best, after = Piece(text, tree.body), end
            elif best is None:
                after = end
            # lines of a string or of brackets may stand at the margin, and so does `else`
            if tree == "broken" or end == len(self._lines) or self._lines[end] == _MARKED:
                break
            if isinstance(tree, ast.Module) and not _GOES_ON.match(self._lines[end]):
                break
            end = self._end(end)
        if best is not None and head:
            self.continues = True
        return best, after

    def _parse(self, text: str) -> ast.Module | Literal["broken", "broken off"]:
        self._parses += 1
        self._parsed += len(text)
        if len(text) > MAX_CODE or self._parsed > MAX_PARSED:
            return "broken"
        try:
            return parsed(text, _ALLOW_INCOMPLETE)
        except SyntaxError as error:
            return "broken off" if "incomplete input" in str(error.msg) else "broken"
        except (ValueError, OverflowError, RecursionError, MemoryError):
            return "broken"

    def _split(self, at: int, end: int, anywhere: bool = True) -> bool:
        """Split a statement at the mark before which it is Python, or at its first one; False where it has none."""
        text = "".join(self._lines[at:end])
        marks = [mark for mark, _ in zip(_MARK.finditer(text), range(MAX_MARKS), strict=False)]
        if not marks:
            return False
        chosen = marks[0] if anywhere else None
        for mark in marks:
            before = text[: mark.start()]
            if before.strip():
                head = HEAD if before[:1] in (" ", "\t") else ""
                if isinstance(self._parse(head + before), ast.Module):
                    chosen = mark
                    break
        if chosen is None:
            return False
        before, rest = text[: chosen.start()], text[chosen.end() :]
        # one blank parts a mark from the code after it; more are the code's
        rest = rest[1:] if rest[:1] == " " and not rest[1:2].isspace() else rest
        before = before.rstrip(" \t") + "\n" if before.strip() else ""
        self._lines[at:end] = [*lines_of(before), _MARKED, *lines_of(rest)]
        return True

    def _what(self, at: int, end: int) -> Ending:
        """Whether a text that does not parse is code, or words."""
        line = next((line for line in self._lines[at:end] if line.strip() and not line.startswith("#")), "")
        return "broken" if _CODE.match(line) else "words"


def _at_margin(line: str) -> bool:
    first = line.lstrip("\f")[:1]
    return bool(first) and not first.isspace() and first != "#"


def _body_of(tree: ast.Module) -> list[ast.stmt]:
    head = tree.body[0]
    return head.body if isinstance(head, ast.FunctionDef) else []


def _is_idle(node: ast.stmt) -> bool:
    """Whether a statement does nothing: a name, a value."""
    return isinstance(node, ast.Expr) and not any(
        isinstance(part, ast.Call | ast.Await | ast.Yield | ast.YieldFrom | ast.NamedExpr) for part in ast.walk(node)
    )
