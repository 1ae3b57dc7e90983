"""Which runs make up the arms of a comparison, and how two arms are matched by seed.

Runs belong together when their parameters differ in the free keys only: the declared factor and the seeds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from codereflect.errors import UserError
from codereflect.runs.older_params import in_use
from codereflect.runs.run import WORKSPACE, Run, describe_known, experiment_runs, load_run, published_runs
from codereflect.store import digest

FACTOR = "train.method"
SEED_KEYS = ("base.seed", "train.seed")
FREE = (FACTOR, *SEED_KEYS)
# The order in which arms are shown; the first that is there is what the others are compared with.
_ORDER = ("sft", "none")

Seeds = tuple[int | None, int | None]


@dataclass(frozen=True)
class Arm:
    """Runs that differ in their seeds only; `named`: one run that was asked for by its own name."""

    name: str
    runs: tuple[Run, ...]
    named: bool = False


@dataclass(frozen=True)
class Selection:
    """The arms of a comparison (the first is the one the others are compared with) and where they were found."""

    arms: tuple[Arm, ...]
    source: str


@dataclass(frozen=True)
class Pair:
    """Two runs with the same seeds."""

    seeds: Seeds
    a: Run
    b: Run


def select(names: Sequence[str], root: Path = Path()) -> Selection:
    """The arms that names stand for; without names, all runs that differ only in method and seeds.

    Args:
        names: methods (all runs of it, by seeds) and runs (see `load_run`), or nothing.

    Raises:
        UserError: a name is unknown, or there is nothing to compare.
    """
    pools = [("experiments", experiment_runs(root)), ("published runs (metrics/published)", published_runs(root))]
    if not names:
        return _all_methods(pools)
    known = [run for _, pool in pools for run in pool]
    exact = {run.name for run in known} | {WORKSPACE}
    methods = [name for name in names if name not in exact and any(run.method == name for run in known)]
    by_method, source = _by_method(pools, methods) if methods else ({}, "the runs that were named")
    arms = tuple(by_method[name] if name in by_method else _single(name, root) for name in names)
    if len({arm.name for arm in arms}) < len(arms):
        arms = tuple(replace(arm, name=name) for arm, name in zip(arms, names, strict=True))
    return Selection(arms, source)


def _single(name: str, root: Path) -> Arm:
    run = load_run(name, root)
    return Arm(run.name, (run,), named=True)


def _all_methods(pools: Sequence[tuple[str, list[Run]]]) -> Selection:
    """All arms of the newest family of runs in which at least two methods share a pair of seeds."""
    for source, pool in pools:
        for group in families(pool, _family_with_code):
            arms = _arms(group)
            others = [arm for arm in arms[1:] if match(arms[0], arm)]
            if others:
                return Selection((arms[0], *others), _describe(source, pool, [arms[0], *others]))
    known = [run for _, pool in pools for run in pool]
    raise UserError(
        f"There are no two runs that differ in {FACTOR} only; {describe_known(known)}.",
        "codereflect sweep -S train.method=sft,reflection",
    )


def _by_method(pools: Sequence[tuple[str, list[Run]]], methods: Sequence[str]) -> tuple[dict[str, Arm], str]:
    """An arm for each method, of one family where there is one that has them all: the same code, else any code."""
    for source, pool in pools:
        for family in (_family_with_code, _family):
            for group in families(pool, family):
                arms = {arm.name: arm for arm in _arms(group)}
                if all(method in arms for method in methods):
                    chosen = {method: arms[method] for method in methods}
                    return chosen, _describe(source, pool, list(chosen.values()))
    known = [run for _, pool in pools for run in pool]
    return {method: _newest(known, method) for method in methods}, "runs with different parameters"


def _newest(known: Sequence[Run], method: str) -> Arm:
    group = families([run for run in known if run.method == method], _family_with_code)[0]
    return _arms(group)[0]


def _describe(source: str, pool: Sequence[Run], arms: Sequence[Arm]) -> str:
    """Where the arms come from, and how many runs of the same place are left out."""
    left = len(pool) - sum(len(arm.runs) for arm in arms)
    return source if not left else f"the newest {source} ({left} of other parameters, code or methods left out)"


def families(runs: Sequence[Run], key: Callable[[Run], str]) -> list[list[Run]]:
    """Runs grouped by what they have in common, in the order of each group's first run."""
    groups: dict[str, list[Run]] = {}
    for run in runs:
        if run.method:
            groups.setdefault(key(run), []).append(run)
    return list(groups.values())


def _family(run: Run) -> str:
    return digest({key: value for key, value in in_use(run.params).items() if key not in FREE})


def _family_with_code(run: Run) -> str:
    return digest([_family(run), run.code])


def _arms(runs: Sequence[Run]) -> list[Arm]:
    """One arm for each method; of several runs with the same seeds the first (newest)."""
    by_method: dict[str, dict[Seeds, Run]] = {}
    for run in runs:
        by_method.setdefault(run.method or "", {}).setdefault(run.seeds, run)
    names = sorted(by_method, key=lambda name: (_ORDER.index(name) if name in _ORDER else len(_ORDER), name))
    return [Arm(name, tuple(sorted(by_method[name].values(), key=_by_seed))) for name in names]


def _by_seed(run: Run) -> tuple[int, int]:
    base, train = run.seeds
    return (-1 if base is None else base, -1 if train is None else train)


def match(a: Arm, b: Arm) -> list[Pair]:
    """The pairs of runs with the same seeds, ordered by seeds; two runs asked for by name are one whatever their seeds.

    A run of the base model alone (`train.method: none`) knows no training seed and is matched with all of them.
    """
    if a.named and b.named:
        return [Pair(b.runs[0].seeds, a.runs[0], b.runs[0])]
    pairs = []
    for first in a.runs:
        for second in b.runs:
            seeds = _shared(first.seeds, second.seeds)
            if seeds:
                pairs.append(Pair(seeds, first, second))
    return sorted(pairs, key=lambda pair: tuple(-1 if seed is None else seed for seed in pair.seeds))


def _shared(a: Seeds, b: Seeds) -> Seeds | None:
    """The seeds that two runs share, or None."""
    if a[0] != b[0] or (a[1] != b[1] and None not in (a[1], b[1])):
        return None
    return a[0], b[1] if a[1] is None else a[1]


def unmatched(a: Arm, b: Arm, pairs: Sequence[Pair]) -> list[str]:
    """Names of the runs that no pair contains."""
    used = {id(run) for pair in pairs for run in (pair.a, pair.b)}
    return [run.name for run in (*a.runs, *b.runs) if id(run) not in used]
