"""What a row of a published training set becomes, and how it is written back without a loss."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from codereflect.formats.rows import Row, row_id
from codereflect.records import Annotation, Example, Source, TrainRow

NO_REFERENCE = "no reference"
_FENCE = re.compile(r"^[ \t]*```[ \t]*([\w+#-]+)", re.MULTILINE)
_LANGUAGES = {"python": "python", "python3": "python", "py": "python", "java": "java"}
_WORDS = re.compile(r"\w+")


@dataclass(frozen=True)
class TrainingItem:
    """A row as records.

    Attributes:
        where: `file:line`, or `file[index]`; empty for what was made here.
        example: the row as an Example; None where none can carry it.
        annotation: the explanation of a wrong attempt at the example (rows of system 1 labelled meta).
        row: the row as a training document; only where the Example says less than the row.
        rejected: why the row is of no use as an Example; None where it is.
        original: the row as it was read. A writer keeps each of its values that still reads as the records do.
    """

    where: str
    example: Example | None
    annotation: Annotation | None = None
    row: TrainRow | None = None
    rejected: str | None = None
    original: Mapping[str, Any] = field(default_factory=dict)


class Place(NamedTuple):
    """Where a row stands, and the name that it gets from that: the same for the same file.

    `label` names the file in the ids; None is its name up to the first dot.
    """

    corpus: str
    path: Path
    row: Row
    label: str | None = None

    @property
    def name(self) -> str:
        """`corpus/file/id`, with the row's own id where it has one, else its line or index.

        Raises:
            BadRow: the row is no object, or its id is neither a number nor a text.
        """
        own = row_id(self.row)
        number = re.split(r"[:\[]", self.row.where.rstrip("]"))[-1].zfill(7)
        file = self.path.name.split(".")[0] if self.label is None else self.label
        return f"{self.corpus}/{file}/{number if own is None else own}"

    @property
    def source(self) -> Source:
        """The file and, where it has lines, the line."""
        line = self.row.where.rpartition(":")[2]
        return Source(file=self.path.name, line=int(line) if line.isdecimal() else None)


def merged(original: Mapping[str, Any], rendered: Mapping[str, Any], read: Callable[[str, Any], Any]) -> dict[str, Any]:
    """The original with the rendered values in it, but for those that the original reads as already.

    Args:
        original: the row as it was read; its keys keep their order, unknown ones their values.
        rendered: the values by key, as they would be written.
        read: what a value of a key is read as.
    """
    if not original:
        return dict(rendered)
    found = dict(original)
    for key, value in rendered.items():
        # what is missing may read as what null does
        if read(key, found.get(key)) != read(key, value):
            found[key] = value
    return found


def merged_messages(
    original: Any, rendered: Sequence[Mapping[str, Any]], content: Callable[[str, Any], Any]
) -> list[dict[str, Any]]:
    """Messages, merged one by one where there are as many as before: a changed one leaves the others as they were.

    Args:
        original: the messages as they were read, if any.
        rendered: the messages as they would be written, of `role` and `content`.
        content: what a content is read as in a message of a role.
    """
    before = original if isinstance(original, list) and len(original) == len(rendered) else [{}] * len(rendered)

    def one(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
        return merged(old, new, lambda key, value: content(new["role"], value) if key == "content" else value)

    return [one(*pair) for pair in zip(before, rendered, strict=True)]


def shown(text: str) -> str:
    """A text as a prompt: it ends its line."""
    return text if text.endswith("\n") else text + "\n"


def unshown(prompt: str) -> str:
    """The shortest text of which `shown` makes a prompt; of one that ends in an empty line that is all of it."""
    short = prompt.removesuffix("\n")
    return short if shown(short) == prompt else prompt


def group_of(*texts: str) -> str:
    """The group of rows whose texts are the same but for case, blanks and punctuation."""
    words = "\0".join(" ".join(_WORDS.findall(text.casefold())) for text in texts)
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def language_of(named: str | None, answer: str) -> str | None:
    """The language that a row names, else that of the first fenced block of its answer; None where none is told."""
    if named is None:
        fence = _FENCE.search(answer)
        named = fence[1] if fence else None
    return None if named is None else _LANGUAGES.get(named.strip().lower(), named.strip().lower())
