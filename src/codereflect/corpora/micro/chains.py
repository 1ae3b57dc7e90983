"""Type-correct chains of one to three primitives: drawn, run, judged, written as Python.

A chain is worth asking for when every step matters (leaving out a step that keeps the type changes the behaviour) and
its answers vary (no answer is given to more than 80% of the inputs).
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property

from codereflect.corpora.micro.primitives import PARAMETER, PRIMITIVES, VARIABLES, Primitive, by_input
from codereflect.corpora.micro.typed_values import (
    BEHAVIOUR_INPUTS,
    Arguments,
    Value,
    behaviour_hash,
    canonical,
    sampled_inputs,
)

ENTRY_POINT = "solve"
MAX_SHARE_OF_ONE_ANSWER = 0.8
# Share of the drawn chains in which one step, if it has a number, takes it from the parameter.
PARAMETER_SHARE = 0.3

_BY_INPUT = by_input()
_JAVA_BY_INPUT = {kind: tuple(p for p in members if p.java) for kind, members in _BY_INPUT.items()}
_BY_NAME = {primitive.name: primitive for primitive in PRIMITIVES}


@dataclass(frozen=True)
class Step:
    """A primitive with its constant as source text: `3`, `"a"`, the parameter `k`, or nothing."""

    name: str
    constant: str

    @property
    def primitive(self) -> Primitive:
        """The primitive of this step."""
        return _BY_NAME[self.name]

    @property
    def expression(self) -> str:
        """The Python expression."""
        return self.primitive.python.replace("{c}", self.constant)

    @property
    def statement(self) -> str:
        """The Python statement: the variable of the result's type is bound anew."""
        return f"{VARIABLES[self.primitive.gives]} = {self.expression}"


@cache
def _function(step: Step) -> Callable[[Value, int], Value]:
    """The step as a function of the value and the parameter."""
    variable = VARIABLES[step.primitive.takes]
    function: Callable[[Value, int], Value] = eval(f"lambda {variable}, {PARAMETER}: {step.expression}")
    return function


@dataclass(frozen=True)
class Chain:
    """Steps of which each takes what the one before gives."""

    steps: tuple[Step, ...]

    @property
    def takes(self) -> str:
        """Type of the first argument."""
        return self.steps[0].primitive.takes

    @property
    def gives(self) -> str:
        """Type of the result."""
        return self.steps[-1].primitive.gives

    @property
    def has_parameter(self) -> bool:
        """Whether the function takes `k`."""
        return any(step.constant == PARAMETER for step in self.steps)

    @property
    def category(self) -> str:
        """Type of the input and number of steps, e.g. `numbers-2`."""
        return f"{self.takes}-{len(self.steps)}"

    @property
    def call(self) -> str:
        """The signature, e.g. `solve(xs, k)`."""
        return f"{ENTRY_POINT}({VARIABLES[self.takes]}{', ' + PARAMETER if self.has_parameter else ''})"

    @property
    def python(self) -> str:
        """The whole function: a statement a step, then the return."""
        lines = [f"def {self.call}:", *(f"    {step.statement}" for step in self.steps)]
        return "\n".join([*lines, f"    return {VARIABLES[self.gives]}", ""])

    @property
    def java_capable(self) -> bool:
        """Whether every step has a Java form."""
        return all(step.primitive.java for step in self.steps)

    def trace(self, arguments: Arguments) -> list[Value]:
        """The value before the first step and after each."""
        values = [arguments[0]]
        parameter = arguments[1] if len(arguments) > 1 else 0
        for step in self.steps:
            values.append(_function(step)(values[-1], parameter))
        return values

    @cached_property
    def outputs(self) -> list[Value]:
        """The results on the fixed inputs."""
        return _outputs(self.steps, self.takes, self.has_parameter)

    @cached_property
    def behaviour(self) -> str:
        """Identity of the behaviour (see `values.behaviour_hash`)."""
        return behaviour_hash(self.takes, self.has_parameter, self.outputs)

    def is_worth_asking(self) -> bool:
        """Whether the answers vary and every step matters."""
        answers = Counter(canonical(output) for output in self.outputs)
        if max(answers.values()) > MAX_SHARE_OF_ONE_ANSWER * BEHAVIOUR_INPUTS:
            return False
        return not any(self._is_redundant(index) for index in range(len(self.steps)))

    def _is_redundant(self, index: int) -> bool:
        primitive = self.steps[index].primitive
        if primitive.takes != primitive.gives:
            return False
        rest = self.steps[:index] + self.steps[index + 1 :]
        return _outputs(rest, self.takes, self.has_parameter) == self.outputs


def _outputs(steps: tuple[Step, ...], takes: str, has_parameter: bool) -> list[Value]:
    functions = [_function(step) for step in steps]
    results = []
    for arguments in sampled_inputs(takes, has_parameter)[:BEHAVIOUR_INPUTS]:
        value = arguments[0]
        for function in functions:
            value = function(value, arguments[-1])
        results.append(value)
    return results


def draw_chain(rng: random.Random, kind: str, length: int, java: bool = False) -> Chain:
    """A random chain, not yet judged: of `length` steps at most, with `java` of steps that have a Java form."""
    members = _JAVA_BY_INPUT if java else _BY_INPUT
    parameter_at = rng.randrange(length) if rng.random() < PARAMETER_SHARE else -1
    steps: list[Step] = []
    families: set[str] = set()
    for index in range(length):
        options = [p for p in members[kind] if p.family_name not in families]
        options = [p for p in options if not p.last_only or index == length - 1]
        if not options:
            break
        primitive = rng.choice(options)
        families.add(primitive.family_name)
        steps.append(Step(primitive.name, _constant(primitive, index == parameter_at, rng)))
        kind = primitive.gives
    return Chain(tuple(steps))


def _constant(primitive: Primitive, prefer_parameter: bool, rng: random.Random) -> str:
    if not primitive.constants:
        return ""
    if prefer_parameter and primitive.accepts_parameter:
        return PARAMETER
    constant = rng.choice(primitive.constants)
    return f'"{constant}"' if isinstance(constant, str) else str(constant)
