"""Which rows are trained on, in which order: the same rows and steps for the same seed and budget.

Rows are drawn in seeded passes until the budget is spent, then laid out so that a step holds rows of similar length
(padding is wasted work), then the steps are shuffled. Random order instead costs 1.4-2 times the time.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from codereflect.params import Budget
from codereflect.training.encode import EncodedRow

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

    def facts(self, steps: int | None = None) -> dict[str, int]:
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


def make_plan(
    plain: Sequence[EncodedRow], meta: Sequence[EncodedRow], fraction: float, budget: Budget, per_step: int, seed: int
) -> Plan:
    """Draw rows until the budget is spent.

    Args:
        plain: plain rows.
        meta: rows that explain a mistake.
        fraction: share of the rows that are drawn from `meta`; they replace plain rows, as published (system 1).
        budget: tokens (non-padding, the last row may overshoot), rows, or epochs. An epoch is as many rows as there are
            plain rows.
        per_step: rows a step.
        seed: order of the passes.
    """
    chooser = random.Random(f"plan {seed}")
    rows = list(_spend(_mixture(plain, meta, fraction, chooser), budget, len(plain)))
    return Plan(_bucketed(rows, per_step, chooser), per_step)


def _mixture(
    plain: Sequence[EncodedRow], meta: Sequence[EncodedRow], fraction: float, chooser: random.Random
) -> Iterator[EncodedRow]:
    """An endless mixture in which the share of meta rows never strays by more than one row."""
    plain_rows = _passes(plain, random.Random(chooser.random()))
    meta_rows = _passes(meta, random.Random(chooser.random()))
    owed = 0.0
    while True:
        owed += fraction
        if owed >= 1:
            owed -= 1
            yield next(meta_rows)
        else:
            yield next(plain_rows)


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
