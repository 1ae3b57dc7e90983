"""Bring in the corpus that params name, as it is: data/raw."""

from __future__ import annotations

from pathlib import Path

from codereflect.params import Corpus
from codereflect.progress import progress
from codereflect.records import dump_json, write_records, write_text_atomically


def ingest(corpus: Corpus, seed: int, folder: Path) -> None:
    """Write train.jsonl (examples), problems/SUITE.jsonl and card.json into `folder`."""
    from codereflect.corpora import micro

    tasks = corpus.micro
    total = sum(tasks.count(kind) for kind in ("train_python", "train_java", "test_python", "test_java"))
    with progress("micro corpus", total, "tasks") as advance:
        seen = {"": 0}

        def report(what: str, done: int, of: int) -> None:
            if what.endswith("tasks"):
                advance(max(0, done - seen.get(what, 0)), what)
                seen[what] = done

        data = micro.generate(tasks, seed, report)
    write_records(folder / "train.jsonl", data.train)
    for suite, problems in data.problems.items():
        write_records(folder / "problems" / f"{suite}.jsonl", problems)
    write_text_atomically(folder / "card.json", dump_json(data.card) + "\n")
