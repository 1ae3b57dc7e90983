"""Who explains the mistakes: `teacher.name` chooses one of `TEACHERS`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from codereflect.json_files import dump_json, write_text_atomically
from codereflect.records import Annotation, Example, Sample, Verdict, read_records, write_records
from codereflect.teacher.annotate import annotate


class Teacher(Protocol):
    """Explains wrong attempts: `annotate.annotate` says what is given and what comes back."""

    def __call__(
        self, examples: Iterable[Example], attempts: Iterable[Sample], verdicts: Iterable[Verdict]
    ) -> tuple[list[Annotation], dict[str, int]]:
        """Explanations in the order of the attempts, and the number of attempts without one by reason."""
        ...


TEACHERS: dict[str, Teacher] = {"rules": annotate}


def annotate_attempts(teacher: str, tasks: Path, attempts: Path, folder: Path) -> None:
    """Write annotations.jsonl and summary.json (how many were explained, how many not and why) into `folder`."""
    examples = read_records(tasks, Example)
    samples = read_records(attempts / "samples.jsonl", Sample)
    verdicts = read_records(attempts / "verdicts.jsonl", Verdict)
    annotations, refused = TEACHERS[teacher](examples, samples, verdicts)
    write_records(folder / "annotations.jsonl", annotations)
    summary = {"annotated": len(annotations), "not_annotated": refused}
    write_text_atomically(folder / "summary.json", dump_json(summary) + "\n")
