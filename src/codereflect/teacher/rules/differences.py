"""The difference between an attempt and a reference as syntax trees, in small named pieces.

Statements are aligned by edit distance (dynamic programming over token similarity); an aligned pair that differs is
followed down to the smallest nodes that differ. What remains is a list of `Difference`, in the reference's order.
"""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher

from codereflect.teacher.rules.alignment import FORBIDDEN, align
from codereflect.teacher.rules.expressions import Kind, Leaf, differing_leaves
from codereflect.teacher.rules.source import quote, same_tree, tokens

PLAIN = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr)


@dataclass(frozen=True)
class Difference:
    """One place where attempt and reference part.

    `wrong` is what the attempt has there, `right` what the reference has; `wrong_step` and `right_step` are the
    statements around them. A side that has nothing there is empty. `after` and `before` are the reference's
    neighbouring statements of a missing step. `construct` says in a word what the reference's statement (or, of an
    extra step, the attempt's) does.
    """

    kind: Kind
    wrong: str = ""
    right: str = ""
    wrong_step: str = ""
    right_step: str = ""
    after: str = ""
    before: str = ""
    construct: str = ""


@dataclass(frozen=True)
class _Pair:
    """The two source texts, for quoting."""

    wrong: str
    right: str


def differences(wrong_text: str, wrong: ast.Module, right_text: str, right: ast.Module) -> list[Difference]:
    """All differences between two parsed texts, in the order of the reference; empty when only the layout differs."""
    return _bodies(_Pair(wrong_text, right_text), wrong.body, right.body)


def construct(node: ast.stmt) -> str:
    """What a statement does, in a word or two."""
    if isinstance(node, ast.Return):
        value = node.value
        return "return" if value is None or isinstance(value, ast.Name) else f"return of the {_noun(value)}"
    for kind, word in ((ast.If, "condition"), (ast.For, "loop"), (ast.While, "loop"), (ast.FunctionDef, "function")):
        if isinstance(node, kind):
            return word
    value = getattr(node, "value", None)
    return _noun(value) if isinstance(value, ast.expr) else "statement"


def _noun(node: ast.expr) -> str:
    if isinstance(node, ast.ListComp | ast.DictComp | ast.SetComp | ast.GeneratorExp):
        return "filter" if any(each.ifs for each in node.generators) else "change of every item"
    if isinstance(node, ast.Call):
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        return f"`{name}` call" if name else "call"
    if isinstance(node, ast.Subscript):
        return "slice" if isinstance(node.slice, ast.Slice) else "lookup"
    if isinstance(node, ast.IfExp | ast.Compare | ast.BoolOp):
        return "condition"
    return "calculation" if isinstance(node, ast.BinOp | ast.UnaryOp) else "value"


def _bodies(pair: _Pair, wrong: list[ast.stmt], right: list[ast.stmt]) -> list[Difference]:
    moved = _moved(pair, wrong, right)
    if moved is not None:
        return [moved]
    found: list[Difference] = []
    for one, other in align(len(wrong), len(right), lambda one, other: _distance(wrong[one], right[other])):
        if one is not None and other is not None:
            found.extend(_statements(pair, wrong[one], right[other]))
        elif other is not None:
            found.append(_missing(pair, right, other, wrong))
        elif one is not None:
            step = quote(pair.wrong, wrong[one])
            found.append(Difference("extra_step", wrong=step, wrong_step=step, construct=construct(wrong[one])))
    return found


def _missing(pair: _Pair, right: list[ast.stmt], at: int, wrong: list[ast.stmt]) -> Difference:
    step = quote(pair.right, right[at])
    returns_nothing = not any(isinstance(node, ast.Return) for each in wrong for node in ast.walk(each))
    kind: Kind = "missing_return" if isinstance(right[at], ast.Return) and returns_nothing else "missing_step"
    after = quote(pair.right, right[at - 1]) if at else ""
    before = quote(pair.right, right[at + 1]) if at + 1 < len(right) else ""
    return Difference(kind, right=step, right_step=step, after=after, before=before, construct=construct(right[at]))


def _moved(pair: _Pair, wrong: list[ast.stmt], right: list[ast.stmt]) -> Difference | None:
    """The first two statements of the reference that the attempt has the other way round, if all are the same."""
    one, other = [ast.dump(node) for node in wrong], [ast.dump(node) for node in right]
    if one == other or Counter(one) != Counter(other):
        return None
    first = next(at for at in range(len(right)) if one[at] != other[at])
    early, late = right[first], wrong[first]
    return Difference(
        "order",
        wrong=quote(pair.wrong, late),
        right=quote(pair.right, early),
        wrong_step=quote(pair.wrong, late),
        right_step=quote(pair.right, early),
        construct=construct(early),
    )


def _statements(pair: _Pair, wrong: ast.stmt, right: ast.stmt) -> list[Difference]:
    if same_tree(wrong, right):
        return []
    wrong_step, right_step = quote(pair.wrong, wrong), quote(pair.right, right)
    if type(wrong) is not type(right):
        return [_step("different_step", wrong_step, right_step, right)]
    found = _function_head(wrong, right, right_step)
    if found is None:
        leaves = differing_leaves(wrong, right, pair.wrong, pair.right)
        found = [_from_leaf(leaf, wrong_step, right_step, right) for leaf in leaves]
    for field in ("body", "orelse", "finalbody"):
        if isinstance(getattr(right, field, None), list):
            found.extend(_bodies(pair, getattr(wrong, field), getattr(right, field)))
    return found or [_step("different_step", wrong_step, right_step, right)]


def _from_leaf(leaf: Leaf, wrong_step: str, right_step: str, node: ast.stmt) -> Difference:
    if leaf.whole:
        return _step("different_step", wrong_step, right_step, node)
    return Difference(leaf.kind, leaf.wrong, leaf.right, wrong_step, right_step, construct=construct(node))


def _step(kind: Kind, wrong_step: str, right_step: str, node: ast.stmt) -> Difference:
    return Difference(kind, wrong_step, right_step, wrong_step, right_step, construct=construct(node))


def _function_head(wrong: ast.stmt, right: ast.stmt, right_step: str) -> list[Difference] | None:
    """Differences of name and parameters of two functions; None when the statements are no functions."""
    if not isinstance(wrong, ast.FunctionDef) or not isinstance(right, ast.FunctionDef):
        return None
    found = []
    if wrong.name != right.name:
        found.append(Difference("function_name", wrong.name, right.name, "", right_step, construct="function"))
    if not same_tree(wrong.args, right.args):
        sides = f"{wrong.name}({ast.unparse(wrong.args)})", f"{right.name}({ast.unparse(right.args)})"
        found.append(Difference("parameters", *sides, "", right_step, construct="function"))
    return found


def _distance(wrong: ast.stmt, right: ast.stmt) -> float:
    """0 for equal statements, at most 1.7 for a pair; pairs such as a return and a loop cost more than two gaps."""
    if same_tree(wrong, right):
        return 0.0
    if type(wrong) is not type(right):
        return 1.7 if isinstance(wrong, PLAIN) and isinstance(right, PLAIN) else FORBIDDEN
    if isinstance(wrong, ast.FunctionDef):
        return 0.1
    one, other = tokens(ast.unparse(wrong)), tokens(ast.unparse(right))
    return 0.2 + 1.5 * (1 - SequenceMatcher(None, one, other, autojunk=False).ratio())
