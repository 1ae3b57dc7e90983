"""Bring in the corpus that params name, as it is: data/raw."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from codereflect.context import Context
from codereflect.corpora.split import is_tested
from codereflect.corpus_specs import CORPORA
from codereflect.json_files import dump_json, write_text_atomically
from codereflect.params import Params
from codereflect.progress import reporting
from codereflect.records import Example, write_records


def ingest(context: Context, folder: Path) -> None:
    """Write train.jsonl (examples that may be trained on) and card.json into `folder`."""
    params = context.params
    if params.corpus.name == "micro":
        examples, card = _micro(params)
    else:
        from codereflect.corpora.load import gather

        examples, card = gather(params.corpus.name, context)
        # a part of a suite's file is split by its publishers
        if CORPORA[params.corpus.name].part_of is None:
            tested = sum(is_tested(example.group, params.data) for example in examples)
            examples = [example for example in examples if not is_tested(example.group, params.data)]
            card = card | {"held_out_rows": tested}
    write_records(folder / "train.jsonl", examples)
    write_text_atomically(folder / "card.json", dump_json(card) + "\n")


def ingest_nothing(folder: Path) -> None:
    """Write the files of a corpus that no model is trained on."""
    write_records(folder / "train.jsonl", [])
    write_text_atomically(folder / "card.json", dump_json({"not_used": "nothing is trained on a corpus"}) + "\n")


def _micro(params: Params) -> tuple[list[Example], dict[str, Any]]:
    from codereflect.corpora import micro

    tasks = params.corpus.micro
    count = micro.scaled(tasks, "train_python") + micro.scaled(tasks, "train_java")
    with reporting("micro corpus", count) as report:
        return micro.training(tasks, params.data.seed, report)
