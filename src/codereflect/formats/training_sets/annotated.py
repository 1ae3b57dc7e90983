"""Rows of system 1: `nl, code, base_model, error_analysis, learning_insights, label` (CONCODE with explanations).

Source: the data set Naholav/llama3.2-java-codegen-90sft-10meta-claude-v1 and its repository,
naholav/sft-vs-reflection-llama3-codexglue. `label` is `sft` (nothing is explained; also where it is missing, as its
training script has it) or `meta`: `base_model` is the base model's attempt, which nobody executed. Where the teacher
could not be reached, the published explanation is the text `API_ERROR: ...`: such a row is rejected.
"""

from __future__ import annotations

from typing import Any

from codereflect.formats.rows import Row, malformed, optional_text, text_field
from codereflect.formats.training_sets.item import NO_REFERENCE, Place, TrainingItem, group_of, merged, shown, unshown
from codereflect.material import ConcodeClass
from codereflect.programs.java_class.concode_class import FIELD_SEPARATOR, cleaned, read_class, text_of
from codereflect.records import Annotation, Example, Verdict, given

LABELS = ("sft", "meta")
TEACHER_FAILED, TEACHER = "the teacher failed (API_ERROR)", "published"
FAILURE = "API_ERROR"
EXPLAINED = ("base_model", "error_analysis", "learning_insights")


def read(row: Row, place: Place) -> TrainingItem:
    """A row as an Example, with an Annotation where it is labelled meta.

    Raises:
        BadRow: a key is missing or of the wrong kind.
    """
    text, code = text_field(row, "nl"), optional_text(row, "code") or ""
    label = optional_text(row, "label") or "sft"
    if label not in LABELS:
        raise malformed(row.where, f"label is {label[:40]!r}, not sft or meta", "label is neither sft nor meta")
    example = _example(row, place, text, code)
    annotation, rejected = None, None if code.strip() else NO_REFERENCE
    if label == "meta":
        annotation = _annotation(row, example.task_id)
        if any(part.startswith(FAILURE) for part in (annotation.error_analysis, annotation.learning_insights)):
            rejected = rejected or TEACHER_FAILED
    return TrainingItem(row.where, example, annotation, None, rejected, row.value)


def write(item: TrainingItem) -> dict[str, Any]:
    """The row of an item with an Example.

    Raises:
        ValueError: it has none.
    """
    example, annotation = item.example, item.annotation
    if example is None:
        raise ValueError("an annotated row needs an Example")
    rendered = {"nl": _description(example), "code": example.reference}
    if annotation is not None:
        rendered |= {
            "base_model": annotation.attempt,
            "error_analysis": annotation.error_analysis,
            "learning_insights": annotation.learning_insights,
        }
    rendered["label"] = "sft" if annotation is None else "meta"
    found = merged(item.original, rendered, _value)
    if annotation is None and item.original.get("label") == "meta":
        # the explanation was taken away
        found = {key: value for key, value in found.items() if key not in EXPLAINED}
    return found


def _value(key: str, value: Any) -> Any:
    if key == "nl" and isinstance(value, str):
        return cleaned(value)
    return (value or "sft") if key == "label" else (value or "") if key == "code" else value


def _example(row: Row, place: Place, text: str, code: str) -> Example:
    material = None
    if FIELD_SEPARATOR in text:
        try:
            material = read_class(text)
        except ValueError as error:
            raise malformed(row.where, f"nl has {error}", "nl has more than three parts") from None
    prompt = cleaned(text)
    return Example(
        task_id=place.name,
        corpus=place.corpus,
        language="java",
        task="java_method",
        category="concode",
        prompt=shown(prompt),
        material=material,
        reference=code,
        entry_point="function",
        grader="text",
        source=place.source,
        group=group_of(prompt),
    )


def _description(example: Example) -> str:
    """The `nl` of an example: with the separators of CONCODE where its class is known."""
    if isinstance(example.material, ConcodeClass):
        text = text_of(example.material)
        if shown(cleaned(text)) == example.prompt:
            return text
    return unshown(example.prompt)


def _annotation(row: Row, name: str) -> Annotation:
    attempt, analysis, insights = (text_field(row, key) for key in EXPLAINED)
    verdict = Verdict(of=given(name), outcome="fail", category="not_executed", feedback="", sealed=False)
    return Annotation(
        example_id=name,
        attempt=attempt,
        verdict=verdict,
        error_analysis=analysis,
        learning_insights=insights,
        teacher=TEACHER,
        prompt_hash="",
    )
