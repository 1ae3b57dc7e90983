"""What a model is shown for a problem. `default`: the plain prompt, as plain training rows have it."""

from __future__ import annotations

from codereflect.records import Problem


def render(problem: Problem, strategy: str) -> str:
    """The text given to the model.

    Raises:
        ValueError: unknown strategy.
    """
    if strategy == "default":
        return problem.prompt
    raise ValueError(f"unknown strategy {strategy}")
