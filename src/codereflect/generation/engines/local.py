"""Answers in batches: the same bytes for any number of workers, and nothing is generated twice.

Which prompts share a batch is decided before the work is handed out, each batch has its own seed, and a finished batch
is kept under a key of everything it depends on. A killed run goes on with the batches that are missing.
"""

from __future__ import annotations

import ctypes
import os
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from codereflect.progress import progress
from codereflect.store import Store, digest

SPACE = "answers"
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Decoding:
    """How answers are drawn: greedy at temperature 0."""

    temperature: float
    top_p: float
    max_new_tokens: int
    batch_size: int
    seed: int


@dataclass(frozen=True)
class Answer:
    """What the model said after a prompt: text without special tokens, and numbers of tokens."""

    text: str
    tokens_in: int
    tokens_out: int
    finish_reason: str


def answer(
    model: Path, model_key: str, prompts: Sequence[str], draws: int, decoding: Decoding, store: Store, workers: int
) -> list[list[Answer]]:
    """Answers to prompts: for each prompt, a list of `draws` answers.

    Args:
        model: a model folder.
        model_key: digest of the model and of the code that runs it.
        prompts: texts.
        draws: answers per prompt.
        decoding: how they are drawn.
        store: finished batches are kept here.
        workers: processes; 1 works in this process. The answers do not depend on it.
    """
    batches = _batches(prompts, draws, decoding.batch_size)
    jobs = [(number, [prompts[prompt] for prompt, _ in batch]) for number, batch in enumerate(batches)]
    keys = [digest({"model": model_key, "decoding": asdict(decoding), "job": job}) for job in jobs]
    found = [store.get(SPACE, key) for key in keys]
    missing = [number for number, value in enumerate(found) if value is None]
    kept = sum(len(batches[number]) for number, value in enumerate(found) if value is not None)
    with progress("answers", len(prompts) * draws, "answers", kept) as advance:
        for number, value in _run(model, [jobs[number] for number in missing], decoding, workers):
            store.put(SPACE, keys[number], value)
            found[number] = value
            advance(len(value))
    answers: list[list[Answer | None]] = [[None] * draws for _ in prompts]
    for batch, values in zip(batches, found, strict=True):
        for (prompt, draw), value in zip(batch, values or [], strict=True):
            answers[prompt][draw] = Answer(**value)
    return [[one for one in row if one is not None] for row in answers]


def _batches(prompts: Sequence[str], draws: int, size: int) -> list[list[tuple[int, int]]]:
    """(prompt, draw) pairs, prompts of similar length together; the longest first, so that memory fails early."""
    pairs = [(prompt, draw) for prompt in range(len(prompts)) for draw in range(draws)]
    pairs.sort(key=lambda pair: (-len(prompts[pair[0]]), pair))
    return [pairs[start : start + size] for start in range(0, len(pairs), size)]


Job = tuple[int, list[str]]


def _run(model: Path, jobs: list[Job], decoding: Decoding, workers: int) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    """(batch number, answers) of each job, as they are finished."""
    if not jobs:
        return
    if workers == 1 or len(jobs) == 1:
        runner = _Runner(model, decoding)
        for number, texts in jobs:
            yield number, runner(number, texts)
        return
    context = get_context("spawn")
    settings = (model, decoding, os.getpid())
    with ProcessPoolExecutor(min(workers, len(jobs)), context, initializer=_start_worker, initargs=settings) as pool:
        for job, values in zip(jobs, pool.map(_work, jobs), strict=True):
            yield job[0], values


class _Runner:
    """A loaded model."""

    def __init__(self, model: Path, decoding: Decoding) -> None:
        import torch
        import transformers

        from codereflect.generation.loading import load

        transformers.logging.set_verbosity_error()
        transformers.logging.disable_progress_bar()
        torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
        self._torch = torch
        self._model, self._tokenizer = load(model)
        self._decoding = decoding

    def __call__(self, number: int, texts: list[str]) -> list[dict[str, Any]]:
        decoding, end = self._decoding, self._tokenizer.eos_token_id
        inputs = self._tokenizer(texts, return_tensors="pt", padding=True, return_token_type_ids=False)
        inputs = inputs.to(self._model.device)
        self._torch.manual_seed(int(digest([decoding.seed, number])[:12], 16))
        drawn = {"temperature": decoding.temperature, "top_p": decoding.top_p, "top_k": 0}
        with self._torch.inference_mode():
            ids = self._model.generate(
                **inputs,
                max_new_tokens=decoding.max_new_tokens,
                pad_token_id=self._tokenizer.pad_token_id,
                do_sample=decoding.temperature > 0,
                **(drawn if decoding.temperature > 0 else {}),
            )
        start = inputs["input_ids"].shape[1]
        lengths = inputs["attention_mask"].sum(1).tolist()
        rows = zip(ids[:, start:].tolist(), lengths, strict=True)
        return [asdict(self._answer(row, length, end)) for row, length in rows]

    def _answer(self, ids: list[int], tokens_in: int, end: int) -> Answer:
        ends = [place for place, token in enumerate(ids) if token == end]
        said = ids[: ends[0]] if ends else ids
        text = self._tokenizer.decode(said, skip_special_tokens=True, clean_up_tokenization_spaces=False)
        return Answer(text, tokens_in, len(said), "stop" if ends else "length")


_worker: _Runner | None = None


def _start_worker(model: Path, decoding: Decoding, parent: int) -> None:
    """Load the model once in a worker process, which must not outlive a parent that was killed."""
    global _worker
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        raise SystemExit(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _worker = _Runner(model, decoding)


def _work(job: Job) -> list[dict[str, Any]]:
    assert _worker is not None, "the initializer has run"
    return _worker(*job)
