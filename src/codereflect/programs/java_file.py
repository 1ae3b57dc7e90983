"""A Java text taken apart: its imports, types, methods and fields, as a file or as what a class or method holds.

The grammar also knows methods, fields and statements outside a class, so that one reading serves files and parts of
them. It tells shapes only: whether a text compiles is javac's to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from codereflect.programs.java_syntax import COMMENTS

Kind = Literal["import", "package", "type", "method", "field", "initializer", "statement"]
TYPES = (
    "class_declaration",
    "interface_declaration",
    "enum_declaration",
    "record_declaration",
    "annotation_type_declaration",
)
_KINDS: dict[str, Kind] = {
    "import_declaration": "import",
    "package_declaration": "package",
    "method_declaration": "method",
    "local_variable_declaration": "field",
    "field_declaration": "field",
    "static_initializer": "initializer",
    "block": "initializer",
    **dict.fromkeys(TYPES, "type"),
}
_NAMES = ("identifier", "type_identifier")
_LITERALS = ("null_literal", "true", "false", "string_literal", "character_literal")
# members that only stand inside a class
_OF_A_CLASS = frozenset(("private", "protected", "static"))


@dataclass(frozen=True)
class Piece:
    """A declaration or statement, `start` to `end` in bytes: what it declares and which names it mentions."""

    kind: Kind
    node: Any
    start: int
    end: int
    names: frozenset[str]

    @property
    def inside(self) -> bool:
        """Whether it has to stand inside a class."""
        if self.kind != "type":
            return self.kind not in ("import", "package")
        return bool(_modifiers(self.node) & _OF_A_CLASS)

    @property
    def signatures(self) -> frozenset[str]:
        """What may be there once: names, of methods with the number of their parameters."""
        if self.kind != "method":
            return self.names
        return frozenset(f"{name}/{parameters(self.node)}" for name in self.names)

    def mentions(self) -> frozenset[str]:
        """The names that stand in it."""
        return frozenset(_text(node) for node in walk(self.node) if node.type in _NAMES)


@dataclass(frozen=True)
class JavaFile:
    """A text and its pieces, in order. `clean`: the grammar understood all of it."""

    code: bytes
    pieces: tuple[Piece, ...]
    clean: bool

    @property
    def imports(self) -> list[Piece]:
        """Its imports."""
        return [piece for piece in self.pieces if piece.kind == "import"]

    def text(self, pieces: Iterable[Piece]) -> str:
        """The texts of some pieces, a line or more for each."""
        return "".join(self.code[one.start : one.end].decode("utf-8", "replace") + "\n" for one in pieces)

    def without(self, pieces: Iterable[Piece]) -> str:
        """The text without some pieces; comments and blanks stay as they are."""
        kept, place = [], 0
        for one in sorted(pieces, key=lambda piece: piece.start):
            kept.append(self.code[place : one.start])
            place = max(place, one.end)
        return b"".join([*kept, self.code[place:]]).decode("utf-8", "replace")


@lru_cache(maxsize=16)
def read(text: str) -> JavaFile:
    """A text taken apart. Never raises."""
    import tree_sitter
    import tree_sitter_java

    code = text.encode("utf-8", "replace")
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_java.language()))
    children = [node for node in parser.parse(code).root_node.named_children if node.type not in COMMENTS]
    pieces: list[Piece] = []
    clean = True
    opening = None
    for node in children:
        # `static { ... }` outside a class is unknown to the grammar
        initializer = opening is not None and node.type == "block"
        clean &= (not node.has_error or node.type == "ERROR") and (opening is None or initializer)
        opening, before = None, opening
        if node.type == "ERROR":
            opening = node if _text(node) == "static" else None
            clean = clean and opening is not None
            continue
        kind = _KINDS.get(node.type, "statement")
        # a static method sees static fields only: other variables belong to statements around it
        if (node.type == "block" and not initializer) or (kind == "field" and not _modifiers(node) & {"static"}):
            kind = "statement"
        start = before.start_byte if initializer and before is not None else node.start_byte
        pieces.append(Piece(kind, node, start, node.end_byte, frozenset(_declared(node))))
    return JavaFile(code, tuple(pieces), clean and opening is None)


def members(node: Any) -> list[Piece]:
    """What the body of a type holds."""
    body = node.child_by_field_name("body")
    inner = [] if body is None else body.named_children
    inner = [
        deep for part in inner for deep in (part.named_children if part.type == "enum_body_declarations" else [part])
    ]
    return [
        Piece(_KINDS.get(part.type, "statement"), part, part.start_byte, part.end_byte, frozenset(_declared(part)))
        for part in inner
        if part.type not in COMMENTS
    ]


def walk(node: Any) -> Iterator[Any]:
    """A node and all below it."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        waiting.extend(one.children)


def needed(pieces: Iterable[Piece], start: Iterable[str]) -> list[Piece]:
    """The pieces that some names need, directly or by way of another; initializers go with what they mention."""
    found: list[Piece] = []
    left, names = list(pieces), set(start)
    while True:
        more = [one for one in left if (one.names or _fills(one)) & names]
        if not more:
            return sorted(found, key=lambda one: one.start)
        left = [one for one in left if one not in more]
        found += more
        names.update(*(one.mentions() for one in more))


def _fills(piece: Piece) -> frozenset[str]:
    return piece.mentions() if piece.kind == "initializer" else frozenset()


def is_method(piece: Piece, name: str, arity: int) -> bool:
    """Whether a piece is a method of that name, with a body and as many parameters."""
    node = piece.node
    if piece.kind != "method" or name not in piece.names or node.child_by_field_name("body") is None:
        return False
    return parameters(node) == arity


def parameters(node: Any) -> int:
    """How many parameters a method has."""
    given = node.child_by_field_name("parameters")
    kinds = ("formal_parameter", "spread_parameter")
    return sum(part.type in kinds for part in given.named_children) if given is not None else 0


def is_stub(node: Any) -> bool:
    """Whether the body of a method holds nothing, or only throws or returns a literal."""
    body = [part for part in node.child_by_field_name("body").named_children if part.type not in COMMENTS]
    if len(body) != 1:
        return not body
    given = body[0].named_children
    literal = not given or given[0].type in _LITERALS or given[0].type.endswith("_literal")
    return body[0].type == "throw_statement" or (body[0].type == "return_statement" and literal)


def gives(node: Any) -> bool:
    """Whether something is returned or thrown in a method, by itself and not by a class or lambda in it."""
    waiting = [node.child_by_field_name("body")]
    while waiting:
        one = waiting.pop()
        if one.type in ("return_statement", "throw_statement"):
            return True
        waiting += [part for part in one.children if part.type not in (*TYPES, "class_body", "lambda_expression")]
    return False


def _modifiers(node: Any) -> set[str]:
    return {part.type for given in node.children if given.type == "modifiers" for part in given.children}


def _declared(node: Any) -> Iterator[str]:
    name = node.child_by_field_name("name")
    if name is not None:
        yield _text(name)
    for part in node.named_children:
        if part.type == "variable_declarator" and (name := part.child_by_field_name("name")) is not None:
            yield _text(name)


def _text(node: Any) -> str:
    return str(node.text.decode("utf-8", "replace"))
