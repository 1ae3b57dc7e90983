"""Progress of long work on stderr: a bar with rate and ETA on a terminal, a line every so often elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from codereflect.runtime import load_runtime
from codereflect.terminal import one_line, say

# Seconds between two lines where there is no terminal to draw a bar on (a log file, a CI run).
QUIET_INTERVAL = 20.0
# What is done within so many seconds of the first unit comes with it: before it a model was loaded, say, and a batch
# ends at once. The pace is measured from there.
_FIRST_BATCH = 0.5


class Advance(Protocol):
    """Tell that `amount` more units are done; `note` is shown beside the bar (a loss, say)."""

    def __call__(self, amount: float = 1, note: str = "") -> None: ...  # noqa: D102


@contextmanager
def progress(title: str, total: float, unit: str, done: float = 0) -> Iterator[Advance]:
    """Show progress towards `total` units while the block runs; `done` units were finished earlier (resumed work)."""
    if load_runtime().progress == "off":
        yield _silent
    elif sys.stderr.isatty():
        with _bar(title, total, unit, done) as advance:
            yield advance
    else:
        yield _Lines(title, total, unit, done)


@contextmanager
def reporting(what: str, total: int) -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar over several counts that each start at 0: `report(what, done, of how many)`."""
    with progress(what, total, "tasks") as advance:
        seen: dict[str, int] = {}

        def report(part: str, done: int, of: int) -> None:
            advance(max(0, done - seen.get(part, 0)), part)
            seen[part] = done

        yield report


def _silent(amount: float = 1, note: str = "") -> None:
    """Progress that nobody wants to see."""


@contextmanager
def _bar(title: str, total: float, unit: str, done: float) -> Iterator[Advance]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}", markup=False),
        TimeElapsedColumn(),
        TextColumn("ETA"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[note]}", markup=False),
    )
    with Progress(*columns, console=Console(stderr=True), transient=False) as bars:
        task = bars.add_task(one_line(title), total=int(total), completed=int(done), rate="", note="")

        def advance(amount: float = 1, note: str = "") -> None:
            speed = bars.tasks[0].speed
            rate = f"{speed:.1f} {unit}/s" if speed else ""
            bars.update(task, advance=int(amount), rate=rate)
            if note:
                bars.update(task, note=one_line(note))

        yield advance


class _Lines:
    """The same facts as plain lines."""

    def __init__(self, title: str, total: float, unit: str, done: float) -> None:
        self._title, self._total, self._unit = title, total, unit
        self._done = self._before = done
        self._note = ""
        self._first: float | None = None
        self._started = self._spoken = time.monotonic()

    def __call__(self, amount: float = 1, note: str = "") -> None:
        self._done += amount
        self._note = note or self._note
        now = time.monotonic()
        self._first = now if self._first is None else self._first
        if now - self._first < _FIRST_BATCH:
            self._before, self._started = self._done, now
        if now - self._spoken < QUIET_INTERVAL:
            return
        self._spoken = now
        line = f"{self._title}: {self._done:.0f}/{self._total:.0f} {self._unit}"
        if self._done > self._before:
            rate = (self._done - self._before) / (now - self._started)
            line += f", {rate:.1f}/s, ETA {(self._total - self._done) / rate:.0f} s"
        say(one_line(f"{line} {self._note}".rstrip()), error=True)
