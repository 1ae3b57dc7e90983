"""What codereflect score shows: figures with their intervals, what went wrong, and what was left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from codereflect.comparison.statistics import mean_interval
from codereflect.records import DECIMALS
from codereflect.runs.pass_at_k import task_pass_at_k
from codereflect.runs.verdict_table import Row
from codereflect.scoring.answers import GradedAnswer
from codereflect.terminal import columns, one_line, say, wide

COUNTS = ("tasks", "samples", "passed", "failed", "timeouts", "invalid", "unsealed")


def add_intervals(metrics: dict[str, Any], rows: Sequence[GradedAnswer | Row]) -> None:
    """Give each suite `intervals`: name of a pass@k -> low, high, method. A task is one unit, with all its samples."""
    for name, one in metrics["suites"].items():
        valid = Counter(row.task_id for row in rows if row.suite == name and row.passed is not None)
        passed = Counter(row.task_id for row in rows if row.suite == name and row.passed)
        one["intervals"] = {}
        for k in _ks(one):
            scores = [float(task_pass_at_k(n, passed[task], k)) for task, n in valid.items() if n >= k]
            if found := mean_interval(scores):
                low, high = round(found.low, DECIMALS), round(found.high, DECIMALS)
                one["intervals"][f"pass@{k}"] = {"low": low, "high": high, "method": found.method}


def _ks(suite: dict[str, Any]) -> list[int]:
    return sorted(int(name.removeprefix("pass@")) for name in suite if name.startswith("pass@"))


def print_figures(metrics: dict[str, Any], absent: Sequence[str]) -> None:
    """Print a table of the suites, and below it what its figures are.

    Args:
        metrics: what metrics.json holds.
        absent: tasks without a sample.
    """
    suites = metrics["suites"]
    rates = [f"pass@{k}" for k in sorted({k for one in suites.values() for k in _ks(one)})]
    rows = [
        [one_line(name), *(shown_rate(one, rate) for rate in rates), *(str(one[count]) for count in COUNTS)]
        for name, one in suites.items()
    ]
    wide(columns(["suite", *(f"{rate} [95%]" for rate in rates), *COUNTS], rows))
    methods = dict.fromkeys(one["method"] for suite in suites.values() for one in suite["intervals"].values())
    if methods:
        say(f"pass@k in percent. Interval: {'; '.join(methods)}.")
    for name, one in suites.items():
        done = ", ".join(f"{step.replace('_', ' ')} {count}" for step, count in one["answers"].items())
        say(f"Answers of {one_line(name)}: {done}.")
        if one["errors"]:
            more = f", and {len(one['errors']) - 8} other kinds" if len(one["errors"]) > 8 else ""
            told = ", ".join(f"{kind} {count}" for kind, count in list(one["errors"].items())[:8])
            say(f"What went wrong in {one_line(name)}: {one_line(told)}{more}.")
    if any(one["unsealed"] for one in suites.values()):
        say("Unsealed: the tests need more of the program than data, and ran in its process.")
    if absent:
        tasks = "1 task has" if len(absent) == 1 else f"{len(absent)} tasks have"
        say(f"{tasks} no sample and {'is' if len(absent) == 1 else 'are'} in no figure (first: {one_line(absent[0])}).")
    if limit := metrics["problems"]["limit"]:
        say(f"Only {limit} tasks were scored at most, drawn with a fixed seed (--limit).")


def shown_rate(suite: dict[str, Any], rate: str) -> str:
    """A pass@k in percent with its interval; empty where the suite has none."""
    if rate not in suite:
        return ""
    found = suite["intervals"].get(rate)
    interval = f" [{100 * found['low']:.1f}, {100 * found['high']:.1f}]" if found else ""
    return f"{100 * suite[rate]:.1f}{interval}"
