"""Published training sets, read and written in their own forms. A round trip loses nothing, unknown keys included.

| form | rows | read as |
|---|---|---|
| annotated | system 1: nl, code, base_model, error_analysis, learning_insights, label | Example; Annotation for meta |
| reflection_sequences | ReflectionCoder: messages of typed blocks | TrainRow `sequence`; Example of the last round |
| instruction | CodeFeedback: query and answer, or messages | Example in Python and Java; TrainRow always |
| track_b_json | Track B: instruction, response, category, source_function, source_file | Example |

Files are JSON lines, one JSON list, Parquet or CSV (with a header), the first two and CSV also gzipped.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from codereflect.errors import UserError
from codereflect.formats.rows import Names, Row, Tally, parsed, read_rows
from codereflect.formats.training_sets import annotated, instruction, sequences, track_b
from codereflect.formats.training_sets.csv_file import csv_text, is_csv, read_csv
from codereflect.formats.training_sets.item import Place, TrainingItem
from codereflect.json_files import write_text_atomically
from codereflect.records import Annotation, Example, TrainRow, sft_row

__all__ = [
    "FORMS",
    "Form",
    "TrainingItem",
    "read_annotations",
    "read_items",
    "read_train_rows",
    "read_training_set",
    "write_training_set",
]

Form = Literal["annotated", "reflection_sequences", "instruction", "track_b_json"]
FORMS = ("annotated", "reflection_sequences", "instruction", "track_b_json")


def read_training_set(
    form: Form, path: Path, max_bad_rows: int = 0, label: str | None = None
) -> tuple[list[Example], dict[str, Any]]:
    """The rows that an Example can carry, and counts of all rows.

    Args:
        form: one of `FORMS`.
        path: JSON lines, a JSON list, Parquet or CSV.
        max_bad_rows: how many malformed rows are left out before the first of them is an error.
        label: names the file in the ids of its rows; None is its name up to the first dot.

    Returns:
        The examples in the order of the file; `rows`, `examples`, `bad` and `rejected` by reason, `categories`,
        `languages`.

    Raises:
        UserError: the file cannot be read, a row too many is malformed or repeats an id (`file:line: reason`), or no
            row can be used.
    """
    tally = Tally(max_bad_rows)
    found = [item.example for item in _usable(form, path, tally, label) if item.example is not None]
    if not found:
        raise UserError(f"{path} holds no usable row.", "check the path and corpus.name")
    kinds = Counter(example.category for example in found)
    languages = Counter(example.language for example in found)
    return found, {
        **tally.counts(),
        "examples": len(found),
        "categories": dict(sorted(kinds.items())),
        "languages": dict(sorted(languages.items())),
    }


def read_annotations(path: Path, max_bad_rows: int = 0) -> tuple[list[tuple[Example, Annotation]], dict[str, Any]]:
    """The explained mistakes of a file of the form `annotated` (rows labelled meta), and counts of all rows.

    Raises:
        UserError: as `read_training_set`, but a file without explained mistakes is none.
    """
    tally = Tally(max_bad_rows)
    items = list(_usable("annotated", path, tally))
    found = [(item.example, item.annotation) for item in items if item.example and item.annotation]
    return found, {**tally.counts(), "annotations": len(found)}


def read_train_rows(form: Form, path: Path, max_bad_rows: int = 0) -> tuple[list[TrainRow], dict[str, Any]]:
    """All rows as training documents: several turns, other languages and reflection sequences are among them.

    Raises:
        UserError: as `read_training_set`, but a file without a row is none.
    """
    tally = Tally(max_bad_rows)
    found = []
    for item in read_items(form, path, tally):
        row = item.row or (sft_row(item.example) if item.example else None)
        if row is not None and any(segment.supervised and segment.text.strip() for segment in row.segments):
            found.append(row)
        else:
            tally.reject(item.rejected or "nothing to be learned", item.where)
    return found, {**tally.counts(), "train_rows": len(found)}


def read_items(form: Form, path: Path, tally: Tally, label: str | None = None) -> Iterator[TrainingItem]:
    """All well-formed rows, those that no Example can carry included. `tally` counts the malformed ones.

    `label` names the file in the ids of its rows, as in `read_training_set`.

    Raises:
        UserError: the file cannot be read, or a row too many is malformed or repeats an id.
    """
    reader, names = _module(form), Names()

    def parse(row: Row) -> TrainingItem:
        place = Place(form, path, row, label)
        item: TrainingItem = reader.read(row, place)
        # a row's own id may be the place of another
        names.add(place.name, row.where)
        return item

    rows = read_csv(path, tally) if is_csv(path) else read_rows(path, tally)
    return parsed(rows, parse, tally)


def write_training_set(form: Form, path: Path, items: Iterable[TrainingItem]) -> int:
    """Write items in their form: CSV, one JSON list or JSON lines, by the name of the file. Returns their number.

    Raises:
        UserError: the name ends otherwise, or a value cannot be written as CSV.
        ValueError: an item has none of the records that the form is made of.
    """
    writer = _module(form)
    rows = [writer.write(item) for item in items]
    if path.suffix == ".csv":
        text = csv_text(rows, path)
    elif path.suffix == ".json":
        text = "[\n" + ",\n".join(map(_json, rows)) + "\n]\n" if rows else "[]\n"
    elif path.suffix == ".jsonl":
        text = "".join(_json(row) + "\n" for row in rows)
    else:
        raise UserError(f"{path} ends in none of .jsonl, .json and .csv.", "name the file otherwise")
    if not _is_text(text):
        raise UserError(f"{path}: a row holds half a character (an unpaired surrogate).", "write .jsonl or .json")
    write_text_atomically(path, text)
    return len(rows)


def _usable(form: Form, path: Path, tally: Tally, label: str | None = None) -> Iterator[TrainingItem]:
    for item in read_items(form, path, tally, label):
        if item.rejected is None:
            yield item
        else:
            tally.reject(item.rejected, item.where)


def _module(form: Form) -> ModuleType:
    modules = {
        "annotated": annotated,
        "reflection_sequences": sequences,
        "instruction": instruction,
        "track_b_json": track_b,
    }
    return modules[form]


def _json(row: dict[str, Any]) -> str:
    text = json.dumps(row, ensure_ascii=False)
    return text if _is_text(text) else json.dumps(row)


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
