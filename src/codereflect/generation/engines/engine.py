"""What generation asks of an engine, whatever runs the model: answers, each on its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True)
class Decoding:
    """How answers are drawn: greedy at temperature 0."""

    temperature: float
    top_p: float
    max_new_tokens: int
    batch_size: int
    seed: int

    def identity(self) -> dict[str, Any]:
        """What an answer depends on: not the batch, and nothing of chance where none is drawn."""
        drawn = {"top_p": self.top_p, "seed": self.seed} if self.temperature > 0 else {}
        return {"temperature": self.temperature, "max_new_tokens": self.max_new_tokens, **drawn}


@dataclass(frozen=True)
class Asked:
    """One answer that is asked for: to a prompt, the `draw`-th of those drawn for it (from 0)."""

    prompt: str
    draw: int


@dataclass(frozen=True)
class Answer:
    """What the model said after a prompt: text without special tokens, and numbers of tokens."""

    text: str
    tokens_in: int
    tokens_out: int
    finish_reason: str


class Engine(Protocol):
    """Something that answers. An answer depends on `key`, what was asked and `Decoding.identity` alone."""

    @property
    def key(self) -> str:
        """Digest of the model and of the code that runs it."""

    def answer(self, asked: Sequence[Asked], decoding: Decoding) -> Iterator[tuple[int, Answer]]:
        """The answers with their places in `asked`, in any order, each as soon as it is there."""
