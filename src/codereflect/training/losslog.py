"""Losses over the course of a run, kept apart by label and segment, in a file that a resumed run goes on with."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from codereflect.errors import UserError
from codereflect.json_files import dump_json, write_text_atomically
from codereflect.training_params import Optimizer

# Points of the training curve.
POINTS = 40
# Significant digits of a logged loss; rounding keeps last-bit noise of sums out of the files.
DIGITS = 6
# In the place of a segment: all tokens of the rows that carry loss.
ALL = "all"
# Nats per token by label and segment.
Losses = Mapping[tuple[str, str], float]


def point_interval(steps: int) -> int:
    """Steps between two points of a training curve. Checkpoints fall on points, where nothing is half summed up."""
    return max(1, steps // POINTS)


class LossLog:
    """Training losses averaged between points, validation losses where they are measured; and when to stop.

    Rows are `{"step", "tokens", "split", "label", "segment", "loss"}`: nats per token, those that carry loss (segment
    `all`) or all tokens of a kind of segment; `tokens` is the number of non-padding tokens that went through the model
    up to then.
    `early_stopping` is the label whose validation loss decides, or `mean` of all labels, or `either`: the first label
    that stands still stops, and the best weights are those of the lowest mean (as published for system 1).
    """

    def __init__(self, file: Path, optimizer: Optimizer) -> None:
        self._file, self._evaluations = file, optimizer.evaluations
        self.patience, self._min_delta, self._watched = (
            optimizer.patience,
            optimizer.min_delta,
            optimizer.early_stopping,
        )
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

    def add(self, sums: Any, counts: Any, labels: Sequence[str], tokens: Any) -> None:
        """Count one forward pass: by row the sum of its losses, the number of its tokens that carry loss (tensors of
        shape (rows,)) and its label; and the number of non-padding tokens.
        """
        self.tokens += int(tokens)
        for label in set(labels):
            chosen = [place for place, one in enumerate(labels) if one == label]
            self._sums[label] += float(sums[chosen].sum())
            self._counts[label] += int(counts[chosen].sum())

    def step(self, step: int, last: int) -> str:
        """Note the end of a step; at every point of the curve the means since the one before are logged.

        Returns:
            The means as a short text, empty between points.
        """
        if step % point_interval(last) and step != last:
            return ""
        means = {name: self._sums[name] / self._counts[name] for name in sorted(self._sums)}
        for label, loss in means.items():
            self._append(step, "train", label, ALL, loss)
        self._sums.clear()
        self._counts.clear()
        self._write()
        return " ".join(f"{name} {loss:.3f}" for name, loss in means.items())

    def evaluation_due(self, step: int, last: int) -> bool:
        """Whether a step is one of the evenly spaced measurements (the last step always is)."""
        return step in {max(1, round(last * part / self._evaluations)) for part in range(1, self._evaluations + 1)}

    def validation(self, step: int, losses: Losses) -> None:
        """Log validation losses by label and segment."""
        for (label, segment), loss in losses.items():
            self._append(step, "validation", label, segment, loss)
        self._write()

    def _append(self, step: int, split: str, label: str, segment: str, loss: float) -> None:
        if not math.isfinite(loss):
            raise UserError(f"The {split} loss of {label} rows is {loss} at step {step}.", "lower the learning rate")
        row = {"step": step, "tokens": self.tokens, "split": split, "label": label, "segment": segment}
        self.rows.append(row | {"loss": float(f"{loss:.{DIGITS}g}")})

    def _write(self) -> None:
        write_text_atomically(self._file, "".join(dump_json(row) + "\n" for row in self.rows))

    def stop_early(self) -> bool:
        """Whether what is watched has not improved by `min_delta` for `patience` measurements."""
        measured = self._measured()
        watched = list(measured.values()) if self._watched == "either" else [self._counted(measured)]
        return bool(self.patience) and any(self._stands_still(list(losses.values())) for losses in watched)

    def _stands_still(self, losses: Sequence[float]) -> bool:
        if len(losses) <= self.patience:
            return False
        return min(losses[-self.patience :]) > min(losses[: -self.patience]) - self._min_delta

    def best_step(self) -> int:
        """The step whose weights count: with `patience` that of the lowest watched loss (the first of equals), else the
        last.
        """
        losses = self._counted(self._measured())
        return min(losses, key=lambda step: losses[step]) if self.patience and losses else self.steps

    def _measured(self) -> dict[str, dict[int, float]]:
        """Validation losses by label and step."""
        found: dict[str, dict[int, float]] = {}
        for row in self.rows:
            if row["split"] == "validation" and row["segment"] == ALL:
                found.setdefault(row["label"], {})[row["step"]] = row["loss"]
        return found

    def _counted(self, measured: Mapping[str, Mapping[int, float]]) -> Mapping[int, float]:
        """The watched loss by step."""
        if self._watched not in ("mean", "either"):
            return measured.get(self._watched, {})
        steps = next(iter(measured.values()), {})
        return {step: sum(losses[step] for losses in measured.values()) / len(measured) for step in steps}

    def final(self, split: str = "validation") -> dict[str, float]:
        """The losses of a split as they were last measured up to the step whose weights count: `LABEL` over the tokens
        that carry loss, `LABEL.SEGMENT` over the tokens of a kind of segment.
        """
        best = self.best_step()
        rows = (row for row in self.rows if row["split"] == split and row["step"] <= best)
        return {loss_name(row["label"], row["segment"]): row["loss"] for row in rows}


def loss_name(label: str, segment: str) -> str:
    """How a loss is called in metrics: `reflection`, `reflection.analysis`."""
    return label if segment == ALL else f"{label}.{segment}"


def write_facts(folder: Path, facts: Mapping[str, Any], losses: Sequence[Mapping[str, Any]]) -> None:
    """Write training.json and losses.jsonl, which later stages read beside the model."""
    write_text_atomically(folder / "losses.jsonl", "".join(dump_json(row) + "\n" for row in losses))
    write_text_atomically(folder / "training.json", dump_json(facts) + "\n")
