"""Split the training examples between the base model, the arms and the attempts: data/prepared.

Everything is decided by a hash of an example's group, so that adding examples never moves one that was there, and
examples of one group are never on two sides.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from codereflect.errors import UserError
from codereflect.params import Attempt, Data
from codereflect.progress import progress
from codereflect.records import Example, dump_json, read_records, write_records, write_text_atomically

# What the arms are trained on; the base model's mix also holds the other kinds of documents.
ARM_TASKS = ("python_function", "java_method")
# Share of the base model's documents on which its loss is measured, and how many at most.
BASE_VALIDATION_SHARE, BASE_VALIDATION_ROWS = 0.02, 300


def place(group: str, purpose: str, seed: int) -> float:
    """A number in [0, 1) that depends on the group, the purpose and the seed alone."""
    digest = hashlib.sha256(f"{purpose} {seed} {group}".encode()).digest()
    return int.from_bytes(digest[:7], "big") / 2**56


def prepare(raw: Path, data: Data, attempt: Attempt, folder: Path) -> None:
    """Write base.jsonl, base_validation.jsonl, plain.jsonl, attempt.jsonl, problems/ and card.json into `folder`.

    Raises:
        UserError: too few tasks for the attempts, or a tested group is trained on.
    """
    examples = list(read_records(raw / "train.jsonl", Example))
    card = json.loads((raw / "card.json").read_text(encoding="utf-8"))
    for_base = [example for example in examples if place(example.group, "base", data.seed) < data.base_share]
    base, held_out = _hold_out(for_base, data.seed)
    base_groups = {example.group for example in for_base}
    plain = [example for example in examples if example.task in ARM_TASKS and example.group not in base_groups]
    attempted = _attempted(plain, attempt.rows, data.seed)
    files = {"base": base, "base_validation": held_out, "plain": plain, "attempt": attempted}
    for name, rows in files.items():
        write_records(folder / f"{name}.jsonl", rows)
    shutil.copytree(raw / "problems", folder / "problems")
    card["prepared"] = {name: _counts(rows) for name, rows in files.items()}
    write_text_atomically(folder / "card.json", dump_json(card) + "\n")


def _counts(rows: Iterable[Example]) -> dict[str, int]:
    return dict(sorted(Counter(example.task for example in rows).items()))


def _hold_out(examples: list[Example], seed: int) -> tuple[list[Example], list[Example]]:
    places = {example.group: place(example.group, "base validation", seed) for example in examples}
    groups = sorted((where, group) for group, where in places.items() if where < BASE_VALIDATION_SHARE)
    chosen = {group for _, group in groups}
    held_out = [example for example in examples if example.group in chosen and example.task in ARM_TASKS]
    held_out.sort(key=lambda example: (places[example.group], example.id))
    kept = [example for example in examples if example.group not in chosen]
    return (kept, held_out[:BASE_VALIDATION_ROWS]) if held_out else (examples, examples[:1])


def _attempted(plain: list[Example], rows: int, seed: int) -> list[Example]:
    """The tasks that the base model tries, with hidden tests strong enough to find its mistakes."""
    from codereflect.corpora import micro

    candidates = [example for example in plain if example.task == "python_function"]
    if len(candidates) < rows:
        raise UserError(
            f"attempt.rows asks for {rows} tasks, but only {len(candidates)} Python tasks are left for the arms.",
            "lower attempt.rows, raise corpus.micro.size, or lower data.base_share in params.yaml",
        )
    candidates.sort(key=lambda example: (place(example.group, "attempt", seed), example.id))
    with progress("hidden tests", rows, "tasks") as advance:
        chosen = []
        for example in candidates[:rows]:
            chosen.append(micro.strengthen(example))
            advance()
    return chosen
