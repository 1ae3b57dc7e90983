"""The base model's attempts on training tasks, run: the raw material of explanations."""

from __future__ import annotations

from pathlib import Path

from codereflect.generation.engine import Decoding
from codereflect.generation.sampling import sample
from codereflect.params import Params
from codereflect.records import Example, dump_json, read_records, write_records, write_text_atomically
from codereflect.store import Store
from codereflect.tasks.checking import check
from codereflect.tasks.documents import as_problem

SUITE = "attempt"


def attempt_tasks(
    model: Path, model_key: str, tasks: Path, params: Params, store: Store, workers: int, folder: Path
) -> None:
    """Greedy answers to the tasks of a file, and their verdicts, into `folder`.

    Writes samples.jsonl, verdicts.jsonl (same order) and summary.json (counts by outcome and error class).
    """
    attempt = params.attempt
    problems = [as_problem(example, SUITE) for example in read_records(tasks, Example)]
    decoding = Decoding(0.0, 1.0, attempt.max_new_tokens, attempt.batch_size, 0)
    samples = sample(model, model_key, problems, "default", 1, decoding, store, workers)
    verdicts, level = check(problems, samples, params.sandbox, workers)
    write_records(folder / "samples.jsonl", samples)
    write_records(folder / "verdicts.jsonl", verdicts)
    counts: dict[str, int] = {}
    for verdict in verdicts:
        counts[verdict.category] = counts.get(verdict.category, 0) + 1
    summary = {"attempts": len(samples), "by_error_class": counts, "sandbox_level": level}
    write_text_atomically(folder / "summary.json", dump_json(summary) + "\n")
