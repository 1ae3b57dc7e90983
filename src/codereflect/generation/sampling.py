"""Samples: a model's answers to problems under a strategy, with the code cut out of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from codereflect.generation.engines.local import Decoding, answer
from codereflect.generation.strategies.default import render
from codereflect.grading.assembly import assemble
from codereflect.records import Problem, Sample
from codereflect.store import Store


def sample(
    model: Path,
    model_key: str,
    problems: Sequence[Problem],
    strategy: str,
    draws: int,
    decoding: Decoding,
    store: Store,
    workers: int,
) -> list[Sample]:
    """`draws` samples for each problem, in the order of the problems (see `engine.answer` for the arguments)."""
    prompts = [render(problem, strategy) for problem in problems]
    answers = answer(model, model_key, prompts, draws, decoding, store, workers)
    return [
        Sample(
            task_id=problem.task_id,
            suite=problem.suite,
            sample_index=index,
            strategy=strategy,
            completion=one.text,
            code=assemble(problem, one.text),
            tokens_in=one.tokens_in,
            tokens_out=one.tokens_out,
            finish_reason="stop" if one.finish_reason == "stop" else "length",
            seed=decoding.seed,
        )
        for problem, row in zip(problems, answers, strict=True)
        for index, one in enumerate(row)
    ]
