"""Training documents: sft rows, reflection rows (which explain a mistake), and which rows are held out.

An sft row is exactly what evaluation looks like: the prompt, then the reference. A reflection row has the six parts
of the published system (scenario, attempt, correct implementation, feedback, guidance, reflection) between the
headings of `prompts/reflection.txt`. Its first heading comes before the scenario, so that no row teaches anything but
an answer after a bare prompt.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from codereflect.errors import UserError
from codereflect.labelled_rows import LabelledRows
from codereflect.params import Data, Reflection
from codereflect.records import Annotation, Example, Segment, TrainRow, read_records, sft_row

TEMPLATE = Path(__file__).parent / "prompts" / "reflection.txt"
SLOT = re.compile(r"\{(\w+)\}\n?")
MOST_HELD_OUT = 4

T = TypeVar("T")


def assemble_rows(prepared: Path, annotations: Path, reflection: Reflection, data: Data, folder: Path) -> None:
    """Write the rows of the arms into `folder` (see `LabelledRows`).

    Raises:
        UserError: too few examples to hold any out.
    """
    attempted = {example.task_id: example for example in read_records(prepared / "attempt.jsonl", Example)}
    explained = [
        (attempted[annotation.example_id], annotation)
        for annotation in read_records(annotations / "annotations.jsonl", Annotation)
    ]
    examples = list(read_records(prepared / "plain.jsonl", Example))
    assemble(examples, explained, reflection, data.validation_rows, data.seed).write(folder)


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
        Segment(kind=kind, text=words, supervised=_carries_loss(supervise, kind)) for kind, words in _laid_out(parts)
    ]
    name = f"{example.task_id}/reflection-{annotation.verdict.of.sample_index}"
    return TrainRow(id=name, label="reflection", segments=segments)


def _laid_out(parts: dict[str, str]) -> list[tuple[str, str]]:
    """(kind, text) of headings and parts in the template's order; each part ends with one line end."""
    template = TEMPLATE.read_text(encoding="utf-8")
    found: list[tuple[str, str]] = []
    at = 0
    for slot in SLOT.finditer(template):
        if slot.start() > at:
            found.append(("heading", template[at : slot.start()]))
        found.append((slot[1], parts[slot[1]].rstrip("\n") + "\n"))
        at = slot.end()
    return found


def assemble(
    examples: Sequence[Example],
    annotated: Sequence[tuple[Example, Annotation]],
    reflection: Reflection,
    validation_rows: int,
    seed: int,
) -> LabelledRows:
    """All rows of both labels; no group (see `Example.group`) of a validation row is trained on, of either label.

    Groups are ordered by the hash of seed and group, and the first ones are held out, so that more rows move few
    others across. Of each label `validation_rows` are held out, but never more than a quarter of its rows: of fewer
    than four explained mistakes (perhaps of none) none is.
    Training rows keep the order they came in, validation rows have the order of the hash.

    Raises:
        UserError: there are examples, but too few to hold any out.
    """
    held_examples = _held_out(examples, lambda each: each.group, validation_rows, seed)
    if examples and not held_examples:
        raise UserError(
            f"There are only {len(examples)} sft rows, too few to hold out a quarter for validation.",
            "raise corpus.micro.size or attempt.rows in params.yaml",
        )
    held_annotated = _held_out(annotated, lambda each: each[0].group, validation_rows, seed)
    held = {example.group for example in held_examples} | {example.group for example, _ in held_annotated}
    return LabelledRows(
        train={
            "sft": [sft_row(example) for example in examples if example.group not in held],
            "reflection": [reflection_row(*pair, reflection) for pair in annotated if pair[0].group not in held],
        },
        validation={
            "sft": [sft_row(example) for example in held_examples],
            "reflection": [reflection_row(*pair, reflection) for pair in held_annotated],
        },
    )


def _held_out(rows: Sequence[T], group: Callable[[T], str], count: int, seed: int) -> list[T]:
    """The rows whose groups come first in the order of the hash."""
    most = min(count, len(rows) // MOST_HELD_OUT)
    return sorted(rows, key=lambda row: _rank(group(row), seed))[:most]


def _rank(group: str, seed: int) -> str:
    return hashlib.sha256(f"{seed}:{group}".encode()).hexdigest()


def _carries_loss(reflection: Reflection, kind: str) -> bool:
    """Whether segments of this kind carry loss in reflection rows."""
    return reflection.supervise == "all" or kind in reflection.supervise
