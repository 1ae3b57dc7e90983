"""A part of a suite's tasks: the same in every run, and of a larger part a part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from codereflect.records import Problem, read_records
from codereflect.store import digest

SEED = 20_260


def suite_problems(folder: Path, suite: str, limit: int | None) -> list[Problem]:
    """The problems of a suite in a folder of the stage suites; of more than `limit` tasks a part (see `drawn`).

    Raises:
        UserError: there is no such file, or a line of it is no problem.
    """
    problems = list(read_records(folder / f"{suite}.jsonl", Problem))
    if limit is None:
        return problems
    kept = drawn(problems, limit)
    return [problem for problem in problems if problem.task_id in kept]


def drawn(problems: Sequence[Problem], limit: int) -> set[str]:
    """The ids of so many tasks, each category with its share; of a larger number they are a part.

    The order is that of a hash of their ids, which neither the file's order nor other tasks change.
    """
    category = {problem.task_id: problem.category for problem in reversed(problems)}
    sizes = Counter(category.values())
    ranks: Counter[str] = Counter()
    places = []
    for task in sorted(category, key=lambda task: digest([SEED, task])):
        stratum = category[task]
        places.append(((ranks[stratum] + 0.5) / sizes[stratum], digest([SEED, task]), task))
        ranks[stratum] += 1
    return {task for _, _, task in sorted(places)[:limit]}
