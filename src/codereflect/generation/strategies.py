"""What a model is shown for a problem. `default` is the plain prompt, the very text that plain training rows begin with."""

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
