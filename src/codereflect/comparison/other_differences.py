"""What else differs between two arms: parameters, code, environment, machine.

A comparison says something about the declared factor only when nothing else differs. What does is shown and flagged.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from codereflect.comparison.arms import FACTOR, FREE, Pair
from codereflect.json_files import dump_json
from codereflect.params import flatten
from codereflect.runs.older_params import in_use
from codereflect.runs.run import Run

Kind = Literal["parameter", "code", "environment", "machine"]
ABSENT = "absent"
# What run.json says about the surroundings of a run; the rest of it is results and identity.
_ENVIRONMENT = ("sandbox_level", "environment", "packages", "versions", "threads")


@dataclass(frozen=True)
class Difference:
    """A key whose values differ between the arms, or within one of them.

    Attributes:
        a, b: the distinct values in each arm as JSON; of code the first seven digits of the SHA-256.
        expected: part of the declared factor; everything else casts doubt on the comparison.
    """

    kind: Kind
    key: str
    a: tuple[str, ...]
    b: tuple[str, ...]
    expected: bool


def differences(pairs: Sequence[Pair]) -> list[Difference]:
    """All differences between the runs of matched pairs, those of the declared factor first."""
    readers: list[tuple[Kind, Callable[[Run], dict[str, Any]]]] = [
        ("parameter", lambda run: in_use(run.params)),
        ("code", lambda run: run.code),
        ("environment", _environment),
        ("machine", lambda run: run.machine),
    ]
    found = [one for kind, read in readers for one in _of_kind(kind, read, pairs)]
    return sorted(found, key=lambda one: not one.expected)


def silent(pairs: Sequence[Pair]) -> list[str]:
    """Names of the runs that do not say what they came from: nothing can be told about other differences."""
    runs = [run for pair in pairs for run in (pair.a, pair.b)]
    return list(dict.fromkeys(run.name for run in runs if not run.params or not run.code))


def _environment(run: Run) -> dict[str, Any]:
    return flatten({key: value for key, value in run.facts.items() if key in _ENVIRONMENT})


def _of_kind(kind: Kind, read: Callable[[Run], dict[str, Any]], pairs: Sequence[Pair]) -> list[Difference]:
    # A run that says nothing at all (other people's verdicts) is named by `silent`, not as a hundred differences.
    known = [(read(pair.a), read(pair.b)) for pair in pairs]
    known = [(a, b) for a, b in known if a and b]
    keys = sorted({key for pair in known for side in pair for key in side})
    found = []
    for key in keys:
        values = [(_show(kind, a, key), _show(kind, b, key)) for a, b in known]
        first, second = (tuple(sorted(set(side))) for side in zip(*values, strict=True))
        between = any(a != b for a, b in values)
        within = key not in FREE and (len(first) > 1 or len(second) > 1)
        if between or within:
            found.append(Difference(kind, key, first, second, _expected(kind, key, pairs)))
    return found


def _expected(kind: Kind, key: str, pairs: Sequence[Pair]) -> bool:
    """The factor itself, and the training seed of a base model that was not trained further."""
    if kind != "parameter":
        return False
    return key == FACTOR or (key == "train.seed" and any("none" in (pair.a.method, pair.b.method) for pair in pairs))


def _show(kind: Kind, values: dict[str, Any], key: str) -> str:
    if key not in values:
        return ABSENT
    return str(values[key])[:7] if kind == "code" else dump_json(values[key])
