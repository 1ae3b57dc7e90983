"""Verdicts that are not found twice: a suite whose answers, tests and judge are the same keeps what was said of it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from codereflect import sandbox, tasks
from codereflect.grading.check import check
from codereflect.provenance import tree_digest
from codereflect.records import Problem, Sample, Verdict
from codereflect.sandbox.java.java_sandbox import probe_java
from codereflect.sandbox_params import SandboxLimits
from codereflect.store import Store, digest

SPACE = "verdicts"


def kept(store: Store, key: str, make: Callable[[], Any]) -> Any:
    """The JSON value under a key; made and put there when it is missing."""
    value = store.get(SPACE, key)
    if value is None:
        value = make()
        store.put(SPACE, key, value)
    return value


def verdicts_of(
    problems: Sequence[Problem], samples: Sequence[Sample], limits: SandboxLimits, workers: int, store: Store
) -> tuple[list[Verdict], str]:
    """`checking.check`, unless the same answers were judged by the same code under the same limits.

    Verdicts among which one is invalid (our failure) are not kept.
    """
    key = key_of("check", problems, samples, limits.model_dump())
    found = store.get(SPACE, key)
    if found is not None:
        return [Verdict.model_validate(row) for row in found["verdicts"]], found["level"]
    verdicts, level = check(problems, samples, limits, workers)
    if all(verdict.outcome != "invalid" for verdict in verdicts):
        store.put(SPACE, key, {"verdicts": [one.model_dump() for one in verdicts], "level": level})
    return verdicts, level


def key_of(what: str, problems: Sequence[Problem], samples: Sequence[Sample], settings: Any = None) -> str:
    """Digest of all that judging depends on."""
    asked = [one.model_dump(exclude={"prompt"}) if one.language == "python" else one.model_dump() for one in problems]
    said = [[one.task_id, one.sample_index, one.code, one.completion] for one in samples]
    java = probe_java().version if any(one.language == "java" for one in problems) else None
    return digest([what, asked, said, settings, _judge(), java])


@cache
def _judge() -> str:
    """Digest of the code that judges, and of the Python that answers and tests are run by."""
    folders = [Path(package.__file__ or "").parent for package in (sandbox, tasks)]
    return digest([tree_digest([*folders, Path(__file__).parent]), sys.version_info[:2]])
