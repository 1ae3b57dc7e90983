"""Attempts and references as text and as trees: parsing, quoting, tokens.

Only parsers and regular expressions: an attempt is read, never run.
"""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass

from codereflect.programs import java_syntax
from codereflect.records import Language

TOKEN = re.compile(
    r"""'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"   # strings on one line
    |\w+                                          # names, keywords, numbers
    |\*\*=|//=|<<=|>>=|\.\.\.|[!=<>]=|[-+*/%&|^@]=|\*\*|//|->|:=|<<|>>
    |[^\s\w]""",
    re.VERBOSE,
)
CLOSING = {")": "(", "]": "[", "}": "{"}


@dataclass(frozen=True)
class BrokenLine:
    """Where and why a text is no Python. `number` counts from 1; `line` is stripped, perhaps empty."""

    number: int
    line: str
    message: str


def tokens(text: str) -> list[str]:
    """The lexical tokens of any text, also of one that does not parse; white space and layout do not count."""
    return TOKEN.findall(text)


def occurrences(part: str, whole: str, language: Language = "python") -> int:
    """How often the tokens of `part` occur in a row in `whole` (so `1` does not occur in `10`)."""
    split = java_syntax.tokens if language == "java" else tokens
    needle, hay = split(part), split(whole)
    if not needle:
        return 0
    return sum(hay[start : start + len(needle)] == needle for start in range(len(hay) - len(needle) + 1))


def parse(text: str) -> ast.Module | BrokenLine:
    """The tree of a Python text without what does not change its behaviour (docstrings, annotations), or its flaw."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = ast.parse(text)
        except SyntaxError as error:
            return _flaw(text, error.lineno or 1)
        except (ValueError, RecursionError, MemoryError):
            return _flaw(text, 1)
    return _Plain().visit(tree)


def same_tree(one: ast.AST, other: ast.AST) -> bool:
    """Whether two trees differ in layout only."""
    return ast.dump(one) == ast.dump(other)


def quote(text: str, node: ast.AST) -> str:
    """The source of a node; of a compound statement (or what else spans lines) its first line."""
    segment = ast.get_source_segment(text, node) if hasattr(node, "lineno") else None
    return (segment or ast.unparse(node)).split("\n")[0].strip()


class _Plain(ast.NodeTransformer):
    """Drops docstrings and annotations."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.generic_visit(node)
        if ast.get_docstring(node, clean=False) is not None and len(node.body) > 1:
            node.body = node.body[1:]
        node.returns = None
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node


def _flaw(text: str, number: int) -> BrokenLine:
    """The flaw in our own words: the parser's own messages differ between Python versions."""
    lines = text.splitlines() or [""]
    bracket = _bracket(text)
    if bracket is not None:
        at, message = bracket
        return BrokenLine(at, lines[at - 1].strip(), message)
    number = min(max(number, 1), len(lines))
    line = lines[number - 1].strip()
    return BrokenLine(number, line, _line_flaw(line, lines, number))


def _line_flaw(line: str, lines: list[str], number: int) -> str:
    loose = [token for token in tokens(line) if token in ("'", '"')]
    if loose:
        return "a quote is not closed"
    opener = next((before for before in reversed(lines[: number - 1]) if before.strip()), "")
    if opener.rstrip().endswith(":") and _indent(lines[number - 1]) <= _indent(opener):
        return "it must be indented"
    if _indent(lines[number - 1]) > _indent(opener) and not opener.rstrip().endswith(":"):
        return "it is indented too far"
    if re.match(r"(def|for|while|if|elif|else|with|try)\b", line) and not line.endswith(":"):
        return "the colon at its end is missing"
    return "it is no complete statement"


def _bracket(text: str) -> tuple[int, str] | None:
    """Line and kind of the first bracket without a partner."""
    stack: list[tuple[str, int]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        for token in tokens(line.split("#")[0]):
            if token in CLOSING.values():
                stack.append((token, number))
            elif token in CLOSING:
                if not stack or stack[-1][0] != CLOSING[token]:
                    return number, f"`{token}` closes nothing"
                stack.pop()
    return (stack[-1][1], f"`{stack[-1][0]}` is not closed") if stack else None


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
