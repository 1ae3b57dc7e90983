"""The smallest differing parts of two Java nodes of one kind: which literal, operator, name, type or call differs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from codereflect.teacher.rules.expressions import MOST_LEAVES, Kind
from codereflect.teacher.rules.java_tree import Tree, same

LITERALS = (
    "string_literal", "character_literal", "decimal_integer_literal", "hex_integer_literal", "octal_integer_literal",
    "binary_integer_literal", "decimal_floating_point_literal", "hex_floating_point_literal", "true", "false",
    "null_literal",
)  # fmt: skip
TYPES = (
    "type_identifier", "integral_type", "floating_point_type", "boolean_type", "void_type", "generic_type",
    "array_type", "scoped_type_identifier",
)  # fmt: skip
COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
OPERATORS = (
    *COMPARISONS, "+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>", ">>>", "&&", "||", "!", "~", "++", "--", "=",
    "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>=", ">>>=",
)  # fmt: skip
# nodes whose differences are told as one where there are several
CONDITIONS = ("condition",)
# kinds that can be named two at a time; other kinds together mean that the step is another one
SMALL = (
    "constant", "operator", "comparison", "variable", "call", "method", "field", "type", "missing_argument",
    "extra_argument",
)  # fmt: skip


@dataclass(frozen=True)
class Leaf:
    """A smallest difference between two nodes; a side that has nothing there is None."""

    kind: Kind
    wrong: Tree | None
    right: Tree | None


def differing_leaves(wrong: Tree, right: Tree) -> list[Leaf] | None:
    """The parts that differ, one or two; None where the nodes have too little in common to name a part."""
    leaves = _modified(wrong, right)
    if leaves is None:
        leaves = _children(wrong, right)
    if any(leaf.wrong is wrong or leaf.right is right for leaf in leaves) or len(leaves) > MOST_LEAVES:
        return None
    if len(leaves) > 1 and any(leaf.kind not in SMALL for leaf in leaves):
        return None
    return None if any(leaf.kind == "expression" and _is_whole(leaf, right) for leaf in leaves) else leaves


def _is_whole(leaf: Leaf, statement: Tree) -> bool:
    """Whether a difference takes in all that a statement computes: `return` and `;` are left."""
    return leaf.right is not None and len(statement.tokens) - len(leaf.right.tokens) <= 2


def _modified(wrong: Tree, right: Tree) -> list[Leaf] | None:
    """Two nodes of which one alone has modifiers (`final`, an annotation), and no other difference."""
    one, other = wrong.children, right.children
    if other and other[0].kind == "modifiers" and _tokens(one) == _tokens(other[1:]):
        return [Leaf("missing_modifier", None, other[0])]
    if one and one[0].kind == "modifiers" and _tokens(one[1:]) == _tokens(other):
        return [Leaf("extra_modifier", one[0], None)]
    return None


def _tokens(children: tuple[Tree, ...]) -> list[str]:
    return [token for child in children for token in child.tokens]


def _descend(wrong: Tree, right: Tree) -> list[Leaf]:
    """Leaves below two nodes that stand in the same place."""
    if same(wrong, right):
        return []
    if wrong.kind in LITERALS and right.kind in LITERALS:
        return [Leaf("constant", wrong, right)]
    if wrong.kind in TYPES and right.kind in TYPES:
        return [Leaf("type", wrong, right)]
    if not right.named and not wrong.named:
        return _operators(wrong, right)
    if wrong.kind != right.kind:
        return _unlike(wrong, right)
    if right.kind == "identifier":
        return [Leaf(_of_name(right), wrong, right)]
    leaves = _SPECIAL.get(right.kind, _children)(wrong, right)
    if len(leaves) > 1 and right.field in CONDITIONS:
        return [Leaf("condition", wrong, right)]
    return [Leaf("expression", wrong, right)] if len(leaves) > MOST_LEAVES else leaves


def _of_name(right: Tree) -> Kind:
    return "declaration" if right.field == "name" else "field" if right.field == "field" else "variable"


def _operators(wrong: Tree, right: Tree) -> list[Leaf]:
    if wrong.text in COMPARISONS and right.text in COMPARISONS:
        return [Leaf("comparison", wrong, right)]
    return [Leaf("operator", wrong, right)]


def _unlike(wrong: Tree, right: Tree) -> list[Leaf]:
    """Two different kinds of node: perhaps one is the other with something around it."""
    if any(same(wrong, node) for node in right.walk()):
        return [Leaf("missing_part", wrong, right)]
    if any(same(right, node) for node in wrong.walk()):
        return [Leaf("extra_part", wrong, right)]
    return [Leaf("expression", wrong, right)]


def _children(wrong: Tree, right: Tree) -> list[Leaf]:
    """Leaves of the children side by side; the nodes themselves where these are not of the same form."""
    one, other = wrong.children, right.children
    forms = [[(child.field, child.named) for child in children] for children in (one, other)]
    anonymous = [
        (first, second)
        for first, second in zip(one, other, strict=False)
        if not first.named and not second.named and not same(first, second)
    ]
    fits = all(first.text in OPERATORS and second.text in OPERATORS for first, second in anonymous)
    if forms[0] != forms[1] or not fits or not other:
        return [Leaf("expression", wrong, right)]
    return [leaf for first, second in zip(one, other, strict=True) for leaf in _descend(first, second)]


def _call(wrong: Tree, right: Tree) -> list[Leaf]:
    """A call: its receiver, its name, its arguments. One with another receiver and another name is another call."""
    one, other = wrong.part("object"), right.part("object")
    if one is None or other is None:
        if one is not other:
            return _unlike_receiver(wrong, right)
        return _named(wrong, right, "call") + _part(wrong, right, "arguments")
    named = _named(wrong, right, "method")
    if named and not same(one, other):
        return _unlike(wrong, right)
    return _descend(one, other) + named + _part(wrong, right, "arguments")


def _unlike_receiver(wrong: Tree, right: Tree) -> list[Leaf]:
    """`f ( )` and `a . f ( )`: a part too few or too many where the rest is the same."""
    kept = ("name", "arguments")
    rest = [[part.tokens for part in call.children if part.field in kept] for call in (wrong, right)]
    if rest[0] != rest[1]:
        return [Leaf("expression", wrong, right)]
    return [Leaf("missing_part" if wrong.part("object") is None else "extra_part", wrong, right)]


def _named(wrong: Tree, right: Tree, kind: Kind) -> list[Leaf]:
    one, other = wrong.part("name"), right.part("name")
    if one is None or other is None or same(one, other):
        return []
    return [Leaf(kind, one, other)]


def _part(wrong: Tree, right: Tree, field: str) -> list[Leaf]:
    one, other = wrong.part(field), right.part(field)
    if one is None or other is None:
        return [] if one is other else [Leaf("expression", wrong, right)]
    return _descend(one, other)


def _arguments(wrong: Tree, right: Tree) -> list[Leaf]:
    one, other = wrong.parts(), right.parts()
    if len(one) == len(other):
        texts = [[node.tokens for node in one], [node.tokens for node in other]]
        if len(one) > 1 and Counter(texts[0]) == Counter(texts[1]):
            return [Leaf("swapped", wrong, right)]
        leaves = [leaf for first, second in zip(one, other, strict=True) for leaf in _descend(first, second)]
        return leaves if len(leaves) <= MOST_LEAVES else [Leaf("arguments", wrong, right)]
    missing = _without(other, one)
    extra = _without(one, other)
    if len(missing) == 1 and not extra:
        return [Leaf("missing_argument", None, missing[0])]
    if len(extra) == 1 and not missing:
        return [Leaf("extra_argument", extra[0], None)]
    return [Leaf("arguments", wrong, right)]


def _without(some: list[Tree], others: list[Tree]) -> list[Tree]:
    """Those nodes that the others do not have, each counted."""
    left = Counter(node.tokens for node in others)
    found = []
    for node in some:
        if left[node.tokens]:
            left[node.tokens] -= 1
        else:
            found.append(node)
    return found


def _binary(wrong: Tree, right: Tree) -> list[Leaf]:
    sides = [(tree.part("left"), tree.part("operator"), tree.part("right")) for tree in (wrong, right)]
    (left, operator, end), (left2, operator2, end2) = sides
    if not (left and operator and end and left2 and operator2 and end2):
        return _children(wrong, right)
    if same(operator, operator2):
        if same(left, end2) and same(end, left2):
            return [Leaf("swapped", wrong, right)]
        return _descend(left, left2) + _descend(end, end2)
    if same(left, left2) and same(end, end2):
        return _operators(operator, operator2)
    return _unlike(wrong, right)


_SPECIAL: dict[str, Callable[[Tree, Tree], list[Leaf]]] = {
    "method_invocation": _call,
    "argument_list": _arguments,
    "binary_expression": _binary,
}
