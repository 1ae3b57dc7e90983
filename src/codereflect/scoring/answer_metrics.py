"""Figures over judged answers: pass@k with its denominators, and what went wrong how often."""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Sequence
from typing import Any

from codereflect import __version__
from codereflect.errors import UserError
from codereflect.records import DECIMALS
from codereflect.runs.pass_at_k import pass_at_k
from codereflect.sandbox_params import SandboxLimits
from codereflect.scoring.answers import GradedAnswer

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

    Raises:
        UserError: a task has fewer than k samples.
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
    valid = [row for row in rows if row.passed is not None]
    drawn = Counter(row.task_id for row in rows)
    counts = Counter(row.task_id for row in valid)
    passed = Counter(row.task_id for row in valid if row.passed)
    fewest = min(drawn.values())
    values: dict[str, Any] = {}
    for draws in sorted(set(k if k is not None else (one for one in DEFAULT_K if one <= fewest))):
        if draws > fewest:
            task = min(drawn, key=lambda name: drawn[name])
            raise UserError(
                f"pass@{draws} needs {draws} samples of every task; {task} has {fewest}.",
                f"codereflect score --k {','.join(str(one) for one in (k or ()) if one <= fewest) or 1}",
            )
        # Too few valid verdicts is our failure: such a task is left out and counted.
        enough = [(counts[task], passed[task]) for task in counts if counts[task] >= draws]
        if enough:
            values[f"pass@{draws}"] = round(pass_at_k(enough, draws), DECIMALS)
    outcomes = Counter(row.outcome for row in rows)
    errors = Counter(row.category for row in rows if row.outcome != "pass")
    return values | {
        "tasks": len(drawn),
        "tasks_missing": missing,
        "tasks_scored": len(counts),
        "samples": len(rows),
        "samples_per_task": {"fewest": fewest, "most": max(drawn.values())},
        "passed": outcomes["pass"],
        "failed": outcomes["fail"],
        "timeouts": outcomes["timeout"],
        "timeout_rate": round(outcomes["timeout"] / len(rows), DECIMALS),
        "invalid": outcomes["invalid"],
        "unsealed": sum(not row.sealed for row in rows),
        "errors": dict(sorted(errors.items(), key=lambda pair: (-pair[1], pair[0]))),
    }
