"""Worlds for many rows: built until the reference compiles, then used to compile what a model wrote."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from codereflect.programs.java_class.concode_class import Context
from codereflect.programs.java_class.missing_names import MissingNames
from codereflect.programs.java_class.world import JdkNames, World, first_world
from codereflect.sandbox.java.javac import JavaError

# asks javac about a compilation unit
Javac = Callable[[str], list[JavaError]]
ROUNDS = 14
_HEAD = re.compile(r"^[^{;]*?\)(?=\s*\{)")


@dataclass(frozen=True)
class Compiled:
    """Whether a reference compiles in the world built for it; `errors` are javac's last where it does not."""

    world: World
    rounds: int
    errors: tuple[JavaError, ...]

    @property
    def good(self) -> bool:
        """Whether it compiles."""
        return not self.errors


def build_world(context: Context, reference: str, jdk: JdkNames, javac: Javac) -> Compiled:
    """Build the class around a reference and add what it needs until it compiles or nothing helps."""
    world = first_world(context, reference, jdk)
    missing = MissingNames(world, jdk)
    errors: list[JavaError] = []
    for done in range(ROUNDS):
        source, _ = world.source(with_throws(reference))
        errors = javac(source)
        if not errors or not missing.supply(source, errors):
            return Compiled(world, done + 1, tuple(errors))
    return Compiled(world, ROUNDS, tuple(errors))


def compiles(world: World, method: str, javac: Javac) -> list[JavaError]:
    """What javac says against a method in a world that was built for another."""
    return javac(world.source(with_throws(method))[0])


def with_throws(method: str) -> str:
    """The method, declared to throw anything: CONCODE leaves the clause out."""
    return _HEAD.sub(lambda head: f"{head[0]} throws Throwable", method, count=1)
