"""Runs untrusted programs and returns verdicts: the only place where foreign code runs.

A program and its tests never share a process. Per worker (one per core): a controller (`engine/controller.py`), started
by exec; below it a zygote that forks one process per program, and a checker that holds the tests and calls the program
through a stand-in. Only data of exact built-in types crosses. Java has workers of its own (`java/`): a program is
compiled and vetted by one machine and runs in another, together with its tests. docs/security.md says what this stops
and what not.
"""

from codereflect.sandbox.crossing import why_unsealed
from codereflect.sandbox.java.java_sandbox import JavaJob, JavaSandbox, probe_java
from codereflect.sandbox.job import Job, Result, SandboxError
from codereflect.sandbox.pool import LEVELS, Confinement, Sandbox, probe
from codereflect.sandbox.unit_job import OtherSeedSandbox, UnitFacts, UnitJob, UnitSandbox

__all__ = [
    "LEVELS",
    "Confinement",
    "JavaJob",
    "JavaSandbox",
    "Job",
    "OtherSeedSandbox",
    "Result",
    "Sandbox",
    "SandboxError",
    "UnitFacts",
    "UnitJob",
    "UnitSandbox",
    "probe",
    "probe_java",
    "why_unsealed",
]
