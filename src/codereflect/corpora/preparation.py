"""Split the training examples between the base model, the arms and the attempts: data/prepared.

Everything is decided by a hash of an example's group, so that adding examples never moves one that was there, and
examples of one group are never on two sides.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable
from pathlib import Path

from codereflect.corpora import micro
from codereflect.corpora.split import place
from codereflect.corpus_specs import CORPORA, is_explained
from codereflect.errors import UserError
from codereflect.json_files import dump_json, write_text_atomically
from codereflect.params import Params
from codereflect.progress import progress
from codereflect.records import Example, Problem, read_records, write_records

# Share of the base model's documents on which its loss is measured, and how many at most.
BASE_VALIDATION_SHARE, BASE_VALIDATION_ROWS = 0.02, 300


def prepare(raw: Path, suites: Path, params: Params, for_arms: bool, folder: Path) -> None:
    """Write base.jsonl, base_validation.jsonl, plain.jsonl, attempt.jsonl and card.json into `folder`.

    A base model that is trained here takes `data.base_share`; the rest is the arms', where there are any (`for_arms`).

    Raises:
        UserError: the corpus has no row of the tasks that are asked for.
    """
    from codereflect.corpora.cleaning import clean

    data, tasks, generated = params.data, params.chosen_tasks, params.corpus.name == micro.NAME
    tested = {name: list(read_records(suites / f"{name}.jsonl", Problem)) for name in params.chosen_suites}
    found = list(read_records(raw / "train.jsonl", Example))
    if for_arms:
        _check_tasks(found, params)
    examples, cleaning = clean(found, tested, data, generated)
    card = json.loads((raw / "card.json").read_text(encoding="utf-8")) | cleaning
    share = data.base_share if params.model.name == "micro" else 0.0
    for_base = [example for example in examples if place(example.group, "base", data.seed) < share]
    base, held_out = _hold_out(for_base, tasks, data.seed)
    base_groups = {example.group for example in for_base}
    left = [example for example in examples if example.group not in base_groups] if for_arms else []
    plain = [example for example in left if example.task in tasks]
    attempted = _attempted(plain, params.attempt.rows, data.seed)
    files = {"base": base, "base_validation": held_out, "plain": plain, "attempt": attempted}
    for name, rows in files.items():
        write_records(folder / f"{name}.jsonl", rows)
    card["prepared"] = {name: _counts(rows) for name, rows in files.items()}
    write_text_atomically(folder / "card.json", dump_json(card) + "\n")


def _check_tasks(found: Iterable[Example], params: Params) -> None:
    there = list(_counts(found))
    if not there:
        raise UserError(
            f"Corpus {params.corpus.name} has no rows to train on: all of them are tested.",
            "lower data.test_share, or add rows",
        )
    if not set(there) & set(params.chosen_tasks):
        known = [task for task in there if task in CORPORA[params.corpus.name].tasks]
        raise UserError(
            f"tasks: corpus {params.corpus.name} has no rows for {', '.join(params.chosen_tasks)}; "
            f"it has rows for {', '.join(there)}.",
            f"dvc exp run -S 'tasks=[{','.join(known or there)}]'",
        )


def _counts(rows: Iterable[Example]) -> dict[str, int]:
    return dict(sorted(Counter(example.task for example in rows).items()))


def _hold_out(examples: list[Example], tasks: Collection[str], seed: int) -> tuple[list[Example], list[Example]]:
    places = {example.group: place(example.group, "base validation", seed) for example in examples}
    groups = sorted((where, group) for group, where in places.items() if where < BASE_VALIDATION_SHARE)
    chosen = {group for _, group in groups}
    held_out = [example for example in examples if example.group in chosen and example.task in tasks]
    held_out.sort(key=lambda example: (places[example.group], example.task_id))
    kept = [example for example in examples if example.group not in chosen]
    return (kept, held_out[:BASE_VALIDATION_ROWS]) if held_out else (examples, examples[:1])


def _attempted(plain: list[Example], rows: int, seed: int) -> list[Example]:
    """The tasks that the base model tries: those whose answers are graded and explained, the first `rows` of them.

    Of micro, the Python functions, with hidden tests strong enough to find mistakes.
    """
    generated = [example for example in plain if example.corpus == micro.NAME]
    tried = [example for example in generated if example.task == "python_function"]
    tried += [example for example in plain if example.corpus != micro.NAME and _attempts_teach(example)]
    tried.sort(key=lambda example: (place(example.group, "attempt", seed), example.task_id))
    with progress("hidden tests", min(rows, len(tried)), "tasks") as advance:
        chosen = []
        for example in tried[:rows]:
            chosen.append(micro.strengthen(example) if example.corpus == micro.NAME else example)
            advance()
    return chosen


def _attempts_teach(example: Example) -> bool:
    """Whether a wrong answer can be told, by running or reading it, and explained."""
    return example.grader in ("tests", "text") and is_explained(example.task)
