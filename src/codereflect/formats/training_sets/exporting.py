"""A run's own training rows as items of a published form: plain tasks, and mistakes that were explained."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from codereflect.formats.training_sets.item import TrainingItem
from codereflect.records import Annotation, Example, Segment, TrainRow

Explained = tuple[Example, Annotation]


def exported(
    form: str, examples: Iterable[Example], explained: Iterable[Explained]
) -> tuple[list[TrainingItem], Counter[str]]:
    """The items that a form can hold, tasks first, and how many rows it cannot, by reason.

    A mistake is written with its explanation (annotated), as attempt, execution, text and code (reflection_sequences),
    or not at all: instruction and track_b_json have no place for one.

    Args:
        form: one of `FORMS`.
        examples: tasks with their references.
        explained: tasks with a wrong attempt and what was said of it.
    """
    left_out: Counter[str] = Counter()
    return list(_items(form, examples, explained, left_out)), left_out


def _items(
    form: str, examples: Iterable[Example], explained: Iterable[Explained], left_out: Counter[str]
) -> Iterator[TrainingItem]:
    for example in examples:
        why = _why_not(form, example)
        if why:
            left_out[why] += 1
        else:
            yield TrainingItem("", example, row=_plain(example) if form == "reflection_sequences" else None)
    for example, annotation in explained:
        why = _why_not(form, example) or ("explained mistakes" if form in ("instruction", "track_b_json") else None)
        if why:
            left_out[why] += 1
        else:
            yield TrainingItem("", example, annotation, _sequence(example, annotation))


def _why_not(form: str, example: Example) -> str | None:
    wanted = {"annotated": "java", "track_b_json": "python"}.get(form, example.language)
    return None if example.language == wanted else f"in {example.language}"


def _plain(example: Example) -> TrainRow:
    return TrainRow(id=example.task_id, label="sft", segments=_asked_and_answered(example))


def _sequence(example: Example, annotation: Annotation) -> TrainRow:
    """Two rounds, as ReflectionCoder's (arXiv 2405.17057): the way from a first program over what running it gave and
    what that means to the right program; then the same question with the right answer alone."""
    way = [
        _said("code", annotation.attempt),
        _said("execution", annotation.verdict.feedback, supervised=False),
        _said("text", f"{annotation.error_analysis}\n{annotation.learning_insights}"),
        _said("code", example.reference),
    ]
    asked, *_ = answered = _asked_and_answered(example)
    return TrainRow(id=example.task_id, label="sequence", segments=[asked, *way, *answered])


def _asked_and_answered(example: Example) -> list[Segment]:
    """The answer is fenced: its language is told by nothing else."""
    answer = f"```{example.language}\n{example.reference.rstrip()}\n```"
    return [Segment(kind="prompt", text=example.prompt, supervised=False), _said("text", answer)]


def _said(kind: str, text: str, supervised: bool = True) -> Segment:
    return Segment(kind=kind, text=text, supervised=supervised)
