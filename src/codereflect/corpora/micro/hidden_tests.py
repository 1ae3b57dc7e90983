"""Hidden tests that are strong: chosen so that each first-order mutant of the reference fails at least one.

Mutants run in this process: they are made of our own primitives, hold no loop but comprehensions over small values and
no recursion, and see a handful of builtins. That makes it safe here; it is no sandbox for anything else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from codereflect.corpora.micro.chains import ENTRY_POINT
from codereflect.corpora.micro.mutation import mutants
from codereflect.corpora.micro.typed_values import Arguments, Value, literal, sampled_inputs

LEAST_TESTS = 8
FIRST_LOOK = 64
_BUILTINS = {f.__name__: f for f in (abs, dict, int, len, list, max, min, sorted, str, sum)}

Function = Callable[..., Value]


@dataclass(frozen=True)
class Strength:
    """Chosen tests (arguments, expected value), how many mutants there are, and how many none can tell apart."""

    tests: list[tuple[Arguments, Value]]
    mutants: int
    equivalent: int


def load(source: str) -> Function:
    """The function `solve` of a trusted source."""
    namespace: dict[str, Value] = {"__builtins__": _BUILTINS}
    exec(compile(source, "<solve>", "exec"), namespace)
    function: Function = namespace[ENTRY_POINT]
    return function


def choose(source: str, kind: str, with_parameter: bool, shown: list[Arguments]) -> Strength:
    """Choose tests (8, or more if the mutants need them) for a reference greedily among the sampled inputs.

    A mutant that agrees with the reference on all sampled inputs (500, less those shown) counts as equivalent.

    Args:
        source: the reference.
        kind: type of its first argument.
        with_parameter: whether `k` follows.
        shown: arguments that the prompt shows, which no hidden test repeats.
    """
    inputs = [arguments for arguments in sampled_inputs(kind, with_parameter) if arguments not in shown]
    reference = load(source)
    expected = [reference(*arguments) for arguments in inputs]
    found = mutants(source)
    kills = [_kills(load(mutant.source), inputs, expected) for mutant in found]
    living = [kill for kill in kills if kill]
    chosen = _cover(living, inputs)
    tests = [(inputs[index], expected[index]) for index in _pad(chosen, inputs, expected)]
    return Strength(tests, len(found), len(found) - len(living))


def _kills(mutant: Function, inputs: list[Arguments], expected: list[Value]) -> set[int]:
    """Inputs on which a mutant differs: all among the first, or else the first one of the rest."""
    found = {index for index in range(FIRST_LOOK) if _differs(mutant, inputs[index], expected[index])}
    if found:
        return found
    rest = range(FIRST_LOOK, len(inputs))
    return set(next(([index] for index in rest if _differs(mutant, inputs[index], expected[index])), []))


def _differs(mutant: Function, arguments: Arguments, expected: Value) -> bool:
    try:
        return bool(mutant(*arguments) != expected)
    except Exception:  # any error of a mutant is a failed test
        return True


def _cover(kills: list[set[int]], inputs: list[Arguments]) -> list[int]:
    """Greedy set cover: the input that kills most of those still alive, the shorter one at a tie."""
    alive = list(kills)
    chosen: list[int] = []
    while alive:
        votes: dict[int, int] = {}
        for kill in alive:
            for index in kill:
                votes[index] = votes.get(index, 0) + 1
        best = min(votes, key=lambda index: (-votes[index], len(literal(list(inputs[index]))), index))
        chosen.append(best)
        alive = [kill for kill in alive if best not in kill]
    return chosen


def _pad(chosen: list[int], inputs: list[Arguments], expected: list[Value]) -> list[int]:
    """Fill up with inputs whose answers are new, first come first."""
    chosen = list(chosen)
    seen = [expected[index] for index in chosen]
    for fresh_only in (True, False):
        for index in range(FIRST_LOOK):
            if len(chosen) >= LEAST_TESTS:
                return chosen
            if index not in chosen and not (fresh_only and expected[index] in seen):
                chosen.append(index)
                seen.append(expected[index])
    return chosen
