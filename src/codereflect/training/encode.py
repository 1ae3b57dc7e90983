"""Training rows as token ids and spans: which tokens belong to which segment, and which carry loss.

Each segment is tokenised on its own, so that a mask never cuts through a token and so that a prompt has the same ids in
training as it has at generation, where nothing follows it. Where the tokenizer has a chat template, what comes before
the first segment with loss is the user's turn, and the rest is the answer (`models.chat`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from codereflect.errors import UserError
from codereflect.models.chat import end_id, is_chat, opening_ids, prompt_ids
from codereflect.records import TrainRow

IGNORED = -100
# Rows whose texts are tokenised in one call: a call costs more than a segment, its lists many times the arrays.
ROWS_PER_CALL = 1000
# Rows whose prompts are read once more as generation reads them.
CHECKED = 100


class Span(NamedTuple):
    """Tokens `start` to `end` (exclusive) of a row: one segment. `supervised`: they carry loss."""

    kind: str
    start: int
    end: int
    supervised: bool

    @property
    def losses(self) -> slice:
        """Where its tokens' losses lie in a row of `loop.token_losses`: nothing predicts a document's first token."""
        return slice(max(self.start, 1) - 1, max(self.end, 1) - 1)


@dataclass(frozen=True, eq=False)
class EncodedRow:
    """One document. `ids` are its tokens (int32); `spans` cover them from the first to the last, in order."""

    id: str
    label: str
    ids: NDArray[np.int32]
    spans: tuple[Span, ...]

    @property
    def labels(self) -> NDArray[np.int32]:
        """Token ids where the token carries loss, else -100."""
        labels = np.full_like(self.ids, IGNORED)
        for span in self.spans:
            if span.supervised:
                labels[span.start : span.end] = self.ids[span.start : span.end]
        return labels

    @property
    def supervised_tokens(self) -> int:
        """How many tokens carry loss."""
        return sum(span.losses.stop - span.losses.start for span in self.spans if span.supervised)


@dataclass(frozen=True)
class Encoded:
    """Rows that can be trained on, and the ids of those that cannot, by reason."""

    rows: list[EncodedRow]
    dropped: dict[str, list[str]]

    def counts(self) -> dict[str, int]:
        """How many rows were dropped, by reason."""
        return {reason: len(names) for reason, names in self.dropped.items()}


def encode_rows(rows: Iterable[TrainRow], tokenizer: Any, max_length: int) -> Encoded:
    """Tokenise rows; the token that ends an answer follows each and carries loss, so that the model learns to stop.

    Rows longer than `max_length` tokens or without a supervised token are dropped and named: a truncated document would
    teach an answer that breaks off.

    Raises:
        UserError: there are rows, but none is left; or generation would read a row's prompt in another way.
    """
    rows = list(rows)
    frame = _Frame(tokenizer)
    kept: list[EncodedRow] = []
    dropped: dict[str, list[str]] = {"too long": [], "no supervised token": []}
    for place, (row, segments) in enumerate(zip(rows, _token_ids(rows, tokenizer), strict=True)):
        encoded = frame.join(row, segments)
        if place < CHECKED:
            frame.check(row, encoded)
        if len(encoded.ids) > max_length:
            dropped["too long"].append(row.id)
        elif not encoded.supervised_tokens:
            dropped["no supervised token"].append(row.id)
        else:
            kept.append(encoded)
    encoded_rows = Encoded(kept, {reason: names for reason, names in dropped.items() if names})
    if rows and not kept:
        counts = ", ".join(f"{count} {reason}" for reason, count in encoded_rows.counts().items())
        raise UserError(f"None of {len(rows)} rows can be trained on: {counts}.", "raise train.max_length")
    return encoded_rows


def _token_ids(rows: Sequence[TrainRow], tokenizer: Any) -> Iterator[list[list[int]]]:
    """Token ids of each row's segments."""
    for start in range(0, len(rows), ROWS_PER_CALL):
        part = rows[start : start + ROWS_PER_CALL]
        texts = [segment.text for row in part for segment in row.segments]
        flat = iter(tokenizer(texts, add_special_tokens=False)["input_ids"] if texts else [])
        for row in part:
            yield [next(flat) for _ in row.segments]


class _Frame:
    """What a tokenizer puts around the segments of a row."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer, self._chats = tokenizer, is_chat(tokenizer)
        self._opening, self._end = opening_ids(tokenizer), end_id(tokenizer)

    def join(self, row: TrainRow, segments: list[list[int]]) -> EncodedRow:
        """A row out of the ids of its segments."""
        asked = _asked(row) if self._chats else 0
        if self._chats:
            ids = prompt_ids(self._tokenizer, [_text(row, asked)])
            spans = [Span("prompt", 0, len(ids), False)]
        else:
            ids = list(self._opening)
            spans = [Span("special", 0, len(ids), False)] if ids else []
        for segment, tokens in zip(row.segments[asked:], segments[asked:], strict=True):
            spans.append(Span(segment.kind, len(ids), len(ids) + len(tokens), segment.supervised))
            ids += tokens
        # the end belongs to the last segment
        spans[-1] = spans[-1]._replace(end=len(ids) + 1)
        return EncodedRow(row.id, row.label, np.array([*ids, self._end], np.int32), tuple(spans))

    def check(self, row: TrainRow, encoded: EncodedRow) -> None:
        """Raise UserError where generation would read the row's prompt as other ids than training does."""
        if not row.segments or row.segments[0].supervised or row.label != "sft":
            return
        prompt = prompt_ids(self._tokenizer, [_text(row, _asked(row))])
        if encoded.ids[: len(prompt)].tolist() != prompt:
            raise UserError(
                f"The tokenizer reads the prompt of row {row.id} in training other than at generation.",
                "choose a model with another tokenizer (model.name), or model.chat",
            )


def _asked(row: TrainRow) -> int:
    """How many segments come before the first one with loss."""
    return next((place for place, segment in enumerate(row.segments) if segment.supervised), len(row.segments))


def _text(row: TrainRow, count: int) -> str:
    return "".join(segment.text for segment in row.segments[:count])
