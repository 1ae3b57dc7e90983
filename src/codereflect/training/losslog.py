"""Losses over the course of a run, kept apart by kind of row, in a file that a resumed run goes on with."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from pathlib import Path
from typing import Any

from codereflect.errors import UserError
from codereflect.records import dump_json, write_text_atomically

# Points of the training curve.
POINTS = 40
# Significant digits of a logged loss; rounding keeps last-bit noise of sums out of the files.
DIGITS = 6


def point_interval(steps: int) -> int:
    """Steps between two points of a training curve. Checkpoints fall on points, where nothing is half summed up."""
    return max(1, steps // POINTS)


class LossLog:
    """Training losses averaged between points, validation losses where they are measured.

    Rows are `{"step", "tokens", "split", "kind", "loss"}`: nats per supervised token; `tokens` is the number of
    non-padding tokens that went through the model up to then.
    """

    def __init__(self, file: Path, evaluations: int, patience: int, min_delta: float) -> None:
        self._file = file
        self._evaluations, self.patience, self._min_delta = evaluations, patience, min_delta
        self.rows: list[dict[str, Any]] = []
        self.tokens = 0
        # steps that were made; fewer than planned where training stopped early
        self.steps = 0
        self._sums: dict[str, float] = defaultdict(float)
        self._counts: dict[str, float] = defaultdict(float)

    def resume(self, step: int) -> None:
        """Take up what was logged up to a checkpoint's step; what came after it is measured again."""
        if step:
            rows = [json.loads(line) for line in self._file.read_text(encoding="utf-8").splitlines()]
            self.rows = [row for row in rows if row["step"] <= step]
            self.tokens = max(row["tokens"] for row in self.rows)

    def add(self, sums: Any, counts: Any, is_meta: Any, tokens: Any) -> None:
        """Count one forward pass: per-row sums of losses and numbers of supervised tokens, tensors of shape (rows,)."""
        self.tokens += int(tokens)
        for name, chosen in (("sft", ~is_meta), ("meta", is_meta)):
            if bool(chosen.any()):
                self._sums[name] += float(sums[chosen].sum())
                self._counts[name] += int(counts[chosen].sum())

    def step(self, step: int, last: int) -> str:
        """Note the end of a step; at every point of the curve the means since the one before are logged.

        Returns:
            The means as a short text, empty between points.
        """
        if step % point_interval(last) and step != last:
            return ""
        means = {name: self._sums[name] / self._counts[name] for name in sorted(self._sums)}
        for name, loss in means.items():
            self._append(step, "train", name, loss)
        self._sums.clear()
        self._counts.clear()
        self._write()
        return " ".join(f"{name} {loss:.3f}" for name, loss in means.items())

    def evaluation_due(self, step: int, last: int) -> bool:
        """Whether a step is one of the evenly spaced measurements (the last step always is)."""
        return step in {max(1, round(last * part / self._evaluations)) for part in range(1, self._evaluations + 1)}

    def validation(self, step: int, losses: dict[str, float]) -> None:
        """Log validation losses by kind."""
        for name, loss in losses.items():
            self._append(step, "validation", name, loss)
        self._write()

    def _append(self, step: int, split: str, kind: str, loss: float) -> None:
        if not math.isfinite(loss):
            raise UserError(f"The {split} loss of {kind} rows is {loss} at step {step}.", "lower the learning rate")
        rounded = float(f"{loss:.{DIGITS}g}")
        self.rows.append({"step": step, "tokens": self.tokens, "split": split, "kind": kind, "loss": rounded})

    def _write(self) -> None:
        write_text_atomically(self._file, "".join(dump_json(row) + "\n" for row in self.rows))

    def stop_early(self) -> bool:
        """Whether the plain rows' validation loss has not improved by `min_delta` for `patience` measurements."""
        losses = list(self._plain_losses().values())
        if not self.patience or len(losses) <= self.patience:
            return False
        return min(losses[-self.patience :]) > min(losses[: -self.patience]) - self._min_delta

    def best_step(self) -> int:
        """The step whose weights count: the lowest plain validation loss under `patience` (the first of equals), else
        the last.
        """
        losses = self._plain_losses()
        return min(losses, key=lambda step: losses[step]) if self.patience and losses else self.steps

    def _plain_losses(self) -> dict[int, float]:
        measured = (row for row in self.rows if row["split"] == "validation" and row["kind"] == "sft")
        return {row["step"]: row["loss"] for row in measured}

    def final(self, split: str = "validation") -> dict[str, float]:
        """The losses of a split by kind, as they were last measured up to the step whose weights count."""
        best = self.best_step()
        return {row["kind"]: row["loss"] for row in self.rows if row["split"] == split and row["step"] <= best}
