"""Java methods as trees of tokens: what is compared is the text of a node, whatever its layout.

Built from tree-sitter's tree without comments. A quote is the source of a node on one line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from codereflect.programs import java_syntax

# nodes that are one token although the grammar sees parts
WHOLE = ("string_literal", "character_literal")
DEEPEST = 60
# a longer statement is quoted in part
QUOTED_TOKENS = 28
PART_TOKENS, PART_BEFORE = 14, 5


class TooDeep(Exception):
    """A text is nested deeper than `DEEPEST`."""


@dataclass(frozen=True, eq=False, slots=True)
class Tree:
    """A node: `field` is its part in its parent, `start` the number of tokens before it in the method.

    `children` has the anonymous nodes (operators, brackets) too; `text` is the source on one line.
    """

    kind: str
    field: str
    named: bool
    start: int
    tokens: tuple[str, ...]
    text: str
    children: tuple[Tree, ...] = ()

    def part(self, field: str) -> Tree | None:
        """The first child that is this part."""
        return next((child for child in self.children if child.field == field), None)

    def parts(self) -> list[Tree]:
        """The named children."""
        return [child for child in self.children if child.named]

    def walk(self) -> Iterator[Tree]:
        """The node and all below it, in the order of the text."""
        yield self
        for child in self.children:
            yield from child.walk()


def methods(code: str) -> list[Tree]:
    """The methods and constructors of a text that parses, in order; none of another text.

    Raises:
        TooDeep: the text is nested too deeply to be compared.
    """
    return [_built(node, "", 0, 0) for node in java_syntax.members(code)]


def _built(node: Any, field: str, start: int, depth: int) -> Tree:
    if depth > DEEPEST:
        raise TooDeep
    text = " ".join(node.text.decode("utf-8", "replace").split())
    if not node.child_count or node.type in WHOLE:
        return Tree(node.type, field, node.is_named, start, (text,), text)
    children: list[Tree] = []
    tokens: tuple[str, ...] = ()
    for place, child in enumerate(node.children):
        if child.type not in java_syntax.COMMENTS:
            children.append(_built(child, node.field_name_for_child(place) or "", start + len(tokens), depth + 1))
            tokens += children[-1].tokens
    if any(child.type in java_syntax.COMMENTS for child in node.children):
        text = " ".join(tokens)
    return Tree(node.type, field, node.is_named, start, tokens, text, tuple(children))


def joined(kind: str, children: list[Tree]) -> Tree:
    """Some neighbours as one node."""
    tokens = tuple(token for child in children for token in child.tokens)
    text = " ".join(child.text for child in children)
    return Tree(kind, "", True, children[0].start if children else 0, tokens, text, tuple(children))


def same(one: Tree, other: Tree) -> bool:
    """Whether two nodes differ in layout only."""
    return one.tokens == other.tokens


def is_long(tree: Tree) -> bool:
    """Whether a node is too long to be quoted whole."""
    return len(tree.tokens) > QUOTED_TOKENS


def stretch(tree: Tree, at: int) -> str:
    """The node where it is short, else its tokens around its token number `at`."""
    if not is_long(tree):
        return tree.text
    start = max(0, min(at - PART_BEFORE, len(tree.tokens) - PART_TOKENS))
    return " ".join(tree.tokens[start : start + PART_TOKENS])


def first_difference(one: Tree, other: Tree) -> int:
    """The number of tokens that two nodes have in common at their start."""
    pairs = zip(one.tokens, other.tokens, strict=False)
    shorter = min(len(one.tokens), len(other.tokens))
    return next((at for at, (left, right) in enumerate(pairs) if left != right), shorter)
