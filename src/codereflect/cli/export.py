"""codereflect export --form FORM --out FILE

Writes the training rows of the working tree's run (data/prepared, data/annotations) in the form of a published set.
"""

from __future__ import annotations

from pathlib import Path
from typing import cast

import click

from codereflect import paths
from codereflect.errors import UserError
from codereflect.formats.training_sets import FORMS, Form, write_training_set
from codereflect.formats.training_sets.exporting import Explained, exported
from codereflect.records import Annotation, Example, read_records
from codereflect.terminal import say


@click.command()
@click.option("--form", required=True, type=click.Choice(FORMS), help="Form of a published set (docs/corpora.md).")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="A .jsonl, .json or .csv file.")
def export(form: str, out: Path) -> None:
    """Write a run's training rows in the form of a published training set."""
    if not out.parent.is_dir():
        raise UserError(f"--out {out}: there is no folder {out.parent}.", f"mkdir -p {out.parent}")
    examples = read_records(paths.PREPARED / "plain.jsonl", Example)
    items, left_out = exported(form, examples, _explained())
    if not items:
        told = ", ".join(f"{count:,} {why}" for why, count in left_out.most_common()) or "none"
        raise UserError(f"No row can be written in the form {form} (rows: {told}).", "choose another --form")
    written = write_training_set(cast(Form, form), out, items)
    say(f"{out}: {written:,} rows, {sum(item.annotation is not None for item in items):,} of them mistakes")
    for why, count in left_out.most_common():
        say(f"left out: {count:,} {why}")


def _explained() -> list[Explained]:
    tasks = {example.task_id: example for example in read_records(paths.PREPARED / "attempt.jsonl", Example)}
    annotations = read_records(paths.ANNOTATIONS / "annotations.jsonl", Annotation)
    return [(tasks[one.example_id], one) for one in annotations]
