"""The smallest differing parts of two statements of the same type: which constant, operator, name or call differs."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from codereflect.programs.python_syntax import SIGNS
from codereflect.teacher.rules.source import quote, same_tree

Kind = Literal[
    # of statements
    "missing_step", "extra_step", "missing_return", "order", "different_step", "parameters", "function_name",
    # of parts of a statement
    "constant", "operator", "comparison", "variable", "call", "method", "swapped", "slice", "condition",
    "missing_condition", "extra_condition", "missing_argument", "extra_argument", "missing_part", "extra_part",
    "expression",
    # of Java alone
    "return_type", "modifiers", "missing_modifier", "extra_modifier", "renamed", "extra_method", "other_body",
    "missing_branch", "extra_branch", "missing_start", "extra_start", "type", "field", "declaration", "arguments",
    "head",
]  # fmt: skip
MOST_LEAVES = 2
# kinds that can be named two at a time; other kinds together mean that the step is another one
SMALL = ("constant", "operator", "comparison", "variable", "call", "method", "missing_argument", "extra_argument")


@dataclass(frozen=True)
class Leaf:
    """A smallest difference; `whole` says that the statements have too little in common to name a part."""

    kind: Kind
    wrong: str
    right: str
    whole: bool = False


@dataclass(frozen=True)
class _Walk:
    """Descends two trees at once; the texts are for quoting."""

    wrong_text: str
    right_text: str

    def leaf(self, kind: Kind, wrong: ast.AST, right: ast.AST) -> list[Leaf]:
        return [Leaf(kind, quote(self.wrong_text, wrong), quote(self.right_text, right))]

    def only_right(self, kind: Kind, right: ast.AST) -> list[Leaf]:
        return [Leaf(kind, "", quote(self.right_text, right))]

    def only_wrong(self, kind: Kind, wrong: ast.AST) -> list[Leaf]:
        return [Leaf(kind, quote(self.wrong_text, wrong), "")]


def differing_leaves(wrong: ast.stmt, right: ast.stmt, wrong_text: str, right_text: str) -> list[Leaf]:
    """The leaves that differ between the expressions of two statements of one type (nested statements left out).

    Statements that differ in all they compute, or in more than two small places, are one leaf: the whole.
    """
    leaves = _fields(_Walk(wrong_text, right_text), wrong, right)
    whole = any(leaf.whole for leaf in leaves) or len(leaves) > MOST_LEAVES
    if len(leaves) > 1:
        whole = whole or any(leaf.kind not in SMALL for leaf in leaves)
    elif leaves and leaves[0].kind == "expression" and isinstance(value := getattr(right, "value", None), ast.expr):
        whole = whole or leaves[0].right == quote(right_text, value)
    return [Leaf("expression", "", "", whole=True)] if whole else leaves


def _descend(walk: _Walk, wrong: ast.AST, right: ast.AST, role: str) -> list[Leaf]:
    """Leaves below two expressions that stand in the same place; `role` is the field they stand in."""
    if same_tree(wrong, right):
        return []
    if type(wrong) is not type(right):
        return _unlike(walk, wrong, right)
    special = _SPECIAL.get(type(right))
    leaves = special(walk, wrong, right, role) if special else None
    if leaves is None:
        leaves = _fields(walk, wrong, right)
    if len(leaves) > 1 and role in ("ifs", "test"):
        return walk.leaf("condition", wrong, right)
    if len(leaves) > MOST_LEAVES:
        return walk.leaf("expression", wrong, right)
    return leaves


def _unlike(walk: _Walk, wrong: ast.AST, right: ast.AST) -> list[Leaf]:
    """Two different types of node: perhaps one is the other with something around it."""
    if isinstance(right, ast.expr) and any(same_tree(wrong, node) for node in ast.walk(right)):
        return walk.leaf("missing_part", wrong, right)
    if isinstance(wrong, ast.expr) and any(same_tree(right, node) for node in ast.walk(wrong)):
        return walk.leaf("extra_part", wrong, right)
    return walk.leaf("expression", wrong, right)


def _fields(walk: _Walk, wrong: ast.AST, right: ast.AST) -> list[Leaf]:
    leaves: list[Leaf] = []
    for field, other in ast.iter_fields(right):
        if field in ("body", "orelse", "finalbody", "ctx") and isinstance(other, list):
            continue  # nested statements are aligned by the caller
        leaves.extend(_field(walk, field, getattr(wrong, field), other, (wrong, right)))
    return leaves


def _field(walk: _Walk, field: str, one: object, other: object, around: tuple[ast.AST, ast.AST]) -> list[Leaf]:
    if isinstance(one, ast.operator | ast.unaryop) and isinstance(other, ast.operator | ast.unaryop):
        end = "=" if isinstance(around[1], ast.AugAssign) else ""
        leaf = Leaf("operator", SIGNS[type(one)] + end, SIGNS[type(other)] + end)
        return [leaf] if type(one) is not type(other) else []
    if isinstance(one, ast.AST) and isinstance(other, ast.AST):
        return [] if field == "ctx" else _descend(walk, one, other, field)
    if isinstance(one, list) and isinstance(other, list):
        return _lists(walk, field, one, other, around)
    if one == other and type(one) is type(other):
        return []
    return _around(walk, around)


def _around(walk: _Walk, around: tuple[ast.AST, ast.AST]) -> list[Leaf]:
    """The nodes themselves as the difference; a statement or a part without a source place stands for the whole."""
    if all(isinstance(node, ast.expr) for node in around):
        return walk.leaf("expression", *around)
    return [Leaf("expression", "", "", whole=True)]


def _lists(
    walk: _Walk, field: str, one: list[ast.AST], other: list[ast.AST], around: tuple[ast.AST, ast.AST]
) -> list[Leaf]:
    if len(one) == len(other):
        if field == "args" and len(one) == 2 and same_tree(one[0], other[1]) and same_tree(one[1], other[0]):
            return [] if same_tree(one[0], one[1]) else walk.leaf("swapped", *around)
        return [leaf for first, second in zip(one, other, strict=True) for leaf in _descend(walk, first, second, field)]
    if field == "ifs" and not one:
        return walk.only_right("missing_condition", other[0])
    if field == "ifs" and not other:
        return walk.only_wrong("extra_condition", one[0])
    if field in ("args", "keywords"):
        dumps = [ast.dump(node) for node in one], [ast.dump(node) for node in other]
        missing = [node for node, dump in zip(other, dumps[1], strict=True) if dump not in dumps[0]]
        extra = [node for node, dump in zip(one, dumps[0], strict=True) if dump not in dumps[1]]
        if len(missing) == 1 and not extra:
            return walk.only_right("missing_argument", missing[0])
        if len(extra) == 1 and not missing:
            return walk.only_wrong("extra_argument", extra[0])
    return _around(walk, around)


def _constant(walk: _Walk, wrong: ast.AST, right: ast.AST, role: str) -> list[Leaf]:
    return walk.leaf("constant", wrong, right)


def _name(walk: _Walk, wrong: ast.AST, right: ast.AST, role: str) -> list[Leaf]:
    return walk.leaf("call" if role == "func" else "variable", wrong, right)


def _attribute(walk: _Walk, wrong: ast.Attribute, right: ast.Attribute, role: str) -> list[Leaf] | None:
    if same_tree(wrong.value, right.value) and role == "func":
        return [Leaf("method", wrong.attr, right.attr)]
    return None if wrong.attr == right.attr else walk.leaf("expression", wrong, right)


def _compare(walk: _Walk, wrong: ast.Compare, right: ast.Compare, role: str) -> list[Leaf] | None:
    if len(wrong.ops) != 1 or len(right.ops) != 1:
        return walk.leaf("condition", wrong, right)
    leaves = _descend(walk, wrong.left, right.left, "left")
    leaves += _descend(walk, wrong.comparators[0], right.comparators[0], "comparators")
    if same_tree(wrong.ops[0], right.ops[0]):
        return leaves
    symbols = Leaf("comparison", SIGNS[type(wrong.ops[0])], SIGNS[type(right.ops[0])])
    return walk.leaf("condition", wrong, right) if leaves else [symbols]


def _operation(walk: _Walk, wrong: ast.BinOp, right: ast.BinOp, role: str) -> list[Leaf] | None:
    same_operator = same_tree(wrong.op, right.op)
    if same_operator and same_tree(wrong.left, right.right) and same_tree(wrong.right, right.left):
        return walk.leaf("swapped", wrong, right)
    if same_operator:
        return _descend(walk, wrong.left, right.left, "left") + _descend(walk, wrong.right, right.right, "right")
    if same_tree(wrong.left, right.left) and same_tree(wrong.right, right.right):
        return [Leaf("operator", SIGNS[type(wrong.op)], SIGNS[type(right.op)])]
    return walk.leaf("expression", wrong, right)


def _boolean(walk: _Walk, wrong: ast.BoolOp, right: ast.BoolOp, role: str) -> list[Leaf] | None:
    if same_tree(wrong.op, right.op) and len(wrong.values) == len(right.values):
        return None
    if [ast.dump(node) for node in wrong.values] == [ast.dump(node) for node in right.values]:
        return [Leaf("operator", SIGNS[type(wrong.op)], SIGNS[type(right.op)])]
    return walk.leaf("condition", wrong, right)


def _subscript(walk: _Walk, wrong: ast.Subscript, right: ast.Subscript, role: str) -> list[Leaf] | None:
    bounds = [wrong.slice, right.slice]
    shapes = [[getattr(node, part, None) is None for part in ("lower", "upper", "step")] for node in bounds]
    sliced = [isinstance(node, ast.Slice) for node in bounds]
    if same_tree(wrong.value, right.value) and any(sliced) and (sliced[0] != sliced[1] or shapes[0] != shapes[1]):
        return walk.leaf("slice", wrong, right)
    return None


_SPECIAL: dict[type[ast.AST], Callable[..., list[Leaf] | None]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Compare: _compare,
    ast.BinOp: _operation,
    ast.BoolOp: _boolean,
    ast.Subscript: _subscript,
}
