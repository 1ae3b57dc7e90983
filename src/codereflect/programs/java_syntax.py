"""Java class members (CONCODE's form: a method without a class) as text: do they parse, where not, and their tokens.

The judge is tree-sitter's Java grammar, which is more lenient than javac: it takes any expression as a statement and
knows neither types nor names. So "parses" means the shape is right, not that the code compiles.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

MEMBERS = ("method_declaration", "constructor_declaration")
COMMENTS = ("line_comment", "block_comment")
BEFORE, AFTER = "class Wrapper {\n", "\n}\n"
# tokens of the text that are shown around a flaw
SHOWN = 6
# a text without an end may be all that follows
LONGEST_SHOWN = 60
_TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*+|/\*(?:.*?\*/|.*+))
    |"{3}(?:.*?"{3}|.*+)|"(?:\\.|[^"\\\n])*+"?|'(?:\\.|[^'\\\n])*+'?  # texts, closed or not
    |\.?\d(?:[eEpP][+-]|[\w.])*+                                  # numbers
    |[\w$]++
    |->|::|\.{3}|\+\+|--|&&|\|\||<<=?|[-+*/%&|^!=<>]=             # `>>` may end two lists of types: never one token
    |\S""",
    re.VERBOSE | re.DOTALL,
)
_CLOSING = {")": "(", "]": "[", "}": "{"}


@dataclass(frozen=True)
class Flaw:
    """Why and where a text is no class member. `place` is an index into the text, `near` the code around it."""

    message: str
    place: int
    near: str


def parses(code: str) -> bool:
    """Whether the text, put into a class of its own, is one class that holds at least one method or constructor.

    Text that closes the surrounding class and opens another does not parse, nor does an empty text.
    """
    return bool(members(code))


def members(code: str) -> list[Any]:
    """The methods and constructors (tree-sitter's nodes) of a text that parses, in order; none of another text.

    The bytes that they count are those of `BEFORE` and the text.
    """
    root = _root(code)
    declarations = [node for node in root.named_children if node.type not in COMMENTS]
    if root.has_error or len(declarations) != 1:
        return []
    body = declarations[0].child_by_field_name("body")
    return [] if body is None else [member for member in body.named_children if member.type in MEMBERS]


def _root(code: str) -> Any:
    import tree_sitter
    import tree_sitter_java

    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_java.language()))
    return parser.parse(f"{BEFORE}{code}{AFTER}".encode("utf-8", "replace")).root_node


def tokens(code: str) -> list[str]:
    """The lexical tokens of any text, also of one that does not parse; white space and comments do not count."""
    return [found[0] for found in _tokens(code)]


def _tokens(code: str) -> list[re.Match[str]]:
    return [found for found in _TOKEN.finditer(code) if found["comment"] is None]


def braces(code: str) -> list[tuple[int, str]]:
    """Where any text has braces that stand in no comment, text or character."""
    return [(found.start(), found[0]) for found in _TOKEN.finditer(code) if found[0] in "{}"]


def ends_open(code: str) -> bool:
    """Whether a text ends inside a comment or a text block."""
    last = next(iter(deque(_TOKEN.finditer(code), maxlen=1)), None)
    if last is None or last.end() != len(code):
        return False
    opening = next((mark for mark in ("/*", '"""') if last[0].startswith(mark)), "")
    return bool(opening) and (len(last[0]) < 2 * len(opening) or not last[0].endswith(opening[::-1]))


def quoted(code: str) -> list[tuple[int, int]]:
    """From where to where any text has comments, texts and characters."""
    return [found.span() for found in _TOKEN.finditer(code) if found["comment"] or found[0][0] in "\"'"]


def flaw(code: str) -> Flaw | None:
    """The first thing that keeps a text from being a class member, as far as the grammar tells; None when it is one.

    The messages are our own: neither javac's nor the grammar's, whose words differ between versions.
    """
    if parses(code):
        return None
    found = _tokens(code)
    if not found:
        return Flaw("there is no code", 0, "")
    return (
        _loose(code, found)
        or _bracket(found)
        or _stumble(code, found)
        or Flaw("it is no method", 0, _near(found, 0, SHOWN))
    )


def _loose(code: str, found: Sequence[re.Match[str]]) -> Flaw | None:
    """A text or a comment without an end."""
    for at, token in enumerate(found):
        if token[0][0] in "\"'" and (len(token[0]) == 1 or token[0][-1] != token[0][0]):
            whole = len(token[0]) < LONGEST_SHOWN
            near = _near(found, at, at + 1) if whole else _near(found, at - SHOWN, at)
            return Flaw("a text is not closed", token.start(), near)
    last = [token for token in _TOKEN.finditer(code) if token["comment"]][-1:]
    if last and last[0][0].startswith("/*") and not last[0][0].endswith("*/"):
        return Flaw("a comment is not closed", last[0].start(), _near(found, len(found) - SHOWN, len(found)))
    return None


def _bracket(found: Sequence[re.Match[str]]) -> Flaw | None:
    """The first bracket without a partner."""
    stack: list[int] = []
    for at, token in enumerate(found):
        if token[0] in _CLOSING.values():
            stack.append(at)
        elif token[0] in _CLOSING:
            if stack and found[stack[-1]][0] == _CLOSING[token[0]]:
                stack.pop()
            elif any(found[one][0] == _CLOSING[token[0]] for one in stack):
                return _open(found, stack[-1])
            else:
                return Flaw(f"`{token[0]}` closes nothing", token.start(), _near(found, at + 1 - SHOWN, at + 1))
    if not stack:
        return None
    if any(found[one][0] != "{" for one in stack):
        return _open(found, next(one for one in reversed(stack) if found[one][0] != "{"))
    end = len(found)
    return Flaw("it ends before the last `{` is closed", found[-1].end(), _near(found, end - SHOWN, end))


def _open(found: Sequence[re.Match[str]], at: int) -> Flaw:
    return Flaw(f"`{found[at][0]}` is not closed", found[at].start(), _near(found, at - 1, at - 1 + SHOWN))


def _stumble(code: str, found: Sequence[re.Match[str]]) -> Flaw | None:
    """Where the grammar first lacks something or cannot go on."""
    node = _first_flaw(_root(code))
    if node is None:
        return None
    text = f"{BEFORE}{code}{AFTER}".encode("utf-8", "replace")[: node.start_byte].decode("utf-8", "replace")
    place = min(max(len(text) - len(BEFORE), 0), len(code))
    before = sum(token.end() <= place for token in found)
    if node.is_missing:
        wanted = f"`{node.type}`" if not node.type.isidentifier() else "a name"
        return Flaw(f"{wanted} has to follow", place, _near(found, before - SHOWN, before))
    at = min(before, len(found) - 1)
    return Flaw(f"the parser stumbles at `{found[at][0]}`", place, _near(found, at - SHOWN // 2, at + SHOWN // 2))


def _first_flaw(root: Any) -> Any:
    """The first node, in the order of the text, that stands for something missing or not understood."""
    cursor = root.walk()
    while True:
        node = cursor.node
        if node.is_missing or node.type == "ERROR":
            return node
        if node.has_error and cursor.goto_first_child():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return None


def _near(found: Sequence[re.Match[str]], start: int, stop: int) -> str:
    """The tokens `start` to `stop`, on one line."""
    return " ".join(token[0] for token in found[max(start, 0) : max(stop, 0)])
