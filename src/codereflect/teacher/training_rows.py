"""Training documents: plain rows, rows that explain a mistake, and which rows are held out.

A plain row is exactly what evaluation looks like: the prompt, then the reference. A reflection row has the six parts
of the published system (scenario, attempt, correct implementation, feedback, guidance, reflection) between the
headings of `prompts/reflection.txt`. Its first heading comes before the scenario, so that no row teaches anything but
an answer after a bare prompt.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from codereflect.errors import UserError
from codereflect.params import Reflection
from codereflect.records import Annotation, Example, Segment, TrainRow, plain_row
from codereflect.teacher.rules.templates import text

SLOT = re.compile(r"\{(\w+)\}\n?")
MOST_HELD_OUT = 4

T = TypeVar("T")


@dataclass(frozen=True)
class Assembled:
    """Rows to train on and rows to measure losses on. No group (see `Example.group`) is on both sides."""

    plain: list[TrainRow]
    meta: list[TrainRow]
    validation_plain: list[TrainRow]
    validation_meta: list[TrainRow]


def reflection_row(example: Example, annotation: Annotation, supervise: Reflection) -> TrainRow:
    """A mistake and its explanation. Headings are segments of their own, with loss only when all carry loss.

    Raises:
        ValueError: the annotation is of another example, or of an attempt that did not fail.
    """
    if annotation.example_id != example.task_id:
        raise ValueError(f"annotation of {annotation.example_id} does not belong to {example.task_id}")
    if annotation.verdict.outcome not in ("fail", "timeout"):
        raise ValueError(f"{example.task_id}: a verdict of {annotation.verdict.outcome} is never explained")
    parts = {
        "scenario": example.prompt,
        "attempt": annotation.attempt,
        "reference": example.reference,
        "feedback": annotation.verdict.feedback,
        "analysis": annotation.error_analysis,
        "insight": annotation.learning_insights,
    }
    segments = [
        Segment(kind=kind, text=words, supervised=supervise.carries_loss(kind)) for kind, words in _laid_out(parts)
    ]
    return TrainRow(
        id=f"{example.task_id}/reflection-{annotation.verdict.of.sample_index}", label="meta", segments=segments
    )


def _laid_out(parts: dict[str, str]) -> list[tuple[str, str]]:
    """(kind, text) of headings and parts in the template's order; each part ends with one line end."""
    template = text("reflection.txt")
    found: list[tuple[str, str]] = []
    at = 0
    for slot in SLOT.finditer(template):
        if slot.start() > at:
            found.append(("heading", template[at : slot.start()]))
        found.append((slot[1], parts[slot[1]].rstrip("\n") + "\n"))
        at = slot.end()
    return found


def assemble(
    plain_examples: Sequence[Example],
    annotated: Sequence[tuple[Example, Annotation]],
    reflection: Reflection,
    validation_rows: int,
    seed: int,
) -> Assembled:
    """All rows of both kinds, each kind's validation rows held out from both kinds.

    Groups are ordered by the hash of seed and group, and the first ones are held out, so that more rows move few
    others across. Of each kind `validation_rows` are held out, but never more than a quarter of the kind: of fewer than
    four explained mistakes (perhaps of none) none is.
    Training rows keep the order they came in, validation rows have the order of the hash.

    Raises:
        UserError: too few plain rows to hold any out.
    """
    plain_held = _held_out(plain_examples, lambda each: each.group, validation_rows, seed)
    if not plain_held:
        raise UserError(
            f"There are only {len(plain_examples)} plain rows, too few to hold out a quarter for validation.",
            "raise corpus.micro.size or attempt.rows in params.yaml",
        )
    meta_held = _held_out(annotated, lambda each: each[0].group, validation_rows, seed)
    held = {example.group for example in plain_held} | {example.group for example, _ in meta_held}
    return Assembled(
        plain=[plain_row(example) for example in plain_examples if example.group not in held],
        meta=[reflection_row(*pair, reflection) for pair in annotated if pair[0].group not in held],
        validation_plain=[plain_row(example) for example in plain_held],
        validation_meta=[reflection_row(*pair, reflection) for pair in meta_held],
    )


def _held_out(rows: Sequence[T], group: Callable[[T], str], count: int, seed: int) -> list[T]:
    """The rows whose groups come first in the order of the hash."""
    most = min(count, len(rows) // MOST_HELD_OUT)
    return sorted(rows, key=lambda row: _rank(group(row), seed))[:most]


def _rank(group: str, seed: int) -> str:
    return hashlib.sha256(f"{seed}:{group}".encode()).hexdigest()
