"""Samples and verdicts become metrics, tables by category and error class, and one row per sample.

Problems with hidden tests are executed: they are scored by pass@k. Java suites, and suites of which nothing is
executed, are scored by text against the reference. An invalid verdict (our failure) is counted and left out of every
denominator; it is never a zero.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from codereflect.grading import text_rules
from codereflect.grading.text_rules import mean
from codereflect.programs import java_syntax, python_syntax
from codereflect.records import DECIMALS, Problem, Sample, SampleId, Verdict
from codereflect.runs.pass_at_k import pass_at_k
from codereflect.runs.verdict_table import Row
from codereflect.scoring.figures import figures
from codereflect.scoring.pairing import by_answer, ordered_samples
from codereflect.scoring.text_match import bleu, exact_match

Cell = str | int | float
Metrics = dict[str, float | int]

BREAKDOWN_COLUMNS = ("suite", "strategy", "category", "n", "pass@1", "exact_match", "syntax")
# beside them for the categories that have text checks (docstring, explain, bugfix, complete, unit_test)
TEXT_COLUMNS = ("text_pass@1", "text_pass@3", "text_style", "text_style_best", "text_placeholders")
ERROR_COLUMNS = ("suite", "strategy", "outcome", "error_class", "count")


@dataclass(frozen=True, slots=True)
class GradedSample:
    """A sample with its problem, its verdict (None when not executed) and its row."""

    problem: Problem
    sample: Sample
    verdict: Verdict | None
    row: Row


@dataclass(frozen=True, slots=True)
class Scores:
    """What `score` returns.

    `metrics`: suite -> name -> value, with the strategy as a level in between when there is more than one.
    `breakdown`: one mapping per suite, strategy and task category (`BREAKDOWN_COLUMNS`; `n` counts tasks; cells that
    are undefined are empty; `TEXT_COLUMNS` where the category has text checks). `errors`: how often each error class
    occurred (`ERROR_COLUMNS`). `rows`: one per sample.
    """

    metrics: dict[str, dict[str, object]]
    breakdown: list[dict[str, Cell]]
    errors: list[dict[str, Cell]]
    rows: list[Row]

    def of(self, suite: str, strategy: str) -> dict[str, Any]:
        """The metrics of a suite under a strategy, to be read or added to."""
        found = self.metrics[suite]
        nested = found.get(strategy)
        return nested if isinstance(nested, dict) else found


def score(
    problems: Sequence[Problem],
    samples: Sequence[Sample],
    verdicts: Iterable[Verdict],
    k: Sequence[int],
    compiles: Mapping[SampleId, bool] | None = None,
) -> Scores:
    """Score samples.

    Args:
        problems: the tasks of all suites; their order is the order of the rows within a suite.
        samples: at least one per problem and strategy, equally many within a suite and strategy.
        verdicts: one per sample of an executed problem, in any order.
        k: the pass@k to compute. A task with fewer than k valid verdicts is left out of pass@k.
        compiles: of samples that were compiled and not run, whether javac takes them.

    Raises:
        UserError: a duplicate, a missing sample or verdict, an unknown task, or k above the number of samples.
    """
    pairs = ordered_samples(problems, samples)
    verdict_of = by_answer(pairs, verdicts)
    groups: dict[tuple[str, str], list[GradedSample]] = {}
    for problem, sample in pairs:
        verdict = verdict_of.get(sample.of)
        taken = (compiles or {}).get(sample.of)
        graded = GradedSample(problem, sample, verdict, _row(problem, sample, verdict, taken))
        groups.setdefault((sample.suite, sample.strategy), []).append(graded)
    metrics: dict[str, dict[str, object]] = {}
    several = len({strategy for _, strategy in groups}) > 1
    for (suite, strategy), group in groups.items():
        values: dict[str, object] = dict(_metrics(group, k))
        metrics.setdefault(suite, {}).update({strategy: values} if several else values)
    return Scores(
        metrics=metrics,
        breakdown=[row for group in groups.values() for row in _breakdown(group)],
        errors=[row for group in groups.values() for row in _errors(group)],
        rows=[graded.row for group in groups.values() for graded in group],
    )


def _row(problem: Problem, sample: Sample, verdict: Verdict | None, compiles: bool | None) -> Row:
    syntax = (java_syntax if problem.language == "java" else python_syntax).parses(sample.code)
    exact = None if problem.reference is None else int(exact_match(sample.code, problem.reference))
    if verdict is None:
        outcome, error_class, passed = "", "" if syntax else "syntax", None
    else:
        outcome = verdict.outcome
        error_class = "" if outcome == "pass" else verdict.category
        passed = None if outcome == "invalid" else int(outcome == "pass")
    return Row(
        suite=sample.suite,
        strategy=sample.strategy,
        task_id=sample.task_id,
        sample_index=sample.sample_index,
        round=sample.round,
        category=problem.category,
        outcome=outcome,
        error_class=error_class,
        passed=passed,
        exact=exact,
        syntax=int(syntax),
        text=_text_passes(problem, sample),
        compiles=None if compiles is None else int(compiles),
    )


def _text_passes(problem: Problem, sample: Sample) -> int | None:
    if problem.category not in text_rules.CATEGORIES:
        return None
    return int(text_rules.check_text(problem.category, sample.completion).passes)


def _metrics(group: Sequence[GradedSample], k: Sequence[int]) -> Metrics:
    """All metrics of one suite and strategy. What is undefined is absent."""
    rows = [graded.row for graded in group]
    values: Metrics = {}
    if _executed(group):
        values |= figures([(one.of.task_id, one.outcome, one.sealed) for graded in group if (one := graded.verdict)], k)
    if _textual(group):
        values |= _text_metrics(group)
    if _executed(group) and _textual(group):
        values |= _disagreement(rows)
    if all(graded.problem.category in text_rules.CATEGORIES for graded in group):
        values |= _text_checks(group)
    values["syntax"] = mean(row.syntax or 0 for row in rows)
    values["n_tasks"] = len({row.task_id for row in rows})
    values["n_samples"] = len(rows)
    values["truncated"] = sum(graded.sample.finish_reason == "length" for graded in group)
    return values


def _text_metrics(group: Sequence[GradedSample]) -> Metrics:
    pairs = [(graded.sample.code, graded.problem.reference or "") for graded in group]
    exact = mean(graded.row.exact or 0 for graded in group)
    return {"exact_match": exact, "bleu": round(bleu(pairs), DECIMALS)}


def _text_checks(group: Sequence[GradedSample]) -> Metrics:
    """The figures of the text checks: the answers as produced, in the order of their samples."""
    answers: dict[str, list[str]] = {}
    for graded in group:
        answers.setdefault(graded.problem.task_id, []).append(graded.sample.completion)
    category = {graded.problem.task_id: graded.problem.category for graded in group}
    tasks = (text_rules.Answers(category[task], texts) for task, texts in answers.items())
    figures = text_rules.score_texts(tasks)[text_rules.ALL]
    return {name: value for name, value in figures.items() if name in TEXT_COLUMNS}


def _disagreement(rows: Sequence[Row]) -> Metrics:
    """How often running an answer and comparing its text say different things; shares of the valid verdicts."""
    graded = [row for row in rows if row.passed is not None]
    if not graded:
        return {}
    return {
        "pass_not_exact": mean(bool(row.passed) and not row.exact for row in graded),
        "exact_not_pass": mean(bool(row.exact) and not row.passed for row in graded),
    }


def _breakdown(group: Sequence[GradedSample]) -> list[dict[str, Cell]]:
    """One row per task category, in alphabetical order."""
    return [
        _category(name, [graded for graded in group if graded.row.category == name])
        for name in sorted({graded.row.category for graded in group})
    ]


def _category(name: str, group: Sequence[GradedSample]) -> dict[str, Cell]:
    rows = [graded.row for graded in group]
    values: dict[str, Cell] = {"suite": rows[0].suite, "strategy": rows[0].strategy, "category": name}
    values["n"] = len({row.task_id for row in rows})
    if _executed(group):
        counts = _counts(rows)
        values["n"] = len(counts)
        if counts:
            values["pass@1"] = round(pass_at_k(counts, 1), DECIMALS)
    if _textual(group):
        values["exact_match"] = mean(row.exact or 0 for row in rows)
    values["syntax"] = mean(row.syntax or 0 for row in rows)
    cells = {column: values.get(column, "") for column in BREAKDOWN_COLUMNS}
    return {**cells, **_text_checks(group)} if name in text_rules.CATEGORIES else cells


def _errors(group: Sequence[GradedSample]) -> list[dict[str, Cell]]:
    """Error classes of one suite and strategy, the most frequent first."""
    found = Counter((graded.row.outcome, graded.row.error_class) for graded in group if graded.row.error_class)
    where = group[0].row
    return [
        dict(zip(ERROR_COLUMNS, (where.suite, where.strategy, outcome, error_class, count), strict=True))
        for (outcome, error_class), count in sorted(found.items(), key=lambda item: (-item[1], item[0]))
    ]


def _counts(rows: Iterable[Row]) -> list[tuple[int, int]]:
    """(valid samples, passing samples) of each task that has a valid verdict."""
    tasks: dict[str, list[int]] = {}
    for row in rows:
        if row.passed is not None:
            tasks.setdefault(row.task_id, []).append(row.passed)
    return [(len(passed), sum(passed)) for passed in tasks.values()]


def _executed(group: Sequence[GradedSample]) -> bool:
    return any(graded.verdict is not None for graded in group)


def _textual(group: Sequence[GradedSample]) -> bool:
    """Whether the suite is scored by text: Java, or not executed, and every problem has a reference."""
    problems = [graded.problem for graded in group]
    wanted = not _executed(group) or all(problem.language == "java" for problem in problems)
    return wanted and all(problem.reference is not None for problem in problems)
