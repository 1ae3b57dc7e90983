"""What goes into the sandbox and what comes out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from codereflect.errors import UserError
from codereflect.records import SampleId, Verdict


@dataclass(frozen=True)
class Job:
    """One program to be judged.

    `of` says whose verdict it will be. `code` stands alone (a prompt that belongs in front of it is already there).
    `tests` are Python texts run in order in one namespace where `entry_point` is the program's function: assertions, or
    a block that defines and calls a checking function. The tests never see other names of the program: helpers they
    need belong into a text of their own, which may define `entry_point` too (the program's function takes its place
    again before the next text).

    `sealed=False` runs the tests in the program's own process and namespace, for those that need more than data of it
    (`crossing.why_unsealed`): just as confined, but a program that sets out to can forge such a verdict.
    """

    of: SampleId
    code: str
    entry_point: str
    tests: list[str]
    sealed: bool = True


@dataclass(frozen=True)
class Result:
    """A verdict, and the seconds it took: of the program's CPU, and of the clock.

    `facts` are what a job of another kind found out (see `unit_job`).
    """

    verdict: Verdict
    cpu_seconds: float
    wall_seconds: float
    facts: dict[str, Any] | None = None


class SandboxError(UserError):
    """The sandbox itself failed, more often than `sandbox.max_invalid` bears."""
