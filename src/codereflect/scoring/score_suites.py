"""Score every suite of a run: the stage's work from files to files."""

from __future__ import annotations

from pathlib import Path

from codereflect.context import Context
from codereflect.csv_table import write_csv
from codereflect.grading.case import Case, cases_of, is_run
from codereflect.grading.check import check, journal_of
from codereflect.json_files import dump_json, write_text_atomically
from codereflect.records import Problem, Sample, read_records, write_records
from codereflect.runs.verdict_table import write_verdicts
from codereflect.sandbox.java.java_sandbox import probe_java
from codereflect.scoring.java_texts import JavaTexts
from codereflect.scoring.metrics import BREAKDOWN_COLUMNS, ERROR_COLUMNS, TEXT_COLUMNS, score
from codereflect.scoring.pairing import ordered_samples
from codereflect.task_sample import suite_problems
from codereflect.terminal import say


def score_suites(problems: Path, samples: Path, context: Context, folder: Path) -> None:
    """Write verdicts.jsonl, metrics.json, verdicts.csv, breakdown.csv and errors.csv into `folder`.

    Raises:
        UserError: a sample is missing or foreign, or this machine cannot confine programs.
    """
    params, workers = context.params, context.workers
    asked: list[Problem] = []
    said: list[Sample] = []
    cases: list[Case] = []
    texts = JavaTexts()
    with journal_of(context.store) as journal:
        for suite in params.chosen_suites:
            of_suite = suite_problems(problems, suite, params.eval.limit)
            asked += of_suite
            for strategy in params.generate.strategies:
                answers = list(read_records(samples / f"{suite}.{strategy}.jsonl", Sample))
                ordered_samples(of_suite, answers)  # refuses what is not whole, before anything runs
                found = cases_of(of_suite, answers)
                said, cases = said + answers, cases + found
                texts.add(suite, strategy, found, workers, journal)
        checked = check([case for case in cases if is_run(case.problem)], params.sandbox, workers, journal)
    verdicts = [checked.verdicts[case.of] for case in cases if case.of in checked.verdicts]
    scores = score(asked, said, verdicts, params.score.k, texts.compiles)
    for where, figures in texts.figures.items():
        scores.of(*where).update(figures)
    about = {"sandbox_level": checked.level}
    if any(problem.language == "java" and problem.grader == "tests" for problem in asked):
        java = probe_java()
        about["java"] = java.version or "unavailable"
        if java.version is None:
            say(f"Java is compared as text alone: {java.reason} Fix: {java.fix}", error=True)
    write_records(folder / "verdicts.jsonl", verdicts)
    write_text_atomically(folder / "metrics.json", dump_json({**scores.metrics, **about}) + "\n")
    write_verdicts(folder / "verdicts.csv", scores.rows)
    shown = [column for column in TEXT_COLUMNS if any(column in row for row in scores.breakdown)]
    write_csv(folder / "breakdown.csv", (*BREAKDOWN_COLUMNS, *shown), scores.breakdown)
    write_csv(folder / "errors.csv", ERROR_COLUMNS, scores.errors)
