"""`bugfix`: a function with one mistake -> a sentence that names it, and the function without it.

The mistakes are those that Track B publishes: off by one, a comparison turned round or with the wrong bound, `is not`,
`not in` and `not` without their not, a missing return, True for False, `and` for `or`.
"""

from __future__ import annotations

import ast
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from codereflect.programs.mined_function import Function
from codereflect.programs.mutation.changes import Change, changes
from codereflect.programs.mutation.patching import patched
from codereflect.programs.variable_types import types
from codereflect.tasks.instruction.phrases import fenced, kind_of, place_of, quoted
from codereflect.tasks.instruction.source_text import FunctionNode
from codereflect.tasks.prompt_texts import worded

KINDS = ("boolean", "boundary", "comparison", "constant", "not", "return", "slice", "truth")
# what speaks to people: a mistake there is none of the function's
_TALKING = ("print", "warn", "debug", "info", "warning", "error", "exception", "critical", "log")
_LONGEST_SHOWN = 100
# numbers that count places
_NEAR = (0, 1, 2)


@dataclass(frozen=True)
class Bug:
    """A function with one mistake.

    Attributes:
        kind: the operator of mutation.
        line: of the function's text, from 1.
        last_line: of what is wrong.
        sentence: what is wrong.
        source: the text with the mistake, otherwise as it was.
    """

    kind: str
    line: int
    last_line: int
    sentence: str
    source: str


def mistakes(function: Function) -> tuple[ast.Module, list[Change]]:
    """All mistakes of Track B's kinds that can be made in a function, in the order of its text, with its tree."""
    tree = ast.parse(function.source)
    node = tree.body[0]
    assert isinstance(node, FunctionNode)
    known = types(node)
    idle = {id(inner) for part in ast.walk(node) if _talks(part) for inner in ast.walk(part)}
    found = [
        change
        for change in changes(tree)
        if change.kind in KINDS
        and id(change.owner) not in idle
        and change.line >= node.lineno
        and _is_visible(change, known)
    ]
    return tree, found


def _is_visible(change: Change, known: dict[str, str]) -> bool:
    """Whether a reader can tell that this is a mistake: not that a default of 10 became 11, or a key moved by one."""
    owner = change.owner
    old = getattr(owner, change.field)
    new = change.new(old)
    if change.kind == "constant":
        counted = isinstance(owner, ast.Compare | ast.Slice | ast.Subscript)
        counted = counted or (isinstance(owner, ast.BinOp) and isinstance(owner.op, ast.Add | ast.Sub))
        counted = counted or (isinstance(owner, ast.Call) and getattr(owner.func, "id", "") == "range")
        return counted and _number(old, new) in _NEAR
    if change.kind == "boundary" and isinstance(new, ast.Subscript):
        index = new.slice.left if isinstance(new.slice, ast.BinOp) else None
        return isinstance(index, ast.BinOp) or (isinstance(index, ast.Name) and known.get(index.id) == "int")
    return True


def _number(old: Any, new: Any) -> object:
    """The number that stands where the mistake is made."""
    if isinstance(old, list):
        old = next((item for item in old if not any(item is other for other in new)), None)
    return old.value if isinstance(old, ast.Constant) else None


def _talks(node: ast.AST) -> bool:
    if isinstance(node, ast.Raise | ast.JoinedStr):
        return True
    if not isinstance(node, ast.Call):
        return False
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return name in _TALKING


def bugs(function: Function, seed: int) -> Iterator[Bug]:
    """The function with one mistake, again and again, in an order that depends on the seed and the function alone.

    Kinds take turns, so that a function full of constants has other mistakes too.
    """
    tree, found = mistakes(function)
    rng = random.Random(f"bugfix {seed} {function.identity}")
    rng.shuffle(found)
    earlier: Counter[str] = Counter()
    rounds = []
    for place, change in enumerate(found):
        # a missing return can be made everywhere, and is seen at once
        rounds.append((earlier[change.kind] + (change.kind == "return"), place))
        earlier[change.kind] += 1
    for _, place in sorted(rounds):
        change = found[place]
        text = patched(function.source, tree, change)
        if text is not None:
            yield Bug(change.kind, change.line, change.last_line, change.sentence, text)


def prompt_and_answer(function: Function, bug: Bug) -> tuple[str, str]:
    """Prompt and gold answer."""
    kind = kind_of(function)
    prompt = worded("bugfix", kind=kind, place=place_of(function), code=fenced(bug.source))
    lines = bug.source.split("\n")
    shown = lines[min(bug.line, len(lines)) - 1].strip()
    shown = shown if len(shown) <= _LONGEST_SHOWN else shown[: _LONGEST_SHOWN - 4] + " ..."
    answer = worded(
        "bugfix_answer",
        line=str(bug.line),
        shown=quoted(shown),
        sentence=bug.sentence,
        kind=kind,
        code=fenced(function.source),
    )
    return prompt, answer.rstrip("\n")
