"""Options of commands that run programs: their limits."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import click

from codereflect.records import Problem
from codereflect.sandbox_params import SandboxLimits

MAX_INVALID = 0.01


class Finite(click.FloatRange):
    """A number within a range; what is no number (`nan`) lies in none, though no comparison says so."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number. Raises click.BadParameter."""
        found = float(super().convert(value, param, ctx))
        if not math.isfinite(found):
            self.fail(f"{value} is no number of seconds or times.", param, ctx)
        return found


SECONDS = Finite(0.01, 3600)
MEGABYTES = click.IntRange(64, 1 << 20)
KILOBYTES = click.IntRange(1, 1 << 21)


def limits_of(
    problems: Sequence[Problem], cpu_seconds: float | None, memory_mb: int | None, output_kb: int | None
) -> SandboxLimits:
    """What was asked for, else what the suite's own harness gives.

    EvalPlus bounds all inputs of a task together by 60 s and a program by 4 GB, and a result by nothing else.
    """
    plus = any(problem.suite.endswith("+") for problem in problems)
    cpu, memory, output = (60.0, 4096, 1 << 16) if plus else (3.0, 1024, 8192)
    return SandboxLimits(
        cpu_seconds=cpu_seconds or cpu,
        memory_mb=memory_mb or memory,
        output_kb=output_kb or output,
        allow_weak=False,
        max_invalid=MAX_INVALID,
    )
