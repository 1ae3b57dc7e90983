"""dvc repro ingest: bring in the corpus, as it is, with a card that says what it is."""

import datetime

import _source  # noqa: F401
from codereflect import paths, provenance
from codereflect.corpora.ingest import ingest as ingest_corpus
from codereflect.records import dump_json, write_text_atomically
from codereflect.stage import Stage, run_stage


def ingest(stage: Stage) -> None:
    """params corpus, data -> data/raw, data/machine"""
    ingest_corpus(stage.params, stage.store, stage.workers, stage.out(paths.RAW))
    # In a new clone all else may come out as dvc.lock has it. With this among its dependencies the report is written
    # anew all the same, or the seconds of another machine would be told as those of this one.
    here = {"machine": provenance.machine(), "since": datetime.datetime.now(datetime.UTC).isoformat()}
    write_text_atomically(stage.out(paths.MACHINE) / "machine.json", dump_json(here) + "\n")


if __name__ == "__main__":
    run_stage("ingest", ingest, outs=[paths.RAW, paths.MACHINE])
