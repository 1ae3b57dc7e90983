"""Which rows are trained on, in which order: the same rows and steps for the same seed and budget.

Rows are drawn in seeded passes until the budget is spent, then laid out so that a step holds rows of similar length
(padding is wasted work), then the steps are shuffled. Random order instead costs 1.4-2 times the time.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from codereflect.training.encode import EncodedRow
from codereflect.training_params import Budget, Optimizer

# Rows are sorted by length within windows of this many steps.
WINDOW = 50


@dataclass(frozen=True)
class Plan:
    """Rows in the order in which they are trained on; `rows_per_step` of them make a step (the last may be short)."""

    rows: list[EncodedRow]
    rows_per_step: int

    @property
    def steps(self) -> int:
        """The number of optimizer steps."""
        return math.ceil(len(self.rows) / self.rows_per_step)

    def facts(self, steps: int | None = None) -> dict[str, Any]:
        """What goes through the model in the first `steps` (all by default): rows, distinct rows, tokens
        (non-padding), tokens that carry loss, by label.
        """
        steps = self.steps if steps is None else steps
        rows = self.rows[: steps * self.rows_per_step]
        facts = {
            "steps": steps,
            "rows": len(rows),
            "distinct_rows": len({row.id for row in rows}),
            "tokens": sum(len(row.ids) for row in rows),
            "supervised_tokens": sum(row.supervised_tokens for row in rows),
        }
        for label in sorted({row.label for row in self.rows}):
            facts[f"{label}_rows"] = sum(row.label == label for row in rows)
            facts[f"{label}_tokens"] = sum(len(row.ids) for row in rows if row.label == label)
        return facts


def rows_per_step(optimizer: Optimizer) -> int:
    """Rows between two changes of the weights."""
    return optimizer.batch_size * optimizer.gradient_accumulation


def make_plan(
    rows: Sequence[EncodedRow],
    budget: Budget,
    per_step: int,
    seed: int,
    replacing: Sequence[EncodedRow] = (),
    share: float = 0.0,
) -> Plan:
    """Draw rows until the budget is spent.

    Args:
        rows: what an epoch goes through.
        budget: tokens (non-padding, the last row may overshoot), rows, or epochs, each as long as `rows`.
        per_step: rows a step.
        seed: order of the passes.
        replacing: rows of another label, which replace them.
        share: of the rows that are drawn, how many come from `replacing`, as published (system 1).
    """
    chooser = random.Random(f"plan {seed}")
    drawn = list(_spend(_mixture(rows, replacing, share, chooser), budget, len(rows)))
    return Plan(_bucketed(drawn, per_step, chooser), per_step)


def _mixture(
    rows: Sequence[EncodedRow], replacing: Sequence[EncodedRow], share: float, chooser: random.Random
) -> Iterator[EncodedRow]:
    """An endless mixture in which the share of replaced rows never strays by more than one row."""
    own = _passes(rows, random.Random(chooser.random()))
    others = _passes(replacing, random.Random(chooser.random()))
    owed = 0.0
    while True:
        owed += share
        if owed >= 1:
            owed -= 1
            yield next(others)
        else:
            yield next(own)


def _passes(rows: Sequence[EncodedRow], chooser: random.Random) -> Iterator[EncodedRow]:
    """Pass after pass over the rows, each in a new order."""
    while rows:
        order = list(rows)
        chooser.shuffle(order)
        yield from order


def _spend(rows: Iterator[EncodedRow], budget: Budget, epoch: int) -> Iterator[EncodedRow]:
    limit = budget.amount * epoch if budget.unit == "epochs" else budget.amount
    spent = 0.0
    for row in rows:
        yield row
        spent += len(row.ids) if budget.unit == "tokens" else 1
        if spent >= limit:
            return


def _bucketed(rows: list[EncodedRow], per_step: int, chooser: random.Random) -> list[EncodedRow]:
    """Rows of similar length side by side, whole steps in random order, a short step last."""
    steps: list[list[EncodedRow]] = []
    for start in range(0, len(rows), per_step * WINDOW):
        window = sorted(rows[start : start + per_step * WINDOW], key=lambda row: len(row.ids))
        steps += [window[place : place + per_step] for place in range(0, len(window), per_step)]
    whole = [step for step in steps if len(step) == per_step]
    chooser.shuffle(whole)
    return [row for step in [*whole, *(step for step in steps if len(step) < per_step)] for row in step]
