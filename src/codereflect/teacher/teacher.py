"""Who explains the mistakes: `teacher.name` chooses one of `TEACHERS`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from codereflect.records import Annotation, Example, Sample, Verdict
from codereflect.teacher.annotate import annotate


class Teacher(Protocol):
    """Explains wrong attempts: `annotate.annotate` says what is given and what comes back."""

    def __call__(
        self, examples: Iterable[Example], attempts: Iterable[Sample], verdicts: Iterable[Verdict]
    ) -> tuple[list[Annotation], dict[str, int]]:
        """Explanations in the order of the attempts, and the number of attempts without one by reason."""
        ...


TEACHERS: dict[str, Teacher] = {"rules": annotate}
