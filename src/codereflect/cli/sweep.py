"""codereflect sweep -S train.method=sft,reflection -S train.seed=1,2,3

Runs one DVC experiment for each combination of values, one after the other, and skips those whose run key exists: an
interrupted sweep resumes where it stopped. The workspace stays as it is.
"""

from __future__ import annotations

import re
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from codereflect.cli.dvc_runs import check_repository, one_sweep, remove_leftovers, run_experiment
from codereflect.cli.grid import Combination, combinations, hydra
from codereflect.errors import UserError
from codereflect.params import load_params
from codereflect.provenance import run_key
from codereflect.runs.run import experiments, run_name
from codereflect.runtime import load_runtime
from codereflect.terminal import say

_IN_EVERY_NAME = ("train.method", "base.seed", "train.seed")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class Planned:
    """One experiment of a sweep; `existing` is the name under which its result exists."""

    name: str
    key: str
    combination: Combination
    existing: str | None


@click.command()
@click.option(
    "-S", "--set-param", "settings", multiple=True, metavar="KEY=V1,V2", help="Values of a key of params.yaml."
)
@click.option("--name", "prefix", default="", metavar="PREFIX", help="Start of the experiments' names.")
@click.option("--dry", is_flag=True, help="Show the experiments; run none.")
def sweep(settings: tuple[str, ...], prefix: str, dry: bool) -> None:
    """Run named experiments one after the other; skip those that exist."""
    if prefix and not _NAME.fullmatch(prefix):
        raise UserError(f"--name {prefix} cannot be part of a git reference.", "use letters, digits, dots, dashes")
    base = load_params().model_dump()
    found = combinations(base, settings)
    warning = check_repository()
    if warning:
        say(f"warning: {warning}", error=True)
    if dry:
        _print_plan(plan(found, prefix))
        return
    # Stopped by a scheduler or by Ctrl-C: the running experiment is stopped too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with one_sweep() as lock:
        remove_leftovers()
        planned = plan(found, prefix)
        _print_plan(planned)
        waiting = [experiment for experiment in planned if experiment.existing is None]
        clock = Clock(len(waiting))
        for number, experiment in enumerate(waiting, start=1):
            clock.announce(number, experiment)
            run_experiment(experiment.name, experiment.combination.overrides(), lock)
        if waiting:
            say(f"\n{len(waiting)} of {len(planned)} experiments run in {_duration(clock.elapsed())}.", error=True)
    _finish(planned, changed=bool(waiting))


def plan(found: Sequence[Combination], prefix: str, root: Path = Path()) -> list[Planned]:
    """Name every experiment, and find those that exist, on whatever commit they were run.

    A name given by a sweep identifies a result too: it ends in the run key.
    """
    runs = experiments(root, ["run.json"])
    there = {run.run_key: run.name for run in reversed(runs) if run.run_key}
    names = {run.name for run in runs}
    planned = []
    for combination in found:
        key = run_key(combination.params)
        name = run_name(combination.params, key, "-".join(filter(None, (prefix, _swept(combination.changes)))))
        planned.append(Planned(name, key, combination, there.get(key) or (name if name in names else None)))
    return planned


def _swept(changes: dict[str, Any]) -> str:
    """What else than the method and the seeds a sweep varies, as a part of a name that git allows."""
    named = {key.rpartition(".")[2]: value for key, value in changes.items() if key not in _IN_EVERY_NAME}
    text = "-".join(f"{key}_{value if isinstance(value, str) else hydra(value)}" for key, value in named.items())
    return re.sub(r"\.{2,}", ".", re.sub(r"[^A-Za-z0-9._-]+", "_", text))[:60].strip("._-")


class Clock:
    """How far a sweep is, and how long it may still take."""

    def __init__(self, total: int) -> None:
        """Start the clock of `total` experiments."""
        self._total, self._started = total, time.monotonic()
        self._first: float | None = None

    def elapsed(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._started

    def announce(self, number: int, experiment: Planned) -> None:
        """Say which experiment of how many begins, and what remains at the pace so far.

        The first one computes what all others share: as soon as there is another, it says nothing about the pace.
        """
        line = f"\n== experiment {number} of {self._total}: {experiment.name}"
        left = self._total - number + 1
        if number == 2:
            self._first = self.elapsed()
            line += f" ({_duration(self._first)} so far, at most {_duration(self._first * left)} to go)"
        elif self._first is not None:
            to_go = (self.elapsed() - self._first) / (number - 2) * left
            line += f" ({_duration(self.elapsed())} so far, about {_duration(to_go)} to go)"
        say(line, error=True)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60} h {minutes % 60:02} min" if minutes >= 60 else f"{minutes} min {rest:02} s"


def _print_plan(planned: Sequence[Planned]) -> None:
    width = max(len(experiment.existing or experiment.name) for experiment in planned)
    for experiment in planned:
        state = "there" if experiment.existing else "to run"
        say(f"{experiment.existing or experiment.name:{width}}  {state:6}  {experiment.combination.words()}".rstrip())
    sys.stdout.flush()


def _finish(planned: Sequence[Planned], changed: bool) -> None:
    """Bring MLflow up to date and say what to type next. MLflow is a view: its failure does not fail a sweep."""
    if not changed:
        which = f"all {len(planned)} experiments are" if len(planned) > 1 else "the experiment is"
        say(f"Nothing to run: {which} there. Nothing was changed.")
    if load_runtime().mlflow:
        from codereflect.cli.sync import synchronise

        try:
            say(synchronise())
        except UserError as error:
            say(f"warning: {error.message} Nothing is lost: codereflect mlflow-sync logs it later.", error=True)
    say("Next: codereflect compare, dvc exp show --only-changed, or make ui")
