"""A small corpus, generated once."""

from __future__ import annotations

import pytest
from whole_corpus import MicroCorpusData, generate

from codereflect.corpus_params import MicroCorpus

SEED = 1


def corpus_of(size: float) -> MicroCorpus:
    return MicroCorpus(
        size=size,
        train_python=25000,
        train_java=5000,
        test_python=2000,
        test_java=500,
        test_repair=1000,
        test_java_repair=250,
    )


@pytest.fixture(scope="session")
def small() -> MicroCorpusData:
    return generate(corpus_of(0.04), SEED)
