"""Reflection sequences (ReflectionCoder, arXiv 2405.17057): `messages` whose contents are lists of typed blocks.

Source: the data sets SenseLLM/ReflectionSeq-GPT and -DS (train.jsonl) and the readers of their repository,
SenseLLM/ReflectionCoder (src/data/download.py, src/utils/processor.py): `{"messages": [{"role": "user" | "assistant",
"content": [{"type": "text" | "code" | "execution", "content": ...}]}], "type": ...}`. A sequence has two rounds: a
question answered by texts, programs and what they print, then the question for the final answer. The last question and
answer are the Example (the one-off generation that is distilled into); all of it is the TrainRow.

No loss is on what users say and on what programs print (the published masks). The marks between blocks are tokens of a
tokenizer and no part of the texts. Rows of `"type": "generation"` are plain instructions in the same form.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any

from codereflect.formats.rows import Row, clean, fields, malformed, optional_text
from codereflect.formats.training_sets.item import (
    NO_REFERENCE,
    Place,
    TrainingItem,
    group_of,
    language_of,
    merged_messages,
    shown,
)
from codereflect.records import Example, Segment, TrainRow

BLOCKS = ("text", "code", "execution")
PLAIN = "generation"
PROMPT = "prompt"

Message = tuple[str, list[tuple[str, str]]]


def read(row: Row, place: Place) -> TrainingItem:
    """A row as a TrainRow of all blocks, and as the Example of its last question and answer.

    Raises:
        BadRow: a key is missing or of the wrong kind, or the roles are not user and assistant in turns.
    """
    messages = _messages(row)
    kind = optional_text(row, "type")
    question, answer = ("\n".join(text for _, text in blocks) for _, blocks in messages[-2:])
    every = "\n".join(text for _, blocks in messages for _, text in blocks)
    language = language_of(None, every)
    rejected = None if answer.strip() else NO_REFERENCE
    if rejected is None and language not in ("python", "java", None):
        rejected = f"language {(language or '')[:20]}"
    name = place.name
    example = Example(
        task_id=name,
        corpus=place.corpus,
        # its programs are run by a Python interpreter
        language="java" if language == "java" else "python",
        task="instruction",
        category=kind or "reflection",
        prompt=shown(question),
        reference=answer,
        source=place.source,
        group=group_of("\n".join(text for _, text in messages[0][1])),
    )
    document = TrainRow(id=name, label="sft" if kind == PLAIN else "sequence", segments=_segments(messages))
    usable = example if rejected in (None, NO_REFERENCE) else None
    return TrainingItem(row.where, usable, None, document, rejected, row.value)


def write(item: TrainingItem) -> dict[str, Any]:
    """The row of an item with a TrainRow.

    Raises:
        ValueError: it has none.
    """
    if item.row is None:
        raise ValueError("a sequence needs a TrainRow")
    messages = []
    for asked, run in groupby(item.row.segments, key=lambda segment: segment.kind == PROMPT):
        blocks = [{"type": "text" if asked else one.kind, "content": one.text} for one in run]
        messages.append({"role": "user" if asked else "assistant", "content": blocks})
    found = {**item.original, "messages": merged_messages(item.original.get("messages"), messages, _content)}
    if not item.original and item.row.label == "sft":
        found["type"] = PLAIN
    return found


def _content(role: str, value: Any) -> Any:
    blocks = [] if value is None else _blocks(Row("", None), 0, value)
    return [(PROMPT if role == "user" else kind, text) for kind, text in blocks]


def _segments(messages: list[Message]) -> list[Segment]:
    found = []
    for role, blocks in messages:
        for kind, text in blocks:
            asked = role == "user"
            found.append(
                Segment(kind=PROMPT if asked else kind, text=text, supervised=not asked and kind != "execution")
            )
    return found


def _messages(row: Row) -> list[Message]:
    given = fields(row).get("messages")
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise malformed(row.where, "messages is no list of objects")
    messages = [(_role(row, index, one), _blocks(row, index, one.get("content"))) for index, one in enumerate(given)]
    wanted = ["user", "assistant"] * (len(messages) // 2)
    if not messages or [role for role, _ in messages] != wanted:
        raise malformed(row.where, "the roles are not user and assistant in turns, an answer at the end")
    return messages


def _role(row: Row, index: int, message: dict[str, Any]) -> str:
    role = message.get("role")
    if role not in ("user", "assistant"):
        raise malformed(row.where, f"messages[{index}] has the role {str(role)[:40]!r}", "a message has no known role")
    return str(role)


def _blocks(row: Row, index: int, content: Any) -> list[tuple[str, str]]:
    if isinstance(content, str):
        content = [{"type": "text", "content": content}]
    if not isinstance(content, list) or not content or not all(isinstance(block, dict) for block in content):
        raise malformed(row.where, f"messages[{index}] holds no list of blocks", "a message holds no list of blocks")
    found = []
    for number, block in enumerate(content):
        kind, text = block.get("type"), block.get("content")
        where = f"messages[{index}].content[{number}]"
        if kind not in BLOCKS:
            raise malformed(row.where, f"{where} has the type {str(kind)[:40]!r}", "a block has no known type")
        if not isinstance(text, str):
            raise malformed(row.where, f"{where} holds a {type(text).__name__}, not a text", "a block holds no text")
        found.append((str(kind), clean(text, row.where, where)))
    return found
