"""First-order mutants for judging tests: each differs from a program in one mistake that a person could make.

`mutation.py` serves the corpus micro, whose data are pinned, with a smaller set; this one is for judging tests.
Operators: those of DeMillo, Lipton and Sayward (1978) and of today's mutation testers (`changes.py`).

Why none of those tools: mutmut 3 and mutatest change a project on disk (`mutants/`, `__pycache__`) and run its pytest
suite; cosmic-ray's operators work on parso trees and give positions in files, no sentence, and bring a database and a
work queue. Here one function in memory is asked for some dozens of mutants, hundreds of times a minute.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from codereflect.programs.mutation.changes import Change, changes
from codereflect.programs.python_syntax import compiles


@dataclass(frozen=True)
class Mutant:
    """A program with one mistake.

    Attributes:
        kind: the operator.
        line: of the original, from 1.
        last_line: the last line of what was changed; of a statement, its first one.
        column: of the original, from 1.
        sentence: the mistake in plain words.
        source: the program, as `ast.unparse` writes it.
    """

    kind: str
    line: int
    last_line: int
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
    writer = _Writer(tree)
    found = (writer.mutant(change) for change in list(changes(tree)) if kinds is None or change.kind in kinds)
    return [mutant for mutant in found if mutant is not None]


def some_mutants(source: str, entry_point: str, most: int) -> list[Mutant]:
    """At most so many, in the order of the tree, none but these made: of all kinds in turn and, within a kind, from
    all over what the entry point uses: functions, f-strings, default values, constants. Functions that it does not use
    come last.

    Raises:
        SyntaxError: the source does not parse.
    """
    tree = ast.parse(source)
    used = _used(tree, entry_point)
    writer = _Writer(tree)
    found: list[tuple[int, Mutant]] = []
    numbered = list(enumerate(changes(tree, everywhere=True)))
    for wanted in (True, False):
        some = [one for one in numbered if (id(one[1].scope) in used) is wanted]
        # nobody can test a constant that is not used
        some = some if wanted else [one for one in some if isinstance(one[1].scope, _DEFINITIONS)]
        for number, change in _in_turn(some):
            mutant = writer.mutant(change) if len(found) < most else None
            if mutant is not None:
                found.append((number, mutant))
            if len(found) == most:
                break
    return [mutant for _, mutant in sorted(found, key=lambda one: one[0])]


def _used(tree: ast.Module, entry_point: str) -> set[int]:
    """Ids of a module's own statements that bind the entry point, or a name that such a statement uses."""
    binding: dict[str, list[ast.stmt]] = {}
    for item in tree.body:
        for name in _bound(item):
            binding.setdefault(name, []).append(item)
    used: set[int] = set()
    waiting = list(binding.get(entry_point, []))
    while waiting:
        item = waiting.pop()
        if id(item) not in used:
            used.add(id(item))
            names = {node.id for node in ast.walk(item) if isinstance(node, ast.Name)}
            waiting.extend(other for name in names for other in binding.get(name, []))
    return used


def _bound(item: ast.stmt) -> Iterator[str]:
    for node in ast.walk(item):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and not isinstance(item, _DEFINITIONS):
            yield node.id


_DEFINITIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
Numbered = tuple[int, Change]


def _in_turn(numbered: Sequence[Numbered]) -> Iterator[Numbered]:
    """All of them: kinds in turn and, of a kind, each as far from those before it as can be."""
    by_kind: dict[str, list[Numbered]] = {}
    for one in numbered:
        by_kind.setdefault(one[1].kind, []).append(one)
    for step in zip_longest(*(map(group.__getitem__, _scattered(len(group))) for group in by_kind.values())):
        yield from (one for one in step if one is not None)


def _scattered(count: int) -> list[int]:
    """0 to count - 1, in the order of their binary digits read backwards: 0, 4, 2, 6, 1, 5, 3, 7."""
    digits = max(1, (count - 1).bit_length())
    order = (int(f"{number:0{digits}b}"[::-1], 2) for number in range(1 << digits))
    return [number for number in order if number < count]


class _Writer:
    """Writes programs with one change each, none of them twice."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self.seen = {ast.unparse(tree)}

    def mutant(self, change: Change) -> Mutant | None:
        """The mutant; None where it does not compile or is known."""
        old = getattr(change.owner, change.field)
        setattr(change.owner, change.field, change.new(old))
        try:
            text = ast.unparse(self.tree)
        except ValueError:
            return None  # quotes in an f-string that cannot be nested
        finally:
            setattr(change.owner, change.field, old)
        if text in self.seen or not compiles(text):
            return None
        self.seen.add(text)
        place = change.line, change.last_line, change.column
        return Mutant(change.kind, *place, change.sentence, text + "\n")
