"""javac for texts that are not to be run: confined and warm, one at a time."""

from __future__ import annotations

from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from codereflect.records import given
from codereflect.sandbox.java.java_sandbox import LEVELS, JavaJob, JavaWorker, java_settings
from codereflect.sandbox.job import SandboxError
from codereflect.sandbox.worker import WorkerLost
from codereflect.sandbox_params import SandboxLimits

_LIMITS = SandboxLimits(cpu_seconds=10.0, memory_mb=64, output_kb=64, allow_weak=False, max_invalid=0.0)
_ATTEMPTS = 2


@dataclass(frozen=True)
class JavaError:
    """One error of javac: its code, the character it points at, its line, and what it says."""

    code: str
    place: int
    line: int
    message: str


class JavaCompiler:
    """A warm compiler. Use it as a context manager, from one thread.

    Raises:
        UserError: there is no Java that can be used.
    """

    def __init__(self, core: int | None = None) -> None:
        """`core`: the one it runs on; None: any."""
        self._settings = java_settings(_LIMITS, list(LEVELS), core)
        self._worker: JavaWorker | None = None

    def __enter__(self) -> Self:
        """Start it."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it."""
        self.close()

    def errors(self, unit: str) -> list[JavaError]:
        """What javac says against a compilation unit; nothing when it compiles.

        A unit that the compiler does not get done with, or that is too large for it, has one error of its own.

        Raises:
            SandboxError: the compiler's process failed twice.
        """
        report = self._ask(unit)
        if report.get("stage") in ("compiled", "syntax"):
            return [JavaError(**{**error, "place": int(error["place"])}) for error in report["errors"]]
        return [JavaError(str(report.get("stage")), 0, 0, "the compiler does not get done with it")]

    def jdk_classes(self) -> list[str]:
        """Full names of the classes in the packages that the JDK exports."""
        return list(self._ask("")["classes"])

    def _ask(self, unit: str) -> dict[str, Any]:
        for _ in range(_ATTEMPTS):
            try:
                worker = self._running()
                worker.submit(0, JavaJob(given(""), unit, "", [], owner=""))
                answer = worker.receive()
                worker.pending.clear()
                return answer
            except WorkerLost:
                self.close()
        raise SandboxError("The process of the Java compiler died twice.", "codereflect doctor")

    def _running(self) -> JavaWorker:
        if self._worker is None:
            self._worker = JavaWorker(self._settings)
            level, reasons = self._worker.greet()
            if level is None:
                raise SandboxError(f"Java cannot be confined here ({'; '.join(reasons)}).", "codereflect doctor")
        return self._worker

    def close(self) -> None:
        """End it; it starts again when it is asked."""
        if self._worker is not None:
            self._worker.close()
        self._worker = None
