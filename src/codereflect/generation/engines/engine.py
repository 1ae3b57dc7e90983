"""What generation asks of an engine, whatever runs the model: answers, each on its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol


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
    """One answer that is asked for.

    Attributes:
        turns: what was said until now, by user and model in turn; the user has the last word.
        draw: which of the answers drawn for it (from 0).
        stops: strings at which a model that continues the text is stopped; a model that chats ends by itself.
    """

    turns: tuple[str, ...]
    draw: int = 0
    stops: tuple[str, ...] = ()

    @property
    def prompt(self) -> str:
        """All turns as one text."""
        return "".join(self.turns)


@dataclass(frozen=True)
class Answer:
    """What the model said after a prompt: text without special tokens, and numbers of tokens.

    `finish_reason`: `end` (the model ended it), `stop` (a stop string), `length` (the most tokens).
    """

    text: str
    tokens_in: int
    tokens_out: int
    finish_reason: Literal["end", "stop", "length"]


class Engine(Protocol):
    """Something that answers. An answer depends on `key`, what was asked and `Decoding.identity` alone."""

    @property
    def key(self) -> str:
        """Digest of the model and of the code that runs it."""

    def answer(self, asked: Sequence[Asked], decoding: Decoding) -> Iterator[tuple[int, Answer]]:
        """The answers with their places in `asked`, in any order, each as soon as it is there."""
