"""Instruction rows as CodeFeedback has them: `query, answer, resource, lang`, or `messages` of several turns.

Source: the data sets m-a-p/CodeFeedback-Filtered-Instruction and m-a-p/Code-Feedback (arXiv 2402.14658), cleaned as
SenseLLM/ReflectionCoder (src/data/download.py) cleans them: HTML is unescaped, exactly once; in answers line ends
become LF, tabs four blanks, and blanks around the text go. A text that this changes is kept beside what it was read
as, and written back; a new text in which something would be unescaped is written with `&amp;` for each `&`.
"""

from __future__ import annotations

import html
from typing import Any

from codereflect.formats.rows import Row, clean, fields, malformed, optional_text, text_field
from codereflect.formats.training_sets.item import (
    NO_REFERENCE,
    Place,
    TrainingItem,
    group_of,
    language_of,
    merged,
    merged_messages,
    shown,
    unshown,
)
from codereflect.records import Example, Segment, TrainRow

ROLES = ("system", "user", "assistant")
SEVERAL_TURNS, NO_LANGUAGE = "several turns (only the TrainRow has them)", "no language is named"

Turns = list[tuple[str, str]]


def read(row: Row, place: Place) -> TrainingItem:
    """A row as an Example where it is one question and one answer in Python or Java, and as a TrainRow always.

    Raises:
        BadRow: a key is missing or of the wrong kind, or the turns do not end in an answer.
    """
    turns = _turns(row)
    name = place.name
    language = language_of(optional_text(row, "lang"), turns[-1][1])
    rejected = _reason(turns, language)
    questions = [text for role, text in turns if role != "assistant"]
    example = None
    if rejected in (None, NO_REFERENCE):
        example = Example(
            task_id=name,
            corpus=place.corpus,
            language="java" if language == "java" else "python",
            task="instruction",
            category=optional_text(row, "resource") or "instruction",
            prompt=shown(questions[0]),
            reference=turns[-1][1],
            source=place.source,
            group=group_of(questions[0]),
        )
    document = TrainRow(id=name, label="sft", segments=[_segment(*turn) for turn in turns])
    return TrainingItem(row.where, example, None, document, rejected, row.value)


def write(item: TrainingItem) -> dict[str, Any]:
    """The row of an item. Its Example counts where it has one, else its TrainRow.

    Raises:
        ValueError: it has neither.
    """
    if item.example is not None:
        turns = [("user", item.example.prompt), ("assistant", item.example.reference)]
    elif item.row is not None:
        turns = [(_role(segment), segment.text) for segment in item.row.segments]
    else:
        raise ValueError("an instruction row needs an Example or a TrainRow")
    if "messages" in item.original or len(turns) != 2:
        said = merged_messages(item.original.get("messages"), [_message(*turn) for turn in turns], _content)
        return {**item.original, "messages": said}
    (_, query), (_, answer) = turns
    # a prompt ends its line, a question need not
    given = escaped(unshown(query), "user")
    rendered = {"query": given, "answer": escaped(answer, "assistant")}
    if item.example is not None and not item.original:
        rendered |= {"resource": item.example.category, "lang": item.example.language}
    return merged(item.original, rendered, _as_read)


def unescaped(text: str, role: str) -> str:
    """A text as it is read; answers are cleaned beyond HTML."""
    text = html.unescape(text)
    if role != "assistant":
        return text
    return text.replace("\r\n", "\n").replace("\t", "    ").strip()


def escaped(text: str, role: str) -> str:
    """A text that is read as the given one (but for tabs and blanks around an answer, which no reading gives)."""
    return text if unescaped(text, role) == text else text.replace("&", "&amp;")


def _as_read(key: str, value: Any) -> Any:
    if key in ("query", "answer"):
        return _content("user" if key == "query" else "assistant", value or "")
    return value


def _content(role: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return unescaped(value, role) if role == "assistant" else shown(unescaped(value, role))


def _turns(row: Row) -> Turns:
    """(role, text as it is read) in their order; the last is an answer."""
    if "messages" not in fields(row):
        query = text_field(row, "query")
        answer = optional_text(row, "answer") or ""
        return [("user", unescaped(query, "user")), ("assistant", unescaped(answer, "assistant"))]
    messages = row.value["messages"]
    if not isinstance(messages, list) or not messages or not all(isinstance(one, dict) for one in messages):
        raise malformed(row.where, "messages is no list of objects")
    turns = [_turn(row, index, one) for index, one in enumerate(messages)]
    if turns[-1][0] != "assistant" or all(role != "user" for role, _ in turns):
        raise malformed(row.where, "messages do not end in an answer to a user")
    return turns


def _turn(row: Row, index: int, message: dict[str, Any]) -> tuple[str, str]:
    role, text = message.get("role"), message.get("content")
    if role not in ROLES:
        raise malformed(row.where, f"messages[{index}] has the role {str(role)[:40]!r}", "a message has no known role")
    if not isinstance(text, str):
        kind = type(text).__name__
        raise malformed(row.where, f"messages[{index}] holds a {kind}, not a text", "a message holds no text")
    # what HTML calls a surrogate is no text either: unescape gives U+FFFD for it
    return role, unescaped(clean(text, row.where, f"messages[{index}]"), role)


def _reason(turns: Turns, language: str | None) -> str | None:
    if len(turns) != 2:
        return SEVERAL_TURNS
    if not turns[-1][1].strip():
        return NO_REFERENCE if language in ("python", "java") else NO_LANGUAGE
    if language is None:
        return NO_LANGUAGE
    return None if language in ("python", "java") else f"language {language[:20]}"


def _segment(role: str, text: str) -> Segment:
    if role == "assistant":
        return Segment(kind="reference", text=text, supervised=True)
    return Segment(kind="system" if role == "system" else "prompt", text=shown(text), supervised=False)


def _role(segment: Segment) -> str:
    return {"system": "system", "prompt": "user"}.get(segment.kind, "assistant")


def _message(role: str, text: str) -> dict[str, str]:
    return {"role": role, "content": escaped(text if role == "assistant" else unshown(text), role)}
