"""The model in this process and its workers, asked in batches.

Prompts of similar length share a batch. A row's answer is its own: greedy choices and draws (`draws`) do not look at
the rows beside it. What padding and the size of a batch change in the last bits of a product could only tip a choice
between two tokens of equal probability; of the micro model's answers none was seen to differ.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from codereflect.fanout import ordered_map
from codereflect.generation.engines.engine import Answer, Asked, Decoding
from codereflect.imports import MODEL_LIBRARIES, code_of
from codereflect.provenance import tree_digest
from codereflect.store import digest


@dataclass(frozen=True)
class LocalEngine:
    """A model folder and how many processes may answer at once; 1 answers in this process."""

    model: Path
    workers: int

    @cached_property
    def key(self) -> str:
        """Digest of the model and of the code that runs it."""
        return digest([tree_digest([self.model]), code_of(__name__, *MODEL_LIBRARIES)])

    def answer(self, asked: Sequence[Asked], decoding: Decoding) -> Iterator[tuple[int, Answer]]:
        """The answers with their places in `asked`, batch by batch. They do not depend on the number of processes."""
        batches = _batches(asked, decoding.batch_size)
        rows = [[asked[place] for place in batch] for batch in batches]
        for batch, answers in zip(batches, ordered_map(_Runner(self.model, decoding), rows, self.workers), strict=True):
            yield from zip(batch, answers, strict=True)


def _batches(asked: Sequence[Asked], size: int) -> list[list[int]]:
    """Places, prompts of similar length together; the longest first, so that memory fails early."""
    places = sorted(range(len(asked)), key=lambda place: (-len(asked[place].prompt), place))
    return [places[start : start + size] for start in range(0, len(places), size)]


@dataclass(frozen=True)
class _Runner:
    """Answers batches; the model is loaded with the first one."""

    model: Path
    decoding: Decoding

    @cached_property
    def _loaded(self) -> tuple[Any, Any]:
        import torch
        import transformers

        from codereflect.generation.loading import load

        transformers.logging.set_verbosity_error()
        transformers.logging.disable_progress_bar()
        torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
        return load(self.model)

    def __call__(self, rows: Sequence[Asked]) -> list[Answer]:
        import torch

        model, tokenizer = self._loaded
        texts = [row.prompt for row in rows]
        inputs = tokenizer(texts, return_tensors="pt", padding=True, return_token_type_ids=False).to(model.device)
        start = inputs["input_ids"].shape[1]
        with torch.inference_mode():
            ids = model.generate(
                **inputs,
                max_new_tokens=self.decoding.max_new_tokens,
                pad_token_id=tokenizer.pad_token_id,
                do_sample=False,
                **self._drawn(rows, start),
            )
        lengths = inputs["attention_mask"].sum(1).tolist()
        return [_answer(tokenizer, *row) for row in zip(ids[:, start:].tolist(), lengths, strict=True)]

    def _drawn(self, rows: Sequence[Asked], start: int) -> dict[str, Any]:
        if self.decoding.temperature == 0:
            return {}
        from codereflect.generation.engines.draws import OwnDraws

        return {"logits_processor": [OwnDraws(rows, self.decoding, start)]}


def _answer(tokenizer: Any, ids: list[int], tokens_in: int) -> Answer:
    ends = [place for place, token in enumerate(ids) if token == tokenizer.eos_token_id]
    said = ids[: ends[0]] if ends else ids
    text = tokenizer.decode(said, skip_special_tokens=True, clean_up_tokenization_spaces=False)
    return Answer(text, tokens_in, len(said), "stop" if ends else "length")
