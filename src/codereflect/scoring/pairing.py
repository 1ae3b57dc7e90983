"""Which sample answers which problem, and which verdict judges which sample. Refuses anything that does not add up."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Hashable, Iterable
from typing import TypeVar

from codereflect.errors import UserError
from codereflect.grading.check import executable
from codereflect.records import Problem, Sample, Verdict

SampleKey = tuple[str, str, str, int]
"""Suite, strategy, task id, sample index."""

K = TypeVar("K", bound=Hashable)

GENERATE = "dvc repro --force generate"
SCORE = "dvc repro --force score"


def ordered_samples(problems: list[Problem], samples: list[Sample]) -> list[tuple[Problem, Sample]]:
    """Pairs of problem and sample by suite and strategy (alphabetical), task (as listed) and sample index.

    Raises:
        UserError: see `check_problems` and `check_samples`.
    """
    check_problems(problems)
    check_samples(problems, samples)
    place = {(problem.suite, problem.task_id): number for number, problem in enumerate(problems)}

    def order(sample: Sample) -> tuple[str, str, int, int]:
        return sample.suite, sample.strategy, place[sample.suite, sample.task_id], sample.sample_index

    return [(problems[place[sample.suite, sample.task_id]], sample) for sample in sorted(samples, key=order)]


def check_problems(problems: list[Problem]) -> None:
    """Refuse repeated tasks and executed tasks without a test.

    Raises:
        UserError: naming the first such task.
    """
    twice = _first_repeated((problem.suite, problem.task_id) for problem in problems)
    if twice:
        raise UserError(f"Task {twice[1]} occurs twice in suite {twice[0]}.", "dvc repro --force suites")
    for problem in problems:
        if problem.hidden_tests == []:
            sentence = f"Task {problem.task_id} of suite {problem.suite} has no hidden test"
            raise UserError(f"{sentence}: every answer would pass.", "give it tests, or null when it is not executed")


def check_samples(problems: list[Problem], samples: list[Sample]) -> None:
    """Refuse unknown tasks, repeated and missing samples.

    Every strategy must answer every problem of every suite with the sample indices 0 .. n-1, with one n per suite and
    strategy.

    Raises:
        UserError: naming the first such sample.
    """
    known = {(problem.suite, problem.task_id) for problem in problems}
    for sample in samples:
        if (sample.suite, sample.task_id) not in known:
            sentence = f"A sample answers task {sample.task_id} of suite {sample.suite}, which is unknown."
            raise UserError(sentence, GENERATE)
        if sample.sample_index < 0:
            raise UserError(f"Task {sample.task_id} has a sample with a negative index.", GENERATE)
    keys = [sample_key(sample) for sample in samples]
    twice = _first_repeated(keys)
    if twice:
        raise UserError(f"Two samples for {_name(twice)}: give one, the last round.", GENERATE)
    if not samples:
        raise UserError("There is no sample to score.", GENERATE)
    given = set(keys)
    drawn: dict[tuple[str, str], int] = defaultdict(lambda: 1)
    for suite, strategy, _, index in keys:
        drawn[suite, strategy] = max(drawn[suite, strategy], index + 1)
    for strategy in sorted({sample.strategy for sample in samples}):
        for problem in problems:
            for index in range(drawn[problem.suite, strategy]):
                key = (problem.suite, strategy, problem.task_id, index)
                if key not in given:
                    raise UserError(f"There is no sample for {_name(key)}.", GENERATE)


def match_verdicts(problems: list[Problem], samples: list[Sample], verdicts: list[Verdict]) -> dict[SampleKey, Verdict]:
    """The verdict of each sample of an executed problem.

    A verdict names task and sample index only. Where that fits several samples, both lists must be in the same order.

    Raises:
        UserError: a verdict is missing, given twice, or judges no executed sample; or the order is ambiguous.
    """
    executed = {(problem.suite, problem.task_id) for problem in problems if executable(problem)}
    judged = [sample for sample in samples if (sample.suite, sample.task_id) in executed]
    wanted = [(sample.task_id, sample.sample_index) for sample in judged]
    given = [(verdict.task_id, verdict.sample_index) for verdict in verdicts]
    _check_counts(Counter(wanted), Counter(given))
    if len(set(wanted)) < len(wanted) and wanted != given:
        sentence = "Task and sample index do not tell which verdict belongs to which strategy or suite."
        raise UserError(sentence, "give the verdicts in the order of the samples")
    waiting: dict[tuple[str, int], deque[Verdict]] = defaultdict(deque)
    for verdict in verdicts:
        waiting[verdict.task_id, verdict.sample_index].append(verdict)
    return {sample_key(sample): waiting[sample.task_id, sample.sample_index].popleft() for sample in judged}


def sample_key(sample: Sample) -> SampleKey:
    """What identifies a sample."""
    return sample.suite, sample.strategy, sample.task_id, sample.sample_index


def _check_counts(wanted: Counter[tuple[str, int]], given: Counter[tuple[str, int]]) -> None:
    for key in wanted | given:
        if given[key] == wanted[key]:
            continue
        which = f"sample {key[1]} of task {key[0]}"
        if not wanted[key]:
            raise UserError(f"A verdict judges {which}, which is no executed sample.", SCORE)
        problem = "no verdict" if not given[key] else f"{given[key]} verdicts instead of {wanted[key]}"
        raise UserError(f"There is {problem} for {which}.", SCORE)


def _first_repeated(keys: Iterable[K]) -> K | None:
    seen: set[K] = set()
    for key in keys:
        if key in seen:
            return key
        seen.add(key)
    return None


def _name(key: SampleKey) -> str:
    suite, strategy, task, index = key
    return f"task {task} of suite {suite} (strategy {strategy}, sample {index})"
