"""The figures of answers that were run, for the stage `score` and the command alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from codereflect.records import DECIMALS, Outcome
from codereflect.runs.pass_at_k import pass_at_k

Graded = tuple[str, Outcome, bool]
"""Task id, outcome, sealed."""


def figures(graded: Sequence[Graded], k: Iterable[int]) -> dict[str, float | int]:
    """`pass@k`, and what their denominators leave out.

    Args:
        graded: an entry for each answer.
        k: draws. A task with fewer valid verdicts is left out: that is our failure, and it is counted.

    Raises:
        UserError: k is above the number of answers to a task: that is no failure of ours.
    """
    drawn = Counter(task for task, _, _ in graded)
    valid = Counter(task for task, outcome, _ in graded if outcome != "invalid")
    passed = Counter(task for task, outcome, _ in graded if outcome == "pass")
    values: dict[str, float | int] = {}
    for draws in sorted(set(k)):
        refused = draws > min(drawn.values())
        counts = [(valid[task], passed[task]) for task in valid if refused or valid[task] >= draws]
        if counts:
            values[f"pass@{draws}"] = round(pass_at_k(counts, draws), DECIMALS)
    outcomes = Counter(outcome for _, outcome, _ in graded)
    return values | {
        "n_scored": len(valid),
        "timeouts": outcomes["timeout"],
        "timeout_rate": round(outcomes["timeout"] / len(graded), DECIMALS),
        "invalid": outcomes["invalid"],
        "unsealed": sum(not sealed for _, _, sealed in graded),
    }
