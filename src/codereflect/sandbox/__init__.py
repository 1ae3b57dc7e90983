"""Runs untrusted programs and returns verdicts: the only place where foreign code runs.

A program and its tests never share a process. Per lane (one per core): `engine/lane.py`, a controller started by exec;
below it a zygote that forks one process per program, and a checker that holds the tests and calls the program through
a stand-in. Only data of exact built-in types crosses. docs/security.md says what this stops and what it does not.
"""

from codereflect.sandbox.crossing import why_unsealed
from codereflect.sandbox.job import Job, Result, SandboxError
from codereflect.sandbox.pool import LEVELS, Confinement, Sandbox, probe
from codereflect.sandbox.unit_job import UnitFacts, UnitJob, UnitSandbox

__all__ = [
    "LEVELS",
    "Confinement",
    "Job",
    "Result",
    "Sandbox",
    "SandboxError",
    "UnitFacts",
    "UnitJob",
    "UnitSandbox",
    "probe",
    "why_unsealed",
]
