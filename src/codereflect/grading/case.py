"""An answer to be graded, and how its problem is graded on this machine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from codereflect.material import CodeBefore
from codereflect.programs.joining import joined
from codereflect.records import Grader, Problem, Sample, SampleId, given
from codereflect.sandbox.java.java_sandbox import probe_java


@dataclass(frozen=True)
class Case:
    """An answer to be graded: `code` as it was cut out of what the model wrote, or the text that it is."""

    problem: Problem
    of: SampleId
    code: str

    @property
    def program(self) -> str:
        """What is run: in Python behind the part that the task gives."""
        before = self.problem.material
        return joined(before.code, self.code) if isinstance(before, CodeBefore) else self.code


def cases_of(problems: Iterable[Problem], samples: Iterable[Sample]) -> list[Case]:
    """The samples with their problems, in the order of the samples."""
    known = {(problem.suite, problem.task_id): problem for problem in problems}
    return [Case(known[one.suite, one.task_id], one.of, one.code) for one in samples]


def given_case(problem: Problem, code: str, sample_index: int = 0) -> Case:
    """A program that no model wrote, to be graded as an answer."""
    return Case(problem, given(problem.task_id, sample_index, problem.suite), code)


def grader_here(problem: Problem) -> Grader:
    """How answers are graded on this machine: Java that cannot be run is compared as text, and is no zero."""
    if problem.grader == "tests" and problem.language == "java" and probe_java().version is None:
        return "text" if problem.task == "java_method" and problem.reference is not None else "checks"
    return problem.grader


def is_run(problem: Problem) -> bool:
    """Whether answers are run on this machine."""
    return grader_here(problem) in ("tests", "unit_test")
