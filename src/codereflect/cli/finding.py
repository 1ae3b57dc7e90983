"""One line of `codereflect doctor`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One line of the table. `needed`: the pipeline that params.yaml describes cannot run without it."""

    what: str
    good: bool
    found: str
    fix: str = ""
    needed: bool = True

    def mark(self) -> str:
        """ok, missing, or - for what the pipeline can do without."""
        return "ok" if self.good else "missing" if self.needed else "-"
