"""Python in a text: whether it is a program, and how much of a text is one."""

from __future__ import annotations

import ast
import builtins
import io
import keyword
import re
import textwrap
import warnings
from functools import lru_cache
from itertools import takewhile

PYTHON_START = re.compile(r"(?:async[ \t]+def|def|class)[ \t]+\w|@\w|import[ \t]+\w|from[ \t]+[\w.]+[ \t]+import\b")
_CONTINUES = re.compile(r"(?:else|elif|except|finally)\b")
MARKUP = re.compile(r">>>|```|~~~|\*\*|[*+-][ \t]+\S|>[ \t]|\d+[.)][ \t]|---|===|<\||</?\w+>")
STATEMENT_WORDS = frozenset((*keyword.kwlist, "match", "case", "type", "print", "exec"))
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
# parses of one answer, and their characters in all: bounds the time for long answers of many lines
MAX_TRIES = 200
MAX_PARSED = 2_000_000
# longer code is not parsed: a tree takes up to a thousand times the memory of its text
MAX_CODE = 200_000


def dedented(text: str, entry_point: str | None) -> str:
    """A text that is indented as a whole without that, where it is a program then."""
    if text[:1] not in (" ", "\t", "\n", "\r") or is_program(text, entry_point):
        return text
    moved = textwrap.dedent(text)
    return moved if moved != text and is_program(moved, entry_point) else text


def used_names(tree: ast.Module) -> set[str]:
    """All names that a module reads anywhere."""
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}


def bound_names(tree: ast.Module) -> set[str]:
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


def plain_python(text: str, entry_point: str | None) -> str:
    """The code of a text without blocks: from its earliest start, as far as it parses and defines the entry point.

    Where there is none, the text from its first line of code on, or the whole text.
    """
    text = dedented(text, entry_point)
    if is_program(text, entry_point):
        return without_idle_ends(text, entry_point)
    if found := longest_program(text, entry_point):
        return without_idle_ends(found, entry_point)
    lines = lines_of(text)
    first = next((number for number, line in enumerate(lines) if line.strip() and not _is_prose(line)), 0)
    return "".join(lines[first:]) if PYTHON_START.match("".join(lines[first:])) else text


def longest_program(text: str, entry_point: str | None) -> str | None:
    """The longest stretch of whole statements from the earliest start that is a program, or the body of one.

    Where Python stops reading, the stretch is cut before the line at the left margin that holds the error; so prose in
    any script goes, and a statement that a limit of tokens broke off.
    """
    lines = lines_of(text)
    starts = [number for number, line in enumerate(lines) if PYTHON_START.match(line)]
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    budget = _Budget()
    if lines and lines[first][:1] in (" ", "\t"):
        body = _cut_to_parse(["def head():\n", *lines[first:]], budget)
        if body and is_body("".join(body[1:])):
            code = "".join([*lines[:first], *body[1:]])
            return code if first + len(body) - 1 == len(lines) else code.rstrip() + "\n"
    first = next((number for number, line in enumerate(lines) if line.strip() and not _is_prose(line)), first)
    for start in sorted({first, *starts}):
        if budget.spent:
            break
        part = _cut_to_parse(lines[start:], budget)
        if part and is_program("".join(part), entry_point):
            code = "".join(part)
            return code if start + len(part) == len(lines) else code.rstrip() + "\n"
    return _indented_program(lines, entry_point)


def _indented_program(lines: list[str], entry_point: str | None) -> str | None:
    """A program that stands indented between sentences."""
    starts = (
        number for number, line in enumerate(lines) if PYTHON_START.match(line.lstrip(" \t")) and line[0] in " \t"
    )
    start = next(starts, None)
    if start is None:
        return None
    margin = len(lines[start]) - len(lines[start].lstrip(" \t"))
    inside = takewhile(lambda line: not line.strip() or not line[:margin].strip(), lines[start:])
    code = textwrap.dedent("".join(inside)).rstrip() + "\n"
    return code if is_program(code, entry_point) else None


class _Budget:
    """Bounds the parses of one answer."""

    def __init__(self) -> None:
        self.tries = self.parsed = 0

    @property
    def spent(self) -> bool:
        """Whether nothing may be parsed any more."""
        return self.tries > MAX_TRIES or self.parsed > MAX_PARSED

    def spend(self, characters: int) -> bool:
        """Whether a text of so many characters may still be parsed."""
        self.tries, self.parsed = self.tries + 1, self.parsed + characters
        return not self.spent and characters <= MAX_CODE


def _cut_to_parse(lines: list[str], budget: _Budget) -> list[str]:
    """As many of the first lines as parse, cut at lines that begin at the left margin; none where that is nothing."""
    while lines:
        text = "".join(lines)
        if not budget.spend(len(text)):
            return []
        error = _error_line(text)
        if error is None:
            return lines
        # the error may be told at a later line than the statement that holds it began
        cut = min(error, len(lines)) - 1
        while cut > 0 and not _may_begin(lines[cut]):
            cut -= 1
        lines = lines[:cut]
    return []


def _may_begin(line: str) -> bool:
    return line[:1] not in (" ", "\t", "\r", "\n", ")", "]", "}", "#", "") and not _CONTINUES.match(line)


def _error_line(text: str) -> int | None:
    """The line (from 1) where Python stops reading; None where it reads all."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(text)
        except SyntaxError as error:
            return max(1, error.lineno or 1)
        except (ValueError, OverflowError, RecursionError, MemoryError):
            return 1
    return None


def lines_of(text: str) -> list[str]:
    r"""Lines with their ends, split where Python's parser splits them (\n, \r, \r\n)."""
    return list(io.StringIO(text, newline=""))


@lru_cache(maxsize=4)
def tree_of(code: str) -> ast.Module | None:
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
    tree = tree_of(code)
    if tree is None:
        return False
    imported = (alias for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom) for alias in node.names)
    return binds(tree, name) or name in {alias.asname or alias.name for alias in imported}


def is_program(code: str, entry_point: str | None) -> bool:
    """Whether the code parses and defines the entry point (without one: any function or class)."""
    if entry_point is not None and entry_point not in code:
        return False
    tree = tree_of(code)
    return tree is not None and binds(tree, entry_point)


def is_body(code: str) -> bool:
    """Whether the code is the indented rest of a function whose head was in the prompt."""
    first = next((line for line in lines_of(code) if line.strip()), "")
    return first[:1] in (" ", "\t") and tree_of("def head():\n" + code) is not None


def binds(tree: ast.Module, entry_point: str | None) -> bool:
    """Whether a module defines or assigns a name at its top level (without one: defines any function or class)."""
    names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)}
    for node in tree.body:
        if isinstance(node, ast.Assign):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name) and entry_point is not None}
        elif isinstance(node, ast.AnnAssign) and node.value and isinstance(node.target, ast.Name) and entry_point:
            names.add(node.target.id)
    return bool(names) if entry_point is None else entry_point in names


def without_idle_ends(code: str, entry_point: str | None) -> str:
    """The code without sentences at its ends that happen to parse (`Complexity: O(n)`, `Done`)."""
    return without_idle_tail(_without_idle_head(code), entry_point)


def _without_idle_head(code: str) -> str:
    """The code without first statements that could do nothing but fail: their names are bound nowhere."""
    tree = tree_of(code)
    if tree is None or not tree.body or not _is_idle(tree.body[0]):
        return code
    known, keep = bound_names(tree) | set(dir(builtins)), 0
    while keep < len(tree.body) - 1 and _is_idle(tree.body[keep]):
        if used_names(ast.Module([tree.body[keep]], [])) <= known or not _ends_line(*tree.body[keep : keep + 2]):
            break
        keep += 1
    begins = tree.body[keep]
    line = min([begins.lineno, *(one.lineno for one in getattr(begins, "decorator_list", []))])
    return "".join(lines_of(code)[line - 1 :]) if keep else code


def without_idle_tail(code: str, entry_point: str | None) -> str:
    """The code without closing statements that can have no effect: sentences that happen to parse (`Done`)."""
    tree = tree_of(code)
    if tree is None:
        return code
    keep = len(tree.body)
    while keep > 1 and _is_idle(tree.body[keep - 1]) and _ends_line(tree.body[keep - 2], tree.body[keep - 1]):
        keep -= 1
    if keep == len(tree.body) or not binds(ast.Module(tree.body[:keep], []), entry_point):
        return code
    return "".join(lines_of(code)[: tree.body[keep].lineno - 1]).rstrip() + "\n"


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
