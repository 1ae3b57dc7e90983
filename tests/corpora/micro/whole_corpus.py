"""The corpus micro as one thing: what its stages make one by one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from codereflect.corpora.micro import suites, training
from codereflect.corpus_params import MicroCorpus
from codereflect.records import Example, Problem


@dataclass(frozen=True)
class MicroCorpusData:
    """Training examples, test problems a suite, and the card that describes them."""

    train: list[Example]
    problems: dict[str, list[Problem]]
    card: dict[str, Any]


def generate(corpus: MicroCorpus, seed: int) -> MicroCorpusData:
    """Both halves of the corpus."""
    train, card = training(corpus, seed)
    problems, test_card = suites(corpus, seed)
    return MicroCorpusData(train, problems, card | {"test": test_card})
