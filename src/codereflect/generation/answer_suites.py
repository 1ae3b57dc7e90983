"""A model's answers to the evaluation suites, one file per suite and strategy."""

from __future__ import annotations

from pathlib import Path

from codereflect.generation.engines.engine import Decoding, Engine
from codereflect.generation.sampling import sample
from codereflect.params import Params
from codereflect.records import write_records
from codereflect.store import Store
from codereflect.task_sample import suite_problems


def answer_suites(engine: Engine, problems: Path, params: Params, store: Store, folder: Path) -> None:
    """Answer every suite (all of it, or `eval.limit`) under every strategy: SUITE.STRATEGY.jsonl in `folder`."""
    generate = params.generate
    decoding = Decoding(
        generate.temperature, generate.top_p, generate.max_new_tokens, generate.batch_size, generate.seed
    )
    for suite in params.chosen_suites:
        asked = suite_problems(problems, suite, params.eval.limit)
        for strategy in generate.strategies:
            samples = sample(engine, asked, strategy, generate.samples, decoding, store)
            write_records(folder / f"{suite}.{strategy}.jsonl", samples)
