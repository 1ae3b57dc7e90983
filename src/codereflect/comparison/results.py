"""A comparison computed: for each suite and metric, two arms, their difference and how sure it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from codereflect.comparison.arms import FACTOR, Arm, Pair, Selection, match, unmatched
from codereflect.comparison.other_differences import Difference, differences, silent
from codereflect.comparison.seeds import Seeded, seeded
from codereflect.comparison.statistics import Interval, Paired, paired
from codereflect.errors import UserError
from codereflect.runs.run import Run
from codereflect.runs.verdict_table import Row, last_rounds, metrics_of, suites, task_scores

# Metrics of a whole suite: there are no scores per task, hence no interval.
WHOLE_SUITE = ("bleu", "codebleu")


@dataclass(frozen=True)
class Line:
    """One metric of one suite, or of one category of it.

    Attributes:
        suite: with the strategy where there are several.
        category: empty for the whole suite.
        a, b: means over tasks and seeds, in the metric's own scale (shares between 0 and 1; BLEU between 0 and 100).
        estimate: None for metrics of a whole suite.
        left_out: tasks without a score in one of the runs.
        decides: the metric that the verdict on this suite rests on.
        share: a share between 0 and 1, shown as percentage points.
    """

    suite: str
    category: str
    metric: str
    a: float
    b: float
    estimate: Paired | Seeded | None
    left_out: int = 0
    decides: bool = False
    share: bool = True

    @property
    def interval(self) -> Interval | None:
        """The interval that is shown."""
        return self.estimate.interval if self.estimate else None


@dataclass(frozen=True)
class Comparison:
    """Arm B against arm A. `invalid`: verdicts of either that are our failures, and in no score."""

    a: str
    b: str
    pairs: tuple[Pair, ...]
    unmatched: tuple[str, ...]
    differences: tuple[Difference, ...]
    silent: tuple[str, ...]
    lines: tuple[Line, ...]
    invalid: int = 0


def compare(
    selection: Selection, suite: str | None = None, metric: str | None = None, by_category: bool = False
) -> list[Comparison]:
    """Compare every other arm with the first.

    Args:
        suite, metric: only these.
        by_category: add a line for each category of tasks.

    Raises:
        UserError: two arms share no seeds or no tasks, or there is no such suite or metric.
    """
    first, *others = selection.arms
    return [_compare(first, other, suite, metric, by_category) for other in others]


def _compare(a: Arm, b: Arm, suite: str | None, metric: str | None, by_category: bool) -> Comparison:
    pairs = match(a, b)
    if not pairs:
        seeds = "; ".join(f"{arm.name}: {', '.join(show_seeds(run.seeds) for run in arm.runs)}" for arm in (a, b))
        raise UserError(
            f"{a.name} and {b.name} have no seeds in common ({seeds}).",
            f"codereflect sweep -S {FACTOR}={a.name},{b.name} -S train.seed=1,2,3",
        )
    lines = _lines(pairs, suite, metric, by_category)
    left = unmatched(a, b, pairs)
    runs = {id(run): run for pair in pairs for run in (pair.a, pair.b)}.values()
    invalid = sum(row.outcome == "invalid" for run in runs for row in run.rows if suite in (None, row.suite))
    return Comparison(
        a.name,
        b.name,
        tuple(pairs),
        tuple(left),
        tuple(differences(pairs)),
        tuple(silent(pairs)),
        tuple(lines),
        invalid,
    )


def show_seeds(seeds: tuple[int | None, int | None]) -> str:
    """A pair of seeds in words."""
    base, train = ("-" if seed is None else str(seed) for seed in seeds)
    return f"base {base}, train {train}"


def _lines(pairs: Sequence[Pair], suite: str | None, metric: str | None, by_category: bool) -> list[Line]:
    shared = _shared_suites(pairs)
    chosen = [key for key in shared if suite in (None, key[0])]
    if not chosen:
        known = ", ".join(dict.fromkeys(name for name, _ in shared)) or "none"
        if not shared:
            has = [", ".join(dict.fromkeys(row.suite for row in run.rows)) for run in (pairs[0].a, pairs[0].b)]
            raise UserError(
                f"The runs share no suite: {pairs[0].a.name} has {has[0]}; {pairs[0].b.name} has {has[1]}.",
                "compare answers to the same suite",
            )
        what = f"suite {suite}" if suite else "suite"
        raise UserError(f"The runs share no {what}; shared are: {known}.", "codereflect compare without --suite")
    several = len({strategy for _, strategy in shared}) > 1
    lines = []
    for name, strategy in chosen:
        label = f"{name} ({strategy})" if several else name
        lines += _suite_lines(pairs, (name, strategy), label, metric, by_category)
    if not lines and not metric:
        raise UserError(
            f"The runs share no task of {', '.join(name for name, _ in chosen)} that has a verdict in each.",
            "compare answers to the same tasks",
        )
    if not lines:
        raise UserError(f"No run has the metric {metric}.", "codereflect compare without --metric")
    return lines


def _shared_suites(pairs: Sequence[Pair]) -> list[tuple[str, str]]:
    """The suites that all runs have, in the order of the first run."""
    runs = [run for pair in pairs for run in (pair.a, pair.b)]
    return [key for key in suites(runs[0].rows) if all(key in suites(run.rows) for run in runs[1:])]


def _suite_lines(
    pairs: Sequence[Pair], key: tuple[str, str], label: str, metric: str | None, by_category: bool
) -> list[Line]:
    runs = [run for pair in pairs for run in (pair.a, pair.b)]
    rows = {id(run): last_rounds([row for row in run.rows if row[:2] == key]) for run in runs}
    known = _metrics(pairs[0].a, rows[id(pairs[0].a)])
    shown = [name for name in known if metric in (None, name)]
    lines = []
    for name in shown:
        line = _line(pairs, rows, label, name)
        if line:
            decides = name == (metric or known[0])
            lines.append(replace(line, decides=decides))
            if by_category and decides:
                lines += _category_lines(pairs, rows, label, name)
    lines += [line for name in WHOLE_SUITE if metric in (None, name) for line in _whole_suite(pairs, key, label, name)]
    return lines


def _metrics(run: Run, rows: Sequence[Row]) -> list[str]:
    """The metrics of a suite: those of its rows, and pass@k for each k that the run was scored with."""
    names = metrics_of(rows)
    score = run.params.get("score")
    ks = score.get("k", []) if isinstance(score, dict) else []
    more = [f"pass@{k}" for k in ks if isinstance(k, int) and k > 1] if "pass@1" in names else []
    return names[:1] + more + names[1:]


def _category_lines(pairs: Sequence[Pair], rows: dict[int, list[Row]], label: str, metric: str) -> list[Line]:
    lines = []
    for category in sorted({row.category for row in rows[id(pairs[0].a)]} - {""}):
        inside = {key: [row for row in some if row.category == category] for key, some in rows.items()}
        line = _line(pairs, inside, label, metric)
        lines += [replace(line, category=category)] if line else []
    return lines


def _line(pairs: Sequence[Pair], rows: dict[int, list[Row]], label: str, metric: str) -> Line | None:
    """One metric over the tasks that every run has a score for; None when there is no such task."""
    scores = {key: task_scores(some, metric) for key, some in rows.items()}
    tasks = sorted(set.intersection(*(set(one) for one in scores.values())))
    asked = {row.task_id for some in rows.values() for row in some}
    if not tasks:
        return None
    a = {pair.seeds: [scores[id(pair.a)][task] for task in tasks] for pair in pairs}
    b = {pair.seeds: [scores[id(pair.b)][task] for task in tasks] for pair in pairs}
    estimate: Paired | Seeded
    if len(pairs) == 1:
        estimate = paired(next(iter(a.values())), next(iter(b.values())))
    else:
        estimate = seeded(a, b)
    return Line(label, "", metric, estimate.a, estimate.b, estimate, left_out=len(asked) - len(tasks))


def _whole_suite(pairs: Sequence[Pair], key: tuple[str, str], label: str, metric: str) -> list[Line]:
    """A metric that metrics.json gives for a whole suite, averaged over the runs; nothing where one lacks it."""
    values = [(_from_metrics(pair.a, key, metric), _from_metrics(pair.b, key, metric)) for pair in pairs]
    known = [(a, b) for a, b in values if a is not None and b is not None]
    if not known or len(known) < len(values):
        return []
    a, b = (sum(side) / len(known) for side in zip(*known, strict=True))
    return [Line(label, "", metric, a, b, None, share=False)]


def _from_metrics(run: Run, key: tuple[str, str], metric: str) -> float | None:
    """metrics.json has strategies as a level below the suite only when there are several."""
    suite = run.metrics.get(key[0])
    inner = suite.get(key[1]) if isinstance(suite, dict) else None
    holder = inner if isinstance(inner, dict) else suite
    value = holder.get(metric) if isinstance(holder, dict) else None
    return float(value) if isinstance(value, int | float) else None
