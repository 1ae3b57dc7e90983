"""CodeBLEU's syntax match for Java: which subtrees of the reference's syntax tree does the candidate have?

Two subtrees are the same when their S-expressions are: the kinds of the named nodes, their fields, and what the parser
found missing; names and literals do not count. A subtree that the reference has twice counts twice, even if the
candidate has it once, as in CodeXGLUE's code. The grammar takes a method without a class; the version decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node, Tree

COMMENTS = ("line_comment", "block_comment")

Key = tuple[str, bool, tuple[tuple[str, int], ...]]


def parse(code: str) -> Tree:
    """The syntax tree of the text without its comments. Any text has one."""
    import tree_sitter
    import tree_sitter_java

    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_java.language()))
    text = code.encode("utf-8", "replace")
    tree = parser.parse(text)
    comments = [(node.start_byte, node.end_byte) for entered, node, _ in walk(tree) if entered and _is_comment(node)]
    if not comments:
        return tree
    blanked = bytearray(text)
    for start, end in comments:
        blanked[start:end] = b" " * (end - start)
    return parser.parse(bytes(blanked))


def syntax_hits(candidate: Tree, reference: Tree) -> tuple[int, int]:
    """How many subtrees of the reference the candidate has, and how many the reference has: at least one."""
    known: dict[Key, int] = {}
    wanted = subtrees(reference, known)
    there = set(subtrees(candidate, known))
    return sum(shape in there for shape in wanted), len(wanted)


def subtrees(tree: Tree, known: dict[Key, int]) -> list[int]:
    """A number for each subtree with children, and for the root: equal numbers, equal S-expressions.

    Numbers instead of texts: the texts of all subtrees of a long chain take memory quadratic in its length.
    """
    found: list[int] = []
    open_: list[list[tuple[str, int]]] = [[]]
    for entered, node, field in walk(tree):
        if entered:
            open_.append([])
            continue
        children = open_.pop()
        shape = known.setdefault(_key(node, children), len(known))
        if node.is_named or node.is_missing:
            open_[-1].append((field or "", shape))
        if node.child_count or len(open_) == 1:
            found.append(shape)
    return found


def walk(tree: Tree) -> Iterator[tuple[bool, Node, str | None]]:
    """All nodes in the order of the text, each twice: (entered or left, node, its field in the parent).

    Without recursion: a long chain of operators is a deep tree.
    """
    cursor = tree.walk()
    while True:
        yield True, cursor.node, cursor.field_name  # type: ignore[misc]  # a cursor always stands on a node
        if cursor.goto_first_child():
            continue
        yield False, cursor.node, cursor.field_name  # type: ignore[misc]
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return
            yield False, cursor.node, cursor.field_name  # type: ignore[misc]


def _key(node: Node, children: list[tuple[str, int]]) -> Key:
    broken = node.type == "ERROR" and not node.child_count  # its S-expression shows what the parser stumbled over
    return str(node)[1:-1] if broken else node.type, node.is_missing, tuple(children)


def _is_comment(node: Node) -> bool:
    return node.type in COMMENTS
