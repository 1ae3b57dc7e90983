"""The part of params.yaml that a sandbox is told."""

from __future__ import annotations

from pydantic import Field

from codereflect.configuration import Section


class SandboxLimits(Section):
    """Limits of one program, and how many of our own failures are borne."""

    cpu_seconds: float = Field(ge=0.01)
    memory_mb: int = Field(ge=64)
    output_kb: int = Field(ge=1)
    allow_weak: bool
    max_invalid: float = Field(ge=0, le=1)
