"""Rows, a tokenizer and a Llama of a few thousand parameters, for tests of training and generation."""

from __future__ import annotations

from typing import Any

from codereflect.params import MicroModel
from codereflect.records import Example, Segment, Source, TrainRow

SHAPE = MicroModel(vocabulary=300, hidden_size=16, layers=1, heads=2, feed_forward=32)


def row(number: int, label: str = "sft", words: int = 3) -> TrainRow:
    answer = " ".join(f"w{(number * step) % 7}" for step in range(1, words + 1))
    segments = [
        Segment(kind="prompt", text=f"say {number}\n", supervised=False),
        Segment(kind="reference", text=answer, supervised=True),
    ]
    if label == "reflection":
        segments.insert(1, Segment(kind="attempt", text="wrong words\n", supervised=False))
    return TrainRow(id=f"{label}{number}", label=label, segments=segments)


def example(number: int) -> Example:
    return Example(
        task_id=f"e{number}",
        corpus="tiny",
        language="python",
        task="python_function",
        category="c",
        prompt=f"say {number}\n",
        reference=f"w{number % 7} w{number % 5}",
        source=Source(file="tiny"),
        group=f"g{number}",
    )


def tokenizer() -> Any:
    from codereflect.training.base import train_tokenizer

    return train_tokenizer([f"say {number} w1 w2 w3\n" for number in range(50)], SHAPE.vocabulary, 64)


def model(tokens: Any, seed: int = 0) -> Any:
    from codereflect.training.base import new_model

    return new_model(SHAPE, tokens, 128, seed)
