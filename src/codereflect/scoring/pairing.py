"""Which sample answers which problem. Refuses what is not whole: a score over a part is another score."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from typing import TypeVar

from codereflect.errors import UserError
from codereflect.grading.case import is_run
from codereflect.records import Problem, Sample, SampleId, Verdict

K = TypeVar("K", bound=Hashable)

GENERATE = "dvc repro --force generate"
SCORE = "dvc repro --force score"


def ordered_samples(problems: Sequence[Problem], samples: Sequence[Sample]) -> list[tuple[Problem, Sample]]:
    """Pairs of problem and sample by suite and strategy (alphabetical), task (as listed) and sample index.

    Every strategy must answer every problem of every suite with the sample indices 0 .. n-1, with one n per suite and
    strategy, and in one round.

    Raises:
        UserError: a task is there twice, or a sample is unknown, there twice or missing; the first such is named.
    """
    place = {(problem.suite, problem.task_id): number for number, problem in enumerate(problems)}
    if len(place) < len(problems):
        suite, task = _first_repeated((problem.suite, problem.task_id) for problem in problems) or ("", "")
        raise UserError(f"Task {task} occurs twice in suite {suite}.", "dvc repro --force suites")
    _check_samples(problems, samples, place)

    def order(sample: Sample) -> tuple[str, str, int, int]:
        return sample.suite, sample.strategy, place[sample.suite, sample.task_id], sample.sample_index

    return [(problems[place[sample.suite, sample.task_id]], sample) for sample in sorted(samples, key=order)]


def _check_samples(problems: Sequence[Problem], samples: Sequence[Sample], place: dict[tuple[str, str], int]) -> None:
    drawn: dict[tuple[str, str], int] = defaultdict(lambda: 1)
    for sample in samples:
        if (sample.suite, sample.task_id) not in place:
            raise UserError(f"A sample answers {sample.of}, which is unknown.", GENERATE)
        if sample.sample_index < 0:
            raise UserError(f"Task {sample.task_id} has a sample with a negative index.", GENERATE)
        drawn[sample.suite, sample.strategy] = max(drawn[sample.suite, sample.strategy], sample.sample_index + 1)
    if not samples:
        raise UserError("There is no sample to score.", GENERATE)
    given = [sample.of.model_copy(update={"round": 0}) for sample in samples]
    twice = _first_repeated(given)
    if twice:
        raise UserError(f"Two samples for {twice}: give one, the last round.", GENERATE)
    known = set(given)
    for strategy in sorted({sample.strategy for sample in samples}):
        for problem in problems:
            for index in range(drawn[problem.suite, strategy]):
                of = SampleId(suite=problem.suite, strategy=strategy, task_id=problem.task_id, sample_index=index)
                if of not in known:
                    raise UserError(f"There is no sample for {of}.", GENERATE)


def by_answer(pairs: Sequence[tuple[Problem, Sample]], verdicts: Iterable[Verdict]) -> dict[SampleId, Verdict]:
    """The verdicts by their answers; each answer that is run on this machine has one, and no other.

    Raises:
        UserError: a verdict is missing, there twice, or of another answer.
    """
    wanted = {sample.of for problem, sample in pairs if is_run(problem)}
    found: dict[SampleId, Verdict] = {}
    for verdict in verdicts:
        if verdict.of not in wanted:
            raise UserError(f"A verdict is of {verdict.of}, which is no answer that is run.", SCORE)
        if verdict.of in found:
            raise UserError(f"There are two verdicts on {verdict.of}.", SCORE)
        found[verdict.of] = verdict
    missing = next((sample.of for _, sample in pairs if sample.of in wanted and sample.of not in found), None)
    if missing is not None:
        raise UserError(f"There is no verdict on {missing}.", SCORE)
    return found


def _first_repeated(keys: Iterable[K]) -> K | None:
    seen: set[K] = set()
    for key in keys:
        if key in seen:
            return key
        seen.add(key)
    return None
