"""Figures over graded answers: pass@k with its denominators, and what went wrong how often."""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Sequence
from typing import Any

from codereflect import __version__
from codereflect.grading.assembly import STEPS
from codereflect.sandbox_params import SandboxLimits
from codereflect.scoring.answers import GradedAnswer
from codereflect.scoring.figures import figures

DEFAULT_K = (1, 10)


def answer_metrics(
    rows: Sequence[GradedAnswer], k: Sequence[int] | None, limits: SandboxLimits, missing: int
) -> dict[str, Any]:
    """What metrics.json holds: figures by suite, and under which conditions they were found.

    Args:
        rows: all verdicts.
        k: the pass@k asked for; None: 1 and 10, as far as there are enough samples.
        limits: of one program.
        missing: tasks of the problems' file that have no answer.
    """
    suites = {name: [row for row in rows if row.suite == name] for name in dict.fromkeys(row.suite for row in rows)}
    return {
        "suites": {name: _figures(group, k, missing) for name, group in suites.items()},
        "sandbox": {
            "level": ", ".join(sorted({row.level for row in rows})),
            **limits.model_dump(exclude={"allow_weak", "max_invalid"}),
        },
        "versions": {"codereflect": __version__, "python": platform.python_version()},
    }


def _figures(rows: Sequence[GradedAnswer], k: Sequence[int] | None, missing: int) -> dict[str, Any]:
    drawn = Counter(row.task_id for row in rows)
    fewest = min(drawn.values())
    wanted = k if k is not None else [one for one in DEFAULT_K if one <= fewest]
    values: dict[str, Any] = figures([(row.task_id, row.outcome, row.sealed) for row in rows], wanted)
    outcomes = Counter(row.outcome for row in rows)
    errors = Counter(row.category for row in rows if row.outcome != "pass")
    return values | {
        "tasks": len(drawn),
        "tasks_missing": missing,
        "tasks_scored": values.pop("n_scored"),
        "samples": len(rows),
        "samples_per_task": {"fewest": fewest, "most": max(drawn.values())},
        "passed": outcomes["pass"],
        "failed": outcomes["fail"],
        "answers": {step: sum(step in row.steps.split(",") for row in rows) for step in STEPS},
        "errors": dict(sorted(errors.items(), key=lambda pair: (-pair[1], pair[0]))),
    }
