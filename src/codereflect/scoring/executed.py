"""pass@k of plain texts: programs and tests as strings go into the sandbox, the project's metrics come out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from codereflect.errors import UserError
from codereflect.records import Problem, Sample
from codereflect.sandbox_params import SandboxLimits
from codereflect.scoring.metrics import score

SUITE = "texts"
LIMITS = SandboxLimits(cpu_seconds=2.0, memory_mb=512, output_kb=64, allow_weak=False, max_invalid=0.01)
KEPT = ("n_tasks", "n_samples", "n_scored", "timeouts", "invalid", "unsealed")


def executed_pass_at_k(
    programs: Sequence[str],
    tests: Sequence[str],
    entry_points: Sequence[str],
    task_ids: Sequence[str],
    k: Sequence[int] = (1,),
    limits: SandboxLimits = LIMITS,
    workers: int | None = None,
) -> dict[str, float | int]:
    """Run programs against tests and estimate pass@k without bias.

    Args:
        programs: Python programs, one sample each.
        tests: for each sample, the statements that check its task; the same text for all samples of a task.
        entry_points: for each sample, the function that the tests call.
        task_ids: which samples belong to one task; each task has equally many.
        k: the pass@k to compute, none above the number of samples per task.
        limits: of one program.
        workers: how many run side by side; as many as there are cores by default.

    Returns:
        `pass@k` for each k, and counts of tasks, samples, timeouts, invalid and unsealed verdicts. An invalid verdict
        (our failure) is left out of pass@k.

    Raises:
        UserError: the lists do not fit together, or this machine cannot confine programs.
    """
    lengths = {len(programs), len(tests), len(entry_points), len(task_ids)}
    if lengths == {0} or len(lengths) > 1:
        raise UserError(
            f"{len(programs)} programs, {len(tests)} tests, {len(entry_points)} entry points and {len(task_ids)} task"
            " ids do not go together.",
            "give one of each per sample, at least one sample",
        )
    from codereflect.grading.case import cases_of
    from codereflect.grading.check import check

    problems = _problems(tests, entry_points, task_ids)
    samples = _samples(programs, task_ids)
    verdicts = check(cases_of(problems, samples), limits, workers).verdicts.values()
    metrics = score(problems, samples, verdicts, list(k)).metrics[SUITE]
    wanted = [f"pass@{draws}" for draws in sorted(set(k))]
    return {name: metrics[name] for name in (*wanted, *KEPT) if name in metrics}  # type: ignore[misc]


def _problems(tests: Sequence[str], entry_points: Sequence[str], task_ids: Sequence[str]) -> list[Problem]:
    """One problem per task, in the order they turn up."""
    known: dict[str, tuple[str, str]] = {}
    for task_id, test, entry_point in zip(task_ids, tests, entry_points, strict=True):
        if known.setdefault(task_id, (test, entry_point)) != (test, entry_point):
            raise UserError(
                f"The samples of task {task_id!r} have different tests or entry points.",
                "give all samples of a task the same",
            )
    return [
        Problem(
            task_id=task_id,
            suite=SUITE,
            language="python",
            category="",
            prompt="",
            entry_point=entry_point,
            hidden_tests=[test],
        )
        for task_id, (test, entry_point) in known.items()
    ]


def _samples(programs: Sequence[str], task_ids: Sequence[str]) -> list[Sample]:
    drawn: Counter[str] = Counter()
    samples = []
    for program, task_id in zip(programs, task_ids, strict=True):
        samples.append(
            Sample(
                task_id=task_id,
                suite=SUITE,
                sample_index=drawn[task_id],
                strategy="given",
                completion=program,
                code=program,
                tokens_in=0,
                tokens_out=0,
                finish_reason="end",
                seed=0,
            )
        )
        drawn[task_id] += 1
    return samples
