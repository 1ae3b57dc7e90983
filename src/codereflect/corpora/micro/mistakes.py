"""Plausible mistakes in the solution of a chain: what a function to be repaired has wrong.

In Python they are first-order mutants of the source. In Java they are made in the chain, before it is written as Java:
the Python twin of the wrong chain says what the wrong method gives, and nothing has to be compiled to know that. Both
use the same names for the kinds of mistakes (corpora/micro/mutation.py).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from codereflect.corpora.micro import java, prompts
from codereflect.corpora.micro.chains import Chain, Step
from codereflect.corpora.micro.hidden_tests import load
from codereflect.corpora.micro.mutation import mutants
from codereflect.corpora.micro.primitives import PARAMETER, Primitive
from codereflect.corpora.micro.typed_values import (
    BEHAVIOUR_INPUTS,
    Arguments,
    Value,
    behaviour_hash,
    literal,
    sampled_inputs,
)

PLAUSIBLE = ("constant", "comparison", "arithmetic", "statement", "slice", "variable", "truth", "order", "parameter")
# signs that mean the same in both languages, as tokens between blanks (`->` is another token than `>`)
_COMPARISONS = {">": ">=", "<": "<=", "==": "!=", "!=": "=="}
_ARITHMETIC = {"+": "-", "-": "+", "*": "+"}
# steps that are taken for one another, and the kind of that mistake
_TWINS = {
    a: (b, kind)
    for first, second, kind in (
        ("largest", "smallest", "function"),
        ("keep_above", "keep_below", "comparison"),
        ("first_numbers", "skip_numbers", "slice"),
    )
    for a, b in ((first, second), (second, first))
}


@dataclass(frozen=True)
class Mistake:
    """A wrong solution: the kind of its mistake, its text as it is shown, and what it gives."""

    kind: str
    code: str
    run: Callable[..., Value]

    def misses(self, arguments: Arguments, expected: Value) -> bool:
        """Whether a test shows the mistake."""
        try:
            return bool(self.run(*arguments) != expected)
        except Exception:  # any error is a failed test
            return True


@dataclass(frozen=True)
class Failure:
    """A call that shows a mistake: `actual` is the Python text of what came out, or the name of the exception."""

    arguments: Arguments
    expected: Value
    actual: str
    value: Value = None


def shown_failure(chain: Chain, mistake: Mistake, rng: random.Random) -> Failure | None:
    """The first of the examples that a prompt would show on which a mistake shows, other than by a result of None."""
    for arguments, expected in prompts.public_examples(chain, rng):
        value = None
        try:
            value = mistake.run(*arguments)
            actual = literal(value)
        except Exception as error:
            actual = type(error).__name__
        if actual not in (literal(expected), "None"):
            return Failure(arguments, expected, actual, value)
    return None


def behaviour(chain: Chain, mistake: Mistake) -> str | None:
    """What a wrong solution does, as `Chain.behaviour` says it of a right one; None if it fails on a fixed input."""
    inputs = sampled_inputs(chain.takes, chain.has_parameter)[:BEHAVIOUR_INPUTS]
    try:
        outputs = [mistake.run(*arguments) for arguments in inputs]
    except Exception:
        return None
    return behaviour_hash(chain.takes, chain.has_parameter, outputs)


def in_python(chain: Chain) -> list[Mistake]:
    """The chain's Python function with one plausible mistake each, in the order of its text."""
    return [
        # as the references are written; no value holds a quote
        Mistake(mutant.kind, mutant.source.replace("'", '"'), _Loaded(mutant.source))
        for mutant in mutants(chain.python)
        if mutant.kind in PLAUSIBLE
    ]


@dataclass
class _Loaded:
    """A function of a source, loaded when it is first called."""

    source: str
    function: Callable[..., Value] | None = None

    def __call__(self, *arguments: Value) -> Value:
        self.function = self.function or load(self.source)
        return self.function(*arguments)


def in_java(chain: Chain, parameter_is_field: bool) -> list[Mistake]:
    """The chain's Java method with one plausible mistake each: a step is left out, misplaced, or is another one."""
    right = java.method(chain, parameter_is_field)
    found: dict[str, Mistake] = {}
    for kind, wrong in _wrong_chains(chain):
        code = java.method(chain, parameter_is_field, wrong)
        if code != right:
            found.setdefault(code, Mistake(kind, code, _Traced(wrong)))
    return list(found.values())


@dataclass(frozen=True)
class _Traced:
    """What a chain gives."""

    chain: Chain

    def __call__(self, *arguments: Value) -> Value:
        return self.chain.trace(arguments)[-1]


def _wrong_chains(chain: Chain) -> Iterator[tuple[str, Chain]]:
    steps = chain.steps
    for index, step in enumerate(steps):
        before, after = steps[:index], steps[index + 1 :]
        if len(steps) > 1 and step.primitive.takes == step.primitive.gives:
            yield "statement", Chain((*before, *after))
        if after and _one_type(step, after[0]):
            yield "order", Chain((*before, after[0], step, *after[1:]))
        for kind, wrong in _wrong_steps(step, chain.has_parameter):
            yield kind, Chain((*before, wrong, *after))


def _one_type(first: Step, second: Step) -> bool:
    """Whether two steps can change places: a type goes in and comes out of both."""
    return len({kind for one in (first, second) for kind in (one.primitive.takes, one.primitive.gives)}) == 1


def _wrong_steps(step: Step, has_parameter: bool) -> Iterator[tuple[str, Step]]:
    for constant in _other_constants(step):
        yield "constant", Step(step.name, constant)
    if has_parameter and step.constant.isdigit():
        yield "parameter", Step(step.name, PARAMETER)
    if step.name in _TWINS:
        name, kind = _TWINS[step.name]
        yield kind, Step(name, step.constant)
    for kind, signs in (("comparison", _COMPARISONS), ("arithmetic", _ARITHMETIC)):
        for old, new in signs.items():
            wrong = _with_sign(step.primitive, old, new)
            if wrong is not None:
                yield kind, _ChangedStep(step.name, step.constant, wrong)


def _other_constants(step: Step) -> Iterator[str]:
    """The neighbours of a number that are not negative; the next letter of those that tasks speak of."""
    if step.constant.isdigit():
        yield from (str(int(step.constant) + move) for move in (1, -1))
    elif step.constant.startswith('"'):
        letters = step.primitive.constants
        place = letters.index(step.constant.strip('"'))
        yield f'"{letters[(place + 1) % len(letters)]}"'


def _with_sign(primitive: Primitive, old: str, new: str) -> Primitive | None:
    """A primitive with another sign in both languages, or None where it has no such sign in one of them."""
    python, text = f" {old} ", primitive.java or ""
    if python not in primitive.python or python not in text:
        return None
    changed = [form.replace(python, f" {new} ", 1) for form in (primitive.python, text)]
    return replace(primitive, python=changed[0], java=changed[1])


@dataclass(frozen=True)
class _ChangedStep(Step):
    """A step whose primitive is none of those that tasks are made of."""

    changed: Primitive

    @property
    def primitive(self) -> Primitive:
        """The changed primitive."""
        return self.changed
