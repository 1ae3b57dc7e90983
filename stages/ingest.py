"""dvc repro ingest: bring in the corpus, as it is, with a card that says what it is."""

import _source  # noqa: F401
from codereflect import paths
from codereflect.corpora.ingest import ingest as ingest_corpus
from codereflect.corpora.ingest import ingest_nothing
from codereflect.needs import is_needed
from codereflect.stage import Stage, run_stage


def ingest(stage: Stage) -> None:
    """params corpus, data; data/needs -> data/raw"""
    if is_needed(paths.NEEDS, "corpus"):
        ingest_corpus(stage.context, stage.out(paths.RAW))
    else:
        ingest_nothing(stage.out(paths.RAW))


if __name__ == "__main__":
    run_stage("ingest", ingest, outs=[paths.RAW])
