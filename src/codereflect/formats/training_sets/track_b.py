"""Tasks over the functions of a library (Track B): JSON lists of `instruction, response, category, source_function,
source_file`.
"""

from __future__ import annotations

from typing import Any

from codereflect.corpus_specs import LIBRARY_TASKS
from codereflect.formats.rows import Row, optional_text, text_field
from codereflect.formats.training_sets.item import NO_REFERENCE, Place, TrainingItem, group_of, merged, shown, unshown
from codereflect.records import Example


def read(row: Row, place: Place) -> TrainingItem:
    """A row as an Example; a category that is none of the five tasks is read as a plain instruction.

    Raises:
        BadRow: a key is missing or of the wrong kind.
    """
    instruction, category = text_field(row, "instruction"), text_field(row, "category")
    response = optional_text(row, "response") or ""
    function, file = optional_text(row, "source_function"), optional_text(row, "source_file")
    origin = {"function": function} | ({"file": file, "line": None} if file else {})
    example = Example(
        task_id=place.name,
        corpus=place.corpus,
        language="python",
        task=category if category in LIBRARY_TASKS else "instruction",
        category=category,
        prompt=shown(instruction),
        reference=response,
        entry_point=function.rpartition(".")[2] if function else None,
        source=place.source.model_copy(update=origin),
        # all that is made of one function is on one side of a split
        group=group_of(file or "", function) if function else group_of(instruction),
    )
    return TrainingItem(row.where, example, rejected=None if response.strip() else NO_REFERENCE, original=row.value)


def write(item: TrainingItem) -> dict[str, Any]:
    """The row of an item with an Example.

    Raises:
        ValueError: it has none.
    """
    example = item.example
    if example is None:
        raise ValueError("a row of Track B needs an Example")
    rendered: dict[str, Any] = {
        "instruction": unshown(example.prompt),
        "response": example.reference,
        "category": example.category,
    }
    if not item.original:
        function = example.source.function or example.entry_point or ""
        rendered |= {"source_function": function, "source_file": example.source.file}
    return merged(item.original, rendered, _as_read)


def _as_read(key: str, value: Any) -> Any:
    if key == "response":
        return value or ""
    return shown(value) if key == "instruction" and isinstance(value, str) else value
