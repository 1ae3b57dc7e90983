"""The teacher's work from files to files: explanations of a run's attempts, and the training rows made of them."""

from __future__ import annotations

from pathlib import Path

from codereflect.params import Data, Reflection
from codereflect.records import (
    Annotation,
    Example,
    Sample,
    Verdict,
    dump_json,
    read_records,
    write_records,
    write_text_atomically,
)
from codereflect.teacher.teacher import TEACHERS
from codereflect.teacher.training_rows import assemble


def annotate_attempts(teacher: str, tasks: Path, attempts: Path, folder: Path) -> None:
    """Write annotations.jsonl and summary.json (how many were explained, how many not and why) into `folder`."""
    examples = read_records(tasks, Example)
    samples = read_records(attempts / "samples.jsonl", Sample)
    verdicts = read_records(attempts / "verdicts.jsonl", Verdict)
    annotations, refused = TEACHERS[teacher](examples, samples, verdicts)
    write_records(folder / "annotations.jsonl", annotations)
    summary = {"annotated": len(annotations), "not_annotated": refused}
    write_text_atomically(folder / "summary.json", dump_json(summary) + "\n")


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
