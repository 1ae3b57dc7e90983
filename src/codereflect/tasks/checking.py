"""Runs the answers to executable problems in the sandbox."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from codereflect.params import SandboxLimits
from codereflect.progress import progress
from codereflect.records import Problem, Sample, Verdict
from codereflect.sandbox import Job, Sandbox, why_unsealed


def executable(problem: Problem) -> bool:
    """Whether answers to this problem are run (Java is not: its answers are compared as text)."""
    return problem.language == "python" and problem.hidden_tests is not None


def check(
    problems: Iterable[Problem], samples: Sequence[Sample], limits: SandboxLimits, workers: int | None
) -> tuple[list[Verdict], str]:
    """Verdicts on the samples of executable problems, in the order of the samples, and the sandbox's level.

    Raises:
        UserError: this machine cannot confine programs, or too many verdicts are invalid.
    """
    by_id = {problem.task_id: problem for problem in problems if executable(problem)}
    sealed = {name: sealable(problem) for name, problem in by_id.items()}
    jobs = [_job(by_id[name], sample, sealed[name]) for sample in samples if (name := sample.task_id) in by_id]
    verdicts = []
    with Sandbox(limits, workers) as sandbox, progress("programs", len(jobs), "programs") as advance:
        for result in sandbox.run(jobs):
            verdicts.append(result.verdict)
            advance()
        return verdicts, sandbox.level


def sealable(problem: Problem) -> bool:
    """Whether only data has to cross between the tests of a problem and a program."""
    return why_unsealed(problem.hidden_tests or [], problem.entry_point or "") is None


def _job(problem: Problem, sample: Sample, sealed: bool) -> Job:
    return Job(
        task_id=problem.task_id,
        sample_index=sample.sample_index,
        code=sample.code,
        entry_point=problem.entry_point or "",
        tests=list(problem.hidden_tests or []),
        sealed=sealed,
    )
