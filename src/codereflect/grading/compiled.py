"""What javac says of Java methods in the classes rebuilt around them, with a progress bar, kept answer by answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple

from codereflect.grading.journal import Journal
from codereflect.programs.java_class.outcomes import Outcome, Row, compile_outcomes
from codereflect.progress import progress
from codereflect.store import digest


def compiled(rows: Sequence[Row], workers: int | None, journal: Journal | None = None) -> list[Outcome]:
    """The outcome of each row, in their order; those that the journal has are taken from it.

    Raises:
        SandboxError: the compiler failed.
    """
    journal = journal or Journal()
    keys = [digest(["compile", *astuple(row)]) for row in rows]
    new = {key: row for key, row in zip(keys, rows, strict=True) if journal.get(key) is None}
    if new:
        with progress("compiling", len(rows), "methods", len(rows) - len(new)) as advance:
            for key, outcome in zip(new, compile_outcomes(list(new.values()), workers), strict=True):
                journal.add(key, astuple(outcome))
                advance()
    return [Outcome(*(journal.get(key) or ())) for key in keys]
