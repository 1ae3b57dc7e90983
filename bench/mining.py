"""python bench/mining.py --folder .codereflect/packages --tree .venv/lib/python3.11/site-packages

How fast functions are mined, out of one package (serial) and out of a large tree (in processes), beside reading and
parsing the same files and nothing else; what was skipped and why; which functions run on their own, why the others do
not, and how many of those programs load in the sandbox; how long it takes to make all tasks of the package, with and
without running anything. Writes a table of bench/README.md. Rounds are interleaved.
"""

from __future__ import annotations

import argparse
import datetime
import os
import platform
import resource
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from codereflect import provenance
from codereflect.cli.publish import write_region
from codereflect.corpora.python_package.closure import Dependent, Standalone, closure
from codereflect.corpora.python_package.fetch import fetch
from codereflect.corpora.python_package.functions import tree_of
from codereflect.corpora.python_package.mining import MiningReport, mine
from codereflect.corpora.python_package.modules import TreeIndex
from codereflect.corpora.python_package.tree import Tree, Unreadable, source_files
from codereflect.corpus_params import PackageSource
from codereflect.corpus_specs import LIBRARY_TASKS
from codereflect.grading.text_rules import check_text
from codereflect.programs.mined_function import Function
from codereflect.records import given
from codereflect.sandbox import Job, Sandbox
from codereflect.sandbox_params import SandboxLimits
from codereflect.tasks.instruction.examples import instruction_examples

LIMITS = SandboxLimits(cpu_seconds=3.0, memory_mb=1024, output_kb=256, allow_weak=False, max_invalid=0.0)
LEAST, MOST = 5, 60
MOST_REASONS = 12


@dataclass
class Measured:
    """One way of going through a tree."""

    files: int = 0
    functions: int = 0
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)


def main() -> None:
    """Measure both trees, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--package", default="verl==0.9.1")
    parser.add_argument("--folder", type=Path, required=True, help="where fetched packages are kept")
    parser.add_argument("--tree", type=Path, required=True, help="a large tree")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tree-rounds", type=int, default=1)
    given = parser.parse_args()
    load = os.getloadavg()
    source = PackageSource(source="package", path=None, packages=[given.package], sha256=None)
    package = fetch(source, given.folder)[0].tree
    large = Tree("installed", "", given.tree)
    lines = ["| | files read | functions | seconds, median (range) | CPU seconds | files/s | functions/s |"]
    lines.append("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    left_out = []
    for name, tree, workers, rounds in (
        (given.package, package, 1, given.rounds),
        ("the large tree", large, given.workers, given.tree_rounds),
    ):
        measured, report = passes(tree, workers, rounds)
        lines += [row(f"{name}, {way}", one) for way, one in measured.items()]
        left_out.append(f"- {name}: {counted(report)}")
    lines += ["", *left_out, "", *all_tasks(package, given.workers, given.rounds)]
    lines += ["", *standing_alone(package, given.workers)]
    machine, day = provenance.machine(), datetime.date.today().isoformat()
    commit = (provenance.git_commit() or "?")[:10]
    lines += ["", f"{day}, commit {commit}, {machine['processor']}, Python {platform.python_version()}, "]
    lines[-1] += f"{given.rounds} rounds of the package, {given.tree_rounds} of the large tree; "
    lines[-1] += f"load of the machine's {os.cpu_count()} cores {load[0]:.0f} before, {os.getloadavg()[0]:.0f} after."
    write_region(Path("bench/README.md"), "mining", "\n".join([*lines, ""]))
    print("\n".join(lines))


def passes(tree: Tree, workers: int, rounds: int) -> tuple[dict[str, Measured], MiningReport]:
    """Mining and parsing alone, interleaved."""
    report = MiningReport()

    def mined() -> tuple[int, int]:
        nonlocal report
        report = MiningReport()
        functions = sum(1 for _ in mine([tree], LEAST, MOST, report, workers))
        return report.files - sum(report.skipped.values()), functions

    ways: dict[str, Callable[[], tuple[int, int]]] = {
        f"mined, {workers} worker{'s' * (workers > 1)}": mined,
        "parsed only, 1 worker": lambda: parsed(tree),
    }
    measured = {name: Measured() for name in ways}
    for number in range(rounds):
        for name, way in ways.items():
            one = measured[name]
            before, started = cpu(), time.monotonic()
            one.files, one.functions = way()
            one.wall.append(time.monotonic() - started)
            one.cpu.append(cpu() - before)
            print(f"round {number}: {name} {one.wall[-1]:.1f} s, CPU {one.cpu[-1]:.1f} s", file=sys.stderr)
    return measured, report


def parsed(tree: Tree) -> tuple[int, int]:
    """Read and parse the same files: what no miner can do without."""
    files = 0
    for file in source_files(tree):
        try:
            tree_of(file.path)
            files += 1
        except Unreadable:
            pass
    return files, 0


def cpu() -> float:
    """CPU seconds of this process and of those that have ended below it."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, kinds))


def row(name: str, one: Measured) -> str:
    """A row of the table."""
    wall = statistics.median(one.wall)
    spread = f"{wall:.2f} ({min(one.wall):.2f}-{max(one.wall):.2f})"
    functions, rate = (f"{one.functions:,}", f"{one.functions / wall:,.0f}") if one.functions else ("", "")
    used = statistics.median(one.cpu)
    return f"| {name} | {one.files:,} | {functions} | {spread} | {used:.2f} | {one.files / wall:,.0f} | {rate} |"


def counted(report: MiningReport) -> str:
    """What was left out, by reason."""
    files = ", ".join(f"{count:,} {reason}" for reason, count in report.skipped.most_common())
    functions = ", ".join(f"{count:,} {reason}" for reason, count in report.dropped.most_common())
    told = f"{report.files:,} files, of these skipped: {files or 'none'}"
    return f"{told}; {report.functions:,} functions, of these left out: {functions or 'none'}."


def all_tasks(tree: Tree, workers: int, rounds: int) -> list[str]:
    """From the tree to all tasks with their mutants and gold answers: without runs of programs, and with them once."""
    lines = [
        "| all tasks of the package | examples | seconds, median (range) | CPU seconds |",
        "| --- | --- | ---: | ---: |",
    ]
    for name, runs, times in (("nothing is run", False, rounds), ("gold answers and mutants are run", True, 1)):
        wall, used, counted = [], [], Counter[str]()
        for _ in range(times):
            before, started = cpu(), time.monotonic()
            counted = made(tree, workers, runs)
            wall.append(time.monotonic() - started)
            used.append(cpu() - before)
        spread = f"{statistics.median(wall):.1f} ({min(wall):.1f}-{max(wall):.1f})"
        told = ", ".join(f"{task} {count:,}" for task, count in counted.items())
        lines.append(f"| {name} | {told} | {spread} | {statistics.median(used):.1f} |")
    return lines


def made(tree: Tree, workers: int, runs: bool) -> Counter[str]:
    """How many examples of each task; closures are found either way."""
    functions, index = list(mine([tree], LEAST, MOST, None, workers)), TreeIndex(tree)
    programs = {one.identity: closure(one, index) for one in functions}

    def program_of(function: Function) -> str | None:
        found = programs[function.identity]
        return found.program if runs and isinstance(found, Standalone) else None

    examples, _ = instruction_examples(
        functions, program_of, LIBRARY_TASKS, 1, LIMITS, workers, lambda task, answer: check_text(task, answer).passes
    )
    return Counter(one.task for one in examples)


def standing_alone(tree: Tree, workers: int) -> list[str]:
    """Which top-level functions run on their own, and whether their programs load."""
    functions = [one for one in mine([tree], LEAST, MOST) if one.owner is None]
    index = TreeIndex(tree)
    started = time.monotonic()
    found = [(one, closure(one, index)) for one in functions]
    seconds = time.monotonic() - started
    alone = [(one, made) for one, made in found if isinstance(made, Standalone)]
    others = [made for _, made in found if isinstance(made, Dependent)]
    lines = ["| why a function does not stand alone | functions | most often |", "| --- | ---: | --- |"]
    for reason, count in Counter(made.reason for made in others).most_common(MOST_REASONS):
        details = Counter(made.detail for made in others if made.reason == reason).most_common(3)
        lines.append(f"| {reason} | {count} | {', '.join(f'{what} {times}' for what, times in details)} |")
    told = f"{len(alone)} of {len(functions)} top-level functions stand alone ({seconds:.1f} s)"
    return [*lines, "", f"{told}; {loaded(alone, workers)} of these programs load in the sandbox."]


def loaded(alone: list[tuple[Function, Standalone]], workers: int) -> int:
    """How many programs define their function without an error, confined."""
    jobs = [
        Job(
            given(one.identity, 0),
            made.program,
            made.entry_point,
            [f"assert callable({made.entry_point})"],
            sealed=False,
        )
        for one, made in alone
    ]
    with Sandbox(LIMITS, workers) as sandbox:
        results = list(sandbox.run(jobs))
    for result in results:
        if result.verdict.outcome != "pass":
            print(f"{result.verdict.of.task_id}: {result.verdict.feedback}", file=sys.stderr)
    return sum(result.verdict.outcome == "pass" for result in results)


if __name__ == "__main__":
    main()
