"""Training rows as token ids and spans: which tokens belong to which segment, and which carry loss.

Each segment is tokenised on its own, so that a mask never cuts through a token and so that a prompt has the same ids in
training as it has at generation, where nothing follows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from codereflect.errors import UserError
from codereflect.records import TrainRow

IGNORED = -100
# Rows whose texts are tokenised in one call: a call costs more than a segment, its lists many times the arrays.
ROWS_PER_CALL = 1000


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
    """Tokenise rows; an end-of-text token follows each and carries loss, so that the model learns to stop.

    Rows longer than `max_length` tokens or without a supervised token are dropped and named: a truncated document would
    teach an answer that breaks off.

    Raises:
        UserError: there are rows, but none is left.
    """
    rows = list(rows)
    kept: list[EncodedRow] = []
    dropped: dict[str, list[str]] = {"too long": [], "no supervised token": []}
    for row, segments in zip(rows, _token_ids(rows, tokenizer), strict=True):
        encoded = _join(row, segments, tokenizer)
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


def _join(row: TrainRow, segments: list[list[int]], tokenizer: Any) -> EncodedRow:
    begin = [] if tokenizer.bos_token_id is None else [tokenizer.bos_token_id]
    ids = list(begin)
    spans = [Span("special", 0, 1, False)] if begin else []
    for segment, tokens in zip(row.segments, segments, strict=True):
        spans.append(Span(segment.kind, len(ids), len(ids) + len(tokens), segment.supervised))
        ids += tokens
    # the end of the text belongs to the last segment
    spans[-1] = spans[-1]._replace(end=len(ids) + 1)
    return EncodedRow(row.id, row.label, np.array([*ids, tokenizer.eos_token_id], np.int32), tuple(spans))
