"""The difference between a Java attempt and its reference, in small named pieces: Java's side of `differences`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import cache

from codereflect.teacher.rules.alignment import FORBIDDEN, Distance, align
from codereflect.teacher.rules.differences import Difference
from codereflect.teacher.rules.expressions import Kind
from codereflect.teacher.rules.java_expressions import Leaf, differing_leaves
from codereflect.teacher.rules.java_statements import PLAIN, bodies, construct, head, inside, shown
from codereflect.teacher.rules.java_tree import (
    PART_TOKENS,
    Tree,
    first_difference,
    is_long,
    joined,
    same,
    stretch,
)

# pairs of statements with less in common are no pair; share of common tokens
LEAST_IN_COMMON = 0.4
DECLARED_IN = (
    "formal_parameter", "variable_declarator", "enhanced_for_statement", "catch_formal_parameter", "resource",
)  # fmt: skip
HEAD: tuple[tuple[Kind, str], ...] = (
    ("return_type", "type"), ("function_name", "name"), ("parameters", "parameters"),
)  # fmt: skip
# names of a missing or needless list of statements, as it begins
OPENERS = {"alternative": "else"}


def differences(wrong: Sequence[Tree], right: Tree) -> list[Difference]:
    """All differences of an attempt's methods from the reference's: the body's in its order, the head's, the needless.

    Of several methods the one of the reference's name counts, else the first; the others are needless.
    """
    chosen = next((tree for tree in wrong if _text(tree, "name") == _text(right, "name")), wrong[0])
    renamed = _renamed(chosen, right)
    found = [renamed] if renamed is not None else _inner(chosen, right) + _heads(chosen, right)
    # what is to be done comes before what is not
    found.sort(key=lambda difference: not difference.right)
    needless = [_head_of_method(tree).text for tree in wrong if tree is not chosen]
    return found + [Difference("extra_method", wrong=text, wrong_step=text, construct="method") for text in needless]


def _text(tree: Tree, field: str) -> str:
    part = tree.part(field)
    return part.text if part is not None else ""


def _head_of_method(tree: Tree) -> Tree:
    return joined("head", [child for child in tree.children if child.field != "body"])


def _heads(wrong: Tree, right: Tree) -> list[Difference]:
    """Differences of modifiers, type, name and parameters."""
    around = _short(_head_of_method(wrong)), _short(_head_of_method(right))
    found = []
    sides = _modifiers(wrong), _modifiers(right)
    if not same(*sides):
        kind: Kind = "modifiers" if sides[0].tokens and sides[1].tokens else "missing_modifier"
        kind = kind if sides[1].tokens else "extra_modifier"
        found.append(_of_head(kind, sides[0].text, sides[1].text, around))
    for kind, field in HEAD:
        one, other = wrong.part(field), right.part(field)
        if one is not None and other is not None and not same(one, other):
            found.append(_of_head(kind, *_both(one, other), around))
        elif (one is None) != (other is None):
            # a constructor has no type: then the heads are shown
            found.append(_of_head("head", *around, around))
    return found


def _modifiers(method: Tree) -> Tree:
    return joined("modifiers", [child for child in method.children if child.kind == "modifiers"])


def _of_head(kind: Kind, wrong: str, right: str, around: tuple[str, str]) -> Difference:
    return Difference(kind, wrong, right, *around, construct="method")


def _renamed(wrong: Tree, right: Tree) -> Difference | None:
    """The first name that is another, where names of parameters and local variables are all that differs."""
    pairs = dict(zip(_declared(wrong), _declared(right), strict=False))
    if wrong.tokens == right.tokens or tuple(pairs.get(token, token) for token in wrong.tokens) != right.tokens:
        return None
    back = {other: one for one, other in pairs.items()}
    if len(back) < len(pairs) or tuple(back.get(token, token) for token in right.tokens) != wrong.tokens:
        return None
    one, other = next((one, other) for one, other in pairs.items() if one != other)
    step = next(tree for tree in right.walk() if tree.kind in DECLARED_IN and _text(tree, "name") == other)
    return Difference("renamed", one, other, "", _short(step, step.tokens.index(other)), construct="variable")


def _declared(method: Tree) -> list[str]:
    names = [_text(tree, "name") for tree in method.walk() if tree.kind in DECLARED_IN]
    return list(dict.fromkeys(name for name in names if name))


def _inner(wrong: Tree, right: Tree) -> list[Difference]:
    """Differences of the bodies; where no step fits any of the reference's, one that says how each starts."""
    one, other = inside(wrong.part("body")), inside(right.part("body"))
    pairs = align(len(one), len(other), _distances(one, other))
    together = any(first is not None and second is not None for first, second in pairs)
    if len(one) > 1 and len(other) > 1 and not together:
        steps = _short(shown(one[0])), _short(shown(other[0]))
        return [Difference("other_body", *steps, *steps, before=_short(shown(other[1])), construct="body")]
    return _statements(one, other)


def _statements(wrong: list[Tree], right: list[Tree]) -> list[Difference]:
    moved = _moved(wrong, right)
    if moved is not None:
        return [moved]
    found: list[Difference] = []
    extra: list[Tree] = []
    missing: list[int] = []
    for one, other in [*align(len(wrong), len(right), _distances(wrong, right)), (None, None)]:
        if one is not None and other is None:
            extra.append(wrong[one])
        elif other is not None and one is None:
            missing.append(other)
        else:
            found += _gap(extra, missing, wrong, right)
            extra, missing = [], []
            found += _pair(wrong[one], right[other]) if one is not None and other is not None else []
    return found


def _gap(extra: list[Tree], missing: list[int], wrong: list[Tree], right: list[Tree]) -> list[Difference]:
    """Statements without a partner between two that have one: the first of each side stand in each other's place."""
    pairs = list(zip(extra, missing, strict=False))
    found = [_step(shown(one), shown(right[other]), construct(right[other])) for one, other in pairs]
    found += [_missing(right, other, wrong) for other in missing[len(pairs) :]]
    return found + [_needless(one) for one in extra[len(pairs) :]]


def _distances(wrong: list[Tree], right: list[Tree]) -> Distance:
    """Distances by place, each computed once."""

    @cache
    def distance(one: int, other: int) -> float:
        return _distance(wrong[one], right[other])

    return distance


def _distance(wrong: Tree, right: Tree) -> float:
    """0 for equal statements, below two gaps for statements that have enough in common to be compared."""
    if same(wrong, right):
        return 0.0
    if wrong.kind != right.kind and not (wrong.kind in PLAIN and right.kind in PLAIN):
        return FORBIDDEN
    alike = SequenceMatcher(None, wrong.tokens, right.tokens, autojunk=False).ratio()
    if alike < LEAST_IN_COMMON and {wrong.kind, right.kind} != {"return_statement"}:
        return FORBIDDEN
    return 0.2 + 1.5 * (1 - alike) + (0.2 if wrong.kind != right.kind else 0.0)


def _moved(wrong: list[Tree], right: list[Tree]) -> Difference | None:
    """The first two statements of the reference that the attempt has the other way round, if all are the same."""
    one, other = [tree.tokens for tree in wrong], [tree.tokens for tree in right]
    if one == other or Counter(one) != Counter(other):
        return None
    first = next(at for at in range(len(right)) if one[at] != other[at])
    late, early = _short(shown(wrong[first])), _short(shown(right[first]))
    return Difference("order", late, early, late, early, construct=construct(right[first]))


def _needless(statement: Tree) -> Difference:
    step = _short(shown(statement))
    kind: Kind = "extra_start" if is_long(head(statement)) else "extra_step"
    return Difference(kind, wrong=step, wrong_step=step, construct=construct(statement))


def _missing(right: list[Tree], at: int, wrong: list[Tree]) -> Difference:
    statement = right[at]
    step = _short(shown(statement))
    returns_nothing = not any(node.kind == "return_statement" for each in wrong for node in each.walk())
    kind: Kind = "missing_return" if statement.kind == "return_statement" and returns_nothing else "missing_step"
    kind = "missing_start" if is_long(head(statement)) else kind
    after = _short(shown(right[at - 1])) if at else ""
    before = _short(shown(right[at + 1])) if at + 1 < len(right) else ""
    return Difference(kind, right=step, right_step=step, after=after, before=before, construct=construct(statement))


def _pair(wrong: Tree, right: Tree) -> list[Difference]:
    """Differences of two statements that stand in each other's place."""
    if same(wrong, right):
        return []
    if wrong.kind != right.kind:
        return [_step(wrong, right, construct(right))]
    tops = head(wrong), head(right)
    found = [] if same(*tops) else _parts(*tops, construct(right))
    lists = bodies(wrong), bodies(right)
    for name, other in lists[1].items():
        if name not in lists[0] and name in OPENERS:
            found.append(_branch("missing_branch", OPENERS[name], other, tops[1]))
        else:
            found.extend(_statements(lists[0].get(name, []), other))
    for name, one in lists[0].items():
        if name not in lists[1]:
            found.append(_branch("extra_branch", OPENERS.get(name, name), one, tops[1]))
    return found or [_step(wrong, right, construct(right))]


def _branch(kind: Kind, opener: str, statements: list[Tree], top: Tree) -> Difference:
    """A branch that one side alone has; its first step stands for it."""
    first = _short(shown(statements[0])) if statements else opener
    if kind == "missing_branch":
        return Difference(kind, right=opener, right_step=first, after=_short(top), construct="branch")
    return Difference(kind, wrong=opener, wrong_step=first, right_step=_short(top), construct="branch")


def _parts(wrong: Tree, right: Tree, what: str) -> list[Difference]:
    leaves = differing_leaves(wrong, right)
    if leaves is None:
        return [_step(wrong, right, what)]
    return [_from_leaf(leaf, wrong, right, what) for leaf in leaves]


def _from_leaf(leaf: Leaf, wrong: Tree, right: Tree, what: str) -> Difference:
    sides = ["", ""]
    if leaf.wrong is not None and leaf.right is not None:
        sides = list(_both(leaf.wrong, leaf.right))
    elif leaf.wrong is not None:
        sides[0] = _short(leaf.wrong)
    elif leaf.right is not None:
        sides[1] = _short(leaf.right)
    places = [leaf.wrong.start - wrong.start if leaf.wrong else 0, leaf.right.start - right.start if leaf.right else 0]
    steps = stretch(wrong, places[0]), stretch(right, places[1])
    return Difference(leaf.kind, sides[0], sides[1], *steps, construct=what)


def _step(wrong: Tree, right: Tree, what: str) -> Difference:
    sides = _both(wrong, right)
    kind: Kind = "expression" if is_long(wrong) or is_long(right) else "different_step"
    return Difference(kind, *sides, *sides, construct=what)


def _both(wrong: Tree, right: Tree) -> tuple[str, str]:
    """Two nodes to be shown beside each other; of long ones the parts where they begin to differ."""
    if not is_long(wrong) and not is_long(right):
        return wrong.text, right.text
    at = first_difference(wrong, right)
    return _around(wrong, at), _around(right, at)


def _around(tree: Tree, at: int) -> str:
    start = max(0, min(at - 2, len(tree.tokens) - 4))
    return " ".join(tree.tokens[start : start + PART_TOKENS])


def _short(tree: Tree, at: int = 0) -> str:
    return stretch(tree, at)
