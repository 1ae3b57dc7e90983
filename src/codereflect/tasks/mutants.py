"""First-order mutants for judging tests: each differs from a program in one mistake that a person could make.

`mutation.py` serves the corpus micro, whose data are pinned, with a smaller set; this one is for judging tests.
Operators: those of DeMillo, Lipton and Sayward (1978) and of today's mutation testers (`mutation_operators.py`).

Why none of those tools: mutmut 3 and mutatest change a project on disk (`mutants/`, `__pycache__`) and run its pytest
suite; cosmic-ray's operators work on parso trees and give positions in files, no sentence, and bring a database and a
work queue. Here one function in memory is asked for some dozens of mutants, hundreds of times a minute.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from codereflect.tasks.mutation import compiles
from codereflect.tasks.mutation_operators import Change, changes


@dataclass(frozen=True)
class Mutant:
    """A program with one mistake.

    Attributes:
        kind: the operator.
        line: of the original, from 1.
        column: of the original, from 1.
        sentence: the mistake in plain words.
        source: the program, as `ast.unparse` writes it.
    """

    kind: str
    line: int
    column: int
    sentence: str
    source: str


def all_mutants(source: str, kinds: Sequence[str] | None = None) -> list[Mutant]:
    """Mutants of a module's functions, in the order of the tree; each compiles, and no two are the same program.

    Args:
        source: the program.
        kinds: only these operators.

    Raises:
        SyntaxError: the source does not parse.
    """
    tree = ast.parse(source)
    seen = {ast.unparse(tree)}
    found = []
    for change in list(changes(tree)):
        if kinds is not None and change.kind not in kinds:
            continue
        text = _changed(tree, change)
        if text not in seen and compiles(text):
            seen.add(text)
            found.append(Mutant(change.kind, change.line, change.column, change.sentence, text + "\n"))
    return found


def spread(mutants: Sequence[Mutant], most: int) -> list[Mutant]:
    """At most so many, of all kinds in turn and, within a kind, from all over the program."""
    by_kind: dict[str, list[Mutant]] = {}
    for mutant in mutants:
        by_kind.setdefault(mutant.kind, []).append(mutant)
    shares = _shares([len(group) for group in by_kind.values()], most)
    chosen = {
        id(group[number * len(group) // share])
        for group, share in zip(by_kind.values(), shares, strict=True)
        for number in range(share)
    }
    return [mutant for mutant in mutants if id(mutant) in chosen]


def _shares(sizes: Sequence[int], most: int) -> list[int]:
    """How many of each group, as even as the sizes allow."""
    shares = [0] * len(sizes)
    while sum(shares) < min(most, sum(sizes)):
        for index, size in enumerate(sizes):
            if shares[index] < size and sum(shares) < most:
                shares[index] += 1
    return shares


def _changed(tree: ast.Module, change: Change) -> str:
    old = getattr(change.owner, change.field)
    setattr(change.owner, change.field, change.new)
    try:
        return ast.unparse(tree)
    finally:
        setattr(change.owner, change.field, old)
