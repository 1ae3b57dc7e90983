"""Score every suite of a run: the stage's work from files to files."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from codereflect.grading.check import NOTHING_RUN, available
from codereflect.grading.journal import verdicts_of
from codereflect.params import Params
from codereflect.records import Problem, Sample, Verdict, dump_json, read_records, write_records, write_text_atomically
from codereflect.scoring.java_texts import JavaTexts
from codereflect.scoring.metrics import BREAKDOWN_COLUMNS, ERROR_COLUMNS, TEXT_COLUMNS, score
from codereflect.scoring.rows import Row, write_rows_csv, write_table_csv
from codereflect.store import Store


def score_suites(problems: Path, samples: Path, params: Params, store: Store, workers: int, folder: Path) -> None:
    """Write verdicts.jsonl, metrics.json, verdicts.csv, breakdown.csv and errors.csv into `folder`.

    Raises:
        UserError: a sample is missing or foreign, or this machine cannot confine programs.
    """
    asked: list[Problem] = []
    said: list[Sample] = []
    verdicts: list[Verdict] = []
    levels: set[str] = set()
    java, texts = None, JavaTexts()
    for suite in params.tested:
        of_suite, found = available(list(read_records(problems / f"{suite}.jsonl", Problem)))
        java = java or found
        asked += of_suite
        for strategy in params.generate.strategies:
            answers = list(read_records(samples / f"{suite}.{strategy}.jsonl", Sample))
            judged, level = verdicts_of(of_suite, answers, params.sandbox, workers, store)
            said, verdicts, levels = said + answers, verdicts + judged, levels | {level}
            texts.add(suite, strategy, of_suite, answers, workers, store)
    scores = score(asked, said, verdicts, params.score.k)
    for where, figures in texts.figures.items():
        scores.of(*where).update(figures)
    level = ", ".join(sorted(levels - {NOTHING_RUN})) or NOTHING_RUN
    about = {"sandbox_level": level}
    if java is not None:
        about["java"] = java.version or "unavailable"
        if java.version is None:
            print(f"Java is compared as text alone: {java.reason} To mend it: {java.mend}", file=sys.stderr)
    write_records(folder / "verdicts.jsonl", verdicts)
    write_text_atomically(folder / "metrics.json", dump_json({**scores.metrics, **about}) + "\n")
    write_rows_csv(folder / "verdicts.csv", [_with_compiles(row, texts) for row in scores.rows])
    checked = [column for column in TEXT_COLUMNS if any(column in row for row in scores.breakdown)]
    write_table_csv(folder / "breakdown.csv", (*BREAKDOWN_COLUMNS, *checked), scores.breakdown)
    write_table_csv(folder / "errors.csv", ERROR_COLUMNS, scores.errors)


def _with_compiles(row: Row, texts: JavaTexts) -> Row:
    found = texts.compiles.get((row.suite, row.strategy, row.task_id, row.sample_index))
    return row if found is None else replace(row, compiles=int(found))
