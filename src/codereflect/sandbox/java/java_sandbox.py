"""The caller's side of Java: the job, the worker's handle, the sandbox, and whether there is a Java to use."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from codereflect.errors import UserError
from codereflect.sandbox import worker
from codereflect.sandbox.java import jdk
from codereflect.sandbox.job import Job
from codereflect.sandbox.pool import Sandbox
from codereflect.sandbox_params import SandboxLimits

# without namespaces and Landlock nothing but the vetting would keep a program from files
LEVELS = ("full", "landlock")
# beside the heap: code, classes, stacks, what the machine keeps for itself
_MACHINE_BYTES = 700 << 20
_COMPILER_HEAP_MB = 512
_COMPILER_BYTES = 3 << 30
# CPU seconds, and by the clock
_COMPILE_SECONDS, _COMPILE_WALL_SECONDS = 10.0, 45.0
_RUNNER_OPTIONS = (
    "-XX:CompressedClassSpaceSize=48m",
    "-XX:ReservedCodeCacheSize=24m",
    "-XX:MaxMetaspaceSize=96m",
    # what runs a few hundred times, most of a short life, is not worth compiling
    "-XX:Tier3InvocationThreshold=2000",
    "-XX:Tier3MinInvocationThreshold=1000",
    "-XX:Tier3CompileThreshold=20000",
)
# the package is put together by hand: the one above it would import what the caller needs, and not this process
_BOOT = """
import sys, types
package = types.ModuleType("sandbox")
package.__path__ = [sys.argv[1]]
sys.modules["sandbox"] = package
from sandbox.java.java_controller import main
main()
"""


@dataclass(frozen=True)
class JavaJob(Job):
    """One Java program to be judged.

    `code` is a compilation unit that declares the class `owner` with the method `entry_point`; `tests` holds one
    compilation unit, a class whose `main` calls `entry_point(...)` or `owner.entry_point(...)` and asserts.
    """

    owner: str = "Problem"


class JavaWorker(worker.Worker):
    """A worker whose controller runs Java."""

    boot = _BOOT

    def encoded(self, job: Job) -> Any:
        """What the controller is told of a job."""
        owner = job.owner if isinstance(job, JavaJob) else "Problem"
        return [job.code, owner, job.entry_point, "\n".join(job.tests)]


class JavaSandbox(Sandbox):
    """Runs untrusted Java programs. Use it as a context manager.

    Raises:
        UserError: there is no Java that can be used.
    """

    levels = LEVELS
    worker = JavaWorker

    def settings(self, levels: list[str], core: int | None) -> dict[str, Any]:
        """What a controller is told."""
        return java_settings(self.limits, levels, core)


class FoundJava(NamedTuple):
    """The version of Java that programs would be run with; None: why there is none, and the command that helps."""

    version: str | None
    reason: str
    fix: str


def probe_java() -> FoundJava:
    """Whether Java programs can be run here, as far as that is seen without running one."""
    try:
        return FoundJava(_java().version, "", "")
    except UserError as error:
        return FoundJava(None, error.message, error.fix or "")


def _java() -> jdk.Java:
    if sys.platform != "linux":
        raise UserError("The sandbox that runs programs needs Linux.", "run this on Linux or in a container")
    found = jdk.find_java()
    if isinstance(found, str):
        raise UserError(f"Java programs cannot be run: {found}.", jdk.INSTALL)
    return found


def java_settings(limits: SandboxLimits, levels: list[str], core: int | None) -> dict[str, Any]:
    """What a controller is told: command lines, what they may read, limits."""
    java = _java()
    host = jdk.host_folder(java)
    wall = 4 * limits.cpu_seconds + 0.5
    heap = limits.memory_mb
    return {
        "levels": levels,
        "core": core,
        "wall_seconds": wall + _COMPILE_WALL_SECONDS,
        "compile_seconds": _COMPILE_SECONDS,
        "compile_wall_seconds": _COMPILE_WALL_SECONDS,
        "compiler": _command(
            java, host, "compiler", jdk.COMPILER, [f"-Xmx{_COMPILER_HEAP_MB}m", "-XX:CompressedClassSpaceSize=96m"]
        ),
        "runner": _command(java, host, "runner", jdk.RUNNER, [f"-Xmx{heap}m", *_RUNNER_OPTIONS]),
        "libraries": str(java.home / "lib"),
        "folders": [str(java.home), str(host)],
        "files": java.outside(),
        "limits": {
            "compiler": {"cpu_seconds": None, "address_bytes": _COMPILER_BYTES},
            "runner": {
                "cpu_seconds": limits.cpu_seconds,
                "wall_seconds": wall,
                "address_bytes": (heap << 20) + _MACHINE_BYTES,
            },
        },
    }


def _command(java: jdk.Java, host: Path, name: str, main: str, options: list[str]) -> list[str]:
    shared = jdk.archive(java, host, name, main)
    return [str(java.launcher), *jdk.COMMON, *options, *shared, "-cp", str(host / "host.jar"), main]
