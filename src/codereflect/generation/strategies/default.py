"""What a model is shown for a problem. `default`: the plain prompt, as plain training rows have it."""

from __future__ import annotations

from codereflect.corpus_specs import SUITES
from codereflect.generation.engines.engine import Asked
from codereflect.material import StopTokens
from codereflect.records import Problem


def render(problem: Problem, strategy: str) -> Asked:
    """The conversation given to the model.

    Raises:
        ValueError: unknown strategy.
    """
    if strategy == "default":
        return Asked((problem.prompt,), stops=_stops(problem))
    raise ValueError(f"unknown strategy {strategy}")


def _stops(problem: Problem) -> tuple[str, ...]:
    """Where a continuation of its prompt ends: as the problem says, else as its suite does."""
    if isinstance(problem.material, StopTokens):
        return problem.material.tokens
    return SUITES[problem.suite].stops if problem.suite in SUITES else ()
