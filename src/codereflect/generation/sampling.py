"""Samples: a model's answers to problems under a strategy, with the code cut out of them."""

from __future__ import annotations

from collections.abc import Sequence

from codereflect.generation.engines.engine import Decoding, Engine
from codereflect.generation.kept_answers import answers
from codereflect.generation.strategies.default import render
from codereflect.grading.assembly import assemble
from codereflect.records import Problem, Sample
from codereflect.store import Store


def sample(
    engine: Engine,
    problems: Sequence[Problem],
    strategy: str,
    draws: int,
    decoding: Decoding,
    store: Store,
) -> list[Sample]:
    """`draws` samples for each problem, in the order of the problems (see `answers`)."""
    prompts = [render(problem, strategy) for problem in problems]
    said = answers(engine, prompts, draws, decoding, store)
    return [
        Sample(
            task_id=problem.task_id,
            suite=problem.suite,
            sample_index=index,
            strategy=strategy,
            completion=one.text,
            code=assemble(problem, one.text).code,
            tokens_in=one.tokens_in,
            tokens_out=one.tokens_out,
            finish_reason=one.finish_reason,
            seed=decoding.seed,
        )
        for problem, row in zip(problems, said, strict=True)
        for index, one in enumerate(row)
    ]
