"""The base model's attempts on training tasks, graded: the raw material of explanations."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from codereflect.context import Context
from codereflect.generation.engines.engine import Decoding, Engine
from codereflect.generation.sampling import sample
from codereflect.grading.case import cases_of, grader_here
from codereflect.grading.check import check, journal_of
from codereflect.grading.text_verdict import is_text
from codereflect.json_files import dump_json, write_text_atomically
from codereflect.records import Example, Problem, Verdict, as_problem, read_records, write_records
from codereflect.sandbox.java.java_sandbox import probe_java

SUITE = "attempt"


def attempt_tasks(engine: Engine, tasks: Path, context: Context, folder: Path) -> None:
    """Greedy answers to those tasks of a file that can be graded, and their verdicts, into `folder`.

    Answers are run where a task has hidden tests; Java methods without such are compared with their reference as text
    (`grading.text_verdict`). Other tasks are not tried. Writes samples.jsonl, verdicts.jsonl (same order) and
    summary.json (counts by outcome and error class).
    """
    attempt, store = context.params.attempt, context.store
    asked = [as_problem(example, SUITE) for example in read_records(tasks, Example)]
    problems = [problem for problem in asked if grader_here(problem) != "checks"]
    decoding = Decoding(0.0, 1.0, attempt.max_new_tokens, attempt.batch_size, 0)
    samples = sample(engine, problems, "default", 1, decoding, store) if problems else []
    with journal_of(store) as journal:
        checked = check(cases_of(problems, samples), context.params.sandbox, context.workers, journal)
    verdicts = [checked.verdicts[one.of] for one in samples]
    write_records(folder / "samples.jsonl", samples)
    write_records(folder / "verdicts.jsonl", verdicts)
    summary = _summary(asked, problems, verdicts) | {"sandbox_level": checked.level}
    write_text_atomically(folder / "summary.json", dump_json(summary) + "\n")


def _summary(asked: Sequence[Problem], problems: Sequence[Problem], verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """Counts. What was not tried, and how many were compared as text (with which Java), only where there are such."""
    counts: dict[str, int] = {}
    for verdict in verdicts:
        counts[verdict.category] = counts.get(verdict.category, 0) + 1
    summary: dict[str, Any] = {"attempts": len(verdicts), "by_error_class": counts}
    if len(problems) < len(asked):
        summary["not_tried"] = len(asked) - len(problems)
    texts = sum(map(is_text, verdicts))
    if texts:
        summary |= {"compared_as_text": texts, "java": probe_java().version or "unavailable"}
    return summary
