"""A model's answers to the evaluation suites, one file per suite and strategy."""

from __future__ import annotations

from pathlib import Path

from codereflect.generation.engines.local import Decoding
from codereflect.generation.sampling import sample
from codereflect.params import Params
from codereflect.records import Problem, read_records, write_records
from codereflect.store import Store


def answer_suites(
    model: Path, model_key: str, problems: Path, params: Params, store: Store, workers: int, folder: Path
) -> None:
    """Answer every problem of every suite under every strategy; writes SUITE.STRATEGY.jsonl into `folder`."""
    generate = params.generate
    decoding = Decoding(
        generate.temperature, generate.top_p, generate.max_new_tokens, generate.batch_size, generate.seed
    )
    for suite in params.tested:
        asked = list(read_records(problems / f"{suite}.jsonl", Problem))
        for strategy in generate.strategies:
            samples = sample(model, model_key, asked, strategy, generate.samples, decoding, store, workers)
            write_records(folder / f"{suite}.{strategy}.jsonl", samples)
