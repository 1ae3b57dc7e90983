"""Runs the answers to executable problems in the sandbox.

An answer to a problem in Python is run with the problem's hidden tests; for `bugfix` and `complete` after the
problem's `context`, the part of the program that it needs. An answer to `unit_test` is a test file itself: it is
judged by mutants of the program in `context` (`test_quality`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from codereflect.errors import UserError
from codereflect.formats.multipl_e import stop_tokens
from codereflect.grading import java_program
from codereflect.grading.unit_tests.reward import Reward, Row, judge, unit_sandbox
from codereflect.programs.java_frame import ENTRANCE
from codereflect.programs.joining import joined
from codereflect.progress import progress
from codereflect.records import Outcome, Problem, Sample, Verdict
from codereflect.sandbox import Job, Sandbox, why_unsealed
from codereflect.sandbox.java.java_sandbox import FoundJava, JavaJob, JavaSandbox, probe_java
from codereflect.sandbox_params import SandboxLimits

# tasks whose context is a part of the program
_PARTS = ("bugfix", "complete")

NOTHING_RUN = "none"


def executable(problem: Problem) -> bool:
    """Whether answers to this problem are run, where there is what it takes."""
    return problem.hidden_tests is not None or is_unit_test(problem)


def is_unit_test(problem: Problem) -> bool:
    """Whether answers are test files, and the program that they test is known."""
    return problem.task == "unit_test" and problem.language == "python" and problem.context is not None


def available(problems: Sequence[Problem]) -> tuple[list[Problem], FoundJava | None]:
    """The problems as they can be judged here, and what is said of the Java that they ask for (None: of none).

    Without a Java to use, Java problems lose their tests: they are compared as text alone, and no zero.
    """
    if not any(problem.language == "java" and executable(problem) for problem in problems):
        return list(problems), None
    java = probe_java()
    if java.version is not None:
        return list(problems), java
    without = {"hidden_tests": None}
    return [one.model_copy(update=without) if one.language == "java" else one for one in problems], java


def check(
    problems: Iterable[Problem], samples: Sequence[Sample], limits: SandboxLimits, workers: int | None
) -> tuple[list[Verdict], str]:
    """Verdicts on the samples of executable problems, in the order of the samples, and the sandbox's level.

    Raises:
        UserError: this machine cannot confine programs, or too many verdicts are invalid.
    """
    # suites may share task ids, as HumanEval and HumanEval+ do
    known = {(problem.suite, problem.task_id): problem for problem in problems if executable(problem)}
    names = ((sample.suite, sample.task_id) for sample in samples)
    asked = [
        (place, known[name], sample)
        for place, (name, sample) in enumerate(zip(names, samples, strict=True))
        if name in known
    ]
    tests = [one for one in asked if is_unit_test(one[1])]
    found: dict[int, Verdict] = {}
    levels = set()
    for kind, language in ((Sandbox, "python"), (JavaSandbox, "java")):
        chosen = [one for one in asked if one[1].language == language and not is_unit_test(one[1])]
        if not chosen:
            continue
        own = {name: sealable(problem) for name, problem in known.items() if problem.language == language}
        jobs = [_job(problem, sample, own[problem.suite, problem.task_id]) for _, problem, sample in chosen]
        with kind(limits, workers) as sandbox, progress(f"{language} programs", len(jobs), "programs") as advance:
            for (place, _, _), result in zip(chosen, sandbox.run(jobs), strict=True):
                found[place] = result.verdict
                advance()
            levels.add(sandbox.level)
    if tests:
        levels.add(_judge(tests, limits, workers, found))
    return [found[place] for place, _, _ in asked], ", ".join(sorted(levels)) or NOTHING_RUN


def _judge(
    tests: Sequence[tuple[int, Problem, Sample]], limits: SandboxLimits, workers: int | None, found: dict[int, Verdict]
) -> str:
    """Enter the verdicts on test files, by their places; the sandbox's level."""
    rows = (Row(problem.context or "", problem.entry_point or "", sample.code) for _, problem, sample in tests)
    with unit_sandbox(limits, workers) as sandbox, progress("unit tests", len(tests), "tests") as advance:
        try:
            for (place, _, sample), reward in zip(tests, judge(rows, sandbox), strict=True):
                found[place] = _as_verdict(sample, reward)
                advance()
        except ValueError as error:
            raise UserError(
                f"The program of a unit_test problem cannot be tested: {error}.", "make the suite anew"
            ) from None
        return sandbox.level


def _as_verdict(sample: Sample, reward: Reward) -> Verdict:
    outcomes: dict[str, Outcome] = {"accept": "pass", "reject": "fail", "invalid": "invalid"}
    return Verdict(
        task_id=sample.task_id,
        sample_index=sample.sample_index,
        outcome=outcomes[reward.verdict],
        category=reward.word,
        feedback=reward.reason,
        sealed=reward.sealed,
    )


def program_sample(task_id: str, suite: str, code: str, index: int = 0) -> Sample:
    """A program that no model wrote, as a sample that can be checked."""
    return Sample(
        task_id=task_id,
        suite=suite,
        sample_index=index,
        strategy="given",
        completion=code,
        code=code,
        tokens_in=0,
        tokens_out=0,
        finish_reason="stop",
        seed=0,
    )


def sealable(problem: Problem) -> bool:
    """Whether only data has to cross between the tests of a problem and a program."""
    return problem.language == "java" or why_unsealed(problem.hidden_tests or [], problem.entry_point or "") is None


def _job(problem: Problem, sample: Sample, sealed: bool) -> Job:
    if stop_tokens(problem) is not None:
        # MultiPL-E: the answer is a whole class, the tests are another
        return JavaJob(
            task_id=problem.task_id,
            sample_index=sample.sample_index,
            code=sample.code,
            entry_point=problem.entry_point or "",
            tests=list(problem.hidden_tests or []),
        )
    if problem.language == "java":
        return JavaJob(
            task_id=problem.task_id,
            sample_index=sample.sample_index,
            code=java_program.program(problem, sample.code),
            entry_point=ENTRANCE,
            tests=[java_program.tests_unit(problem.hidden_tests or [])],
            owner=java_program.OWNER,
        )
    return Job(
        task_id=problem.task_id,
        sample_index=sample.sample_index,
        code=joined(problem.context or "", sample.code) if problem.task in _PARTS else sample.code,
        entry_point=problem.entry_point or "",
        tests=list(problem.hidden_tests or []),
        sealed=sealed,
    )
