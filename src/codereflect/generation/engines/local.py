"""The model in this process and its workers, asked in batches.

Prompts of similar length share a batch. A row's answer is its own: greedy choices and draws (`draws`) do not look at
the rows beside it. What padding and the size of a batch change in the last bits of a product could only tip a choice
between two tokens of equal probability; of the micro model's answers none was seen to differ.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from codereflect.fanout import ordered_map
from codereflect.generation.engines.engine import Answer, Asked, Decoding
from codereflect.imports import MODEL_LIBRARIES, code_of
from codereflect.models.chat import end_ids, is_chat, prompt_ids
from codereflect.provenance import tree_digest
from codereflect.store import digest

# Of the memory that is free, the share that models may take; a model in use takes this many times its weights.
_SHARE, _IN_USE = 0.7, 1.6


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
        processes = min(self.workers, _processes(self.model))
        # cores that memory leaves idle; a small model keeps one thread, so that its bits do not depend on the machine
        runner = _Runner(self.model, decoding, self.workers // processes)
        for batch, answers in zip(batches, ordered_map(runner, rows, processes), strict=True):
            yield from zip(batch, answers, strict=True)


def _processes(model: Path) -> int:
    """How many copies of a model the memory holds; a graphics processor holds one."""
    from codereflect.models.loading import weight_bytes

    if Path("/dev/nvidia0").exists():
        return 1
    free = re.search(r"MemAvailable:\s+(\d+)", Path("/proc/meminfo").read_text())
    return max(1, int(_SHARE * 1024 * int(free[1]) / (_IN_USE * weight_bytes(model) + 1))) if free else 1


def _batches(asked: Sequence[Asked], size: int) -> list[list[int]]:
    """Places, prompts of similar length together; the longest first, so that memory fails early."""
    places = sorted(range(len(asked)), key=lambda place: (-len(asked[place].prompt), place))
    return [places[start : start + size] for start in range(0, len(places), size)]


@dataclass(frozen=True)
class _Runner:
    """Answers batches with some threads; the model is loaded with the first one."""

    model: Path
    decoding: Decoding
    threads: int

    @cached_property
    def _loaded(self) -> tuple[Any, Any]:
        import torch
        import transformers

        from codereflect.models.loading import load

        transformers.logging.set_verbosity_error()
        transformers.logging.disable_progress_bar()
        torch.set_num_threads(self.threads)
        model, tokenizer = load(self.model)
        # What its publisher decodes with (temperature, repetition penalty) would change answers silently.
        ends = end_ids(tokenizer, model.generation_config)
        model.generation_config = transformers.GenerationConfig(eos_token_id=ends, pad_token_id=tokenizer.pad_token_id)
        return model, tokenizer

    def __call__(self, rows: Sequence[Asked]) -> list[Answer]:
        import torch

        model, tokenizer = self._loaded
        prompts = [prompt_ids(tokenizer, row.turns) for row in rows]
        inputs = tokenizer.pad({"input_ids": prompts}, padding_side="left", return_tensors="pt").to(model.device)
        start = inputs["input_ids"].shape[1]
        stops = [() if is_chat(tokenizer) else row.stops for row in rows]
        with torch.inference_mode():
            ids = model.generate(
                input_ids=inputs["input_ids"],
                attention_mask=inputs["attention_mask"],
                max_new_tokens=self.decoding.max_new_tokens,
                do_sample=False,
                stopping_criteria=_stopping(tokenizer, stops, start),
                **self._drawn(rows, start),
            )
        said = zip(ids[:, start:].tolist(), prompts, stops, strict=True)
        ends = set(model.generation_config.eos_token_id)
        return [_answer(tokenizer, tokens, len(prompt), ends, own) for tokens, prompt, own in said]

    def _drawn(self, rows: Sequence[Asked], start: int) -> dict[str, Any]:
        if self.decoding.temperature == 0:
            return {}
        from codereflect.generation.engines.draws import OwnDraws

        return {"logits_processor": [OwnDraws(rows, self.decoding, start)]}


def _stopping(tokenizer: Any, stops: Sequence[Sequence[str]], start: int) -> list[Any]:
    if not any(stops):
        return []
    from codereflect.generation.engines.stops import StopsAt

    return [StopsAt(tokenizer, stops, start)]


def _answer(tokenizer: Any, ids: list[int], tokens_in: int, ends: Set[int], stops: Sequence[str]) -> Answer:
    place = next((place for place, token in enumerate(ids) if token in ends), None)
    said = ids[:place]
    text = _decoded(tokenizer, said)
    places = [found for stop in stops if (found := text.find(stop)) >= 0]
    if not places:
        return Answer(text, tokens_in, len(said), "length" if place is None else "end")
    # what filled the row up after the stop was not generated
    written = bisect_left(range(len(said)), True, key=lambda count: _has_one(_decoded(tokenizer, said[:count]), stops))
    return Answer(text[: min(places)], tokens_in, written, "stop")


def _decoded(tokenizer: Any, ids: list[int]) -> str:
    return str(tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False))


def _has_one(text: str, stops: Sequence[str]) -> bool:
    return any(stop in text for stop in stops)
