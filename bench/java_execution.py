"""python bench/java_execution.py

Java programs per second of the sandbox against one cold compiler and one cold machine each (`javac`, `java -ea`), on
the same programs in the same run: whole commands, interleaved, two workers each. The programs are answers to micro's
Java tasks: references and references with a changed number. Writes its table of bench/README.md.
"""

from __future__ import annotations

import argparse
import datetime
import json
import platform
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from codereflect import provenance
from codereflect.cli.publish import write_region
from codereflect.corpora.micro import JAVA_SUITE, suites
from codereflect.corpus_params import MicroCorpus
from codereflect.grading import java_program
from codereflect.programs.java_frame import ENTRANCE
from codereflect.records import Problem, given
from codereflect.sandbox.java.java_sandbox import JavaJob, JavaSandbox, probe_java
from codereflect.sandbox_params import SandboxLimits

LIMITS = SandboxLimits(cpu_seconds=5.0, memory_mb=256, output_kb=64, allow_weak=False, max_invalid=0.0)
NUMBER = re.compile(r"(?<![\w.])\d+(?![\w.])")

Outcomes = list[bool]


def main() -> None:
    """Measure both, interleaved, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--sealed", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.sealed:
        run_sealed(given.sealed, given.workers)
        return
    java = probe_java()
    if java.version is None:
        sys.exit(f"{java.reason} {java.fix}")
    units = programs(given.tasks)
    commands: dict[str, Callable[[], Outcomes]] = {
        "sealed": lambda: sealed(units, given.workers),
        "cold javac and java -ea": lambda: cold(units, given.workers),
    }
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    found: dict[str, Outcomes] = {}
    for number in range(given.rounds + 1):  # the first is a warm-up: file caches, our compiled classes
        for name, command in commands.items():
            started = time.perf_counter()
            found[name] = command()
            took = time.perf_counter() - started
            if number:
                seconds[name].append(took)
            print(f"round {number}: {name} {len(units) / took:.1f}/s", file=sys.stderr)
    lines = table(seconds, found, len(units))
    day, commit = datetime.date.today().isoformat(), (provenance.git_commit() or "?")[:10]
    lines += ["", f"{day}, commit {commit}, {provenance.machine()['processor']}, Java {java.version}, "]
    lines[-1] += f"Python {platform.python_version()}, {given.workers} workers, {given.rounds} rounds, "
    lines[-1] += f"{len(units)} programs."
    write_region(Path("bench/README.md"), "java", "\n".join([*lines, ""]))
    print("\n".join(lines))


def programs(tasks: int) -> list[tuple[str, str]]:
    """Pairs of a program and its tests, half of them with one number changed (which may still be right)."""
    corpus = MicroCorpus(
        size=1.0, train_python=50, train_java=50, test_python=1, test_java=tasks, test_repair=0, test_java_repair=0
    )
    found = []
    for problem in suites(corpus, seed=1)[0][JAVA_SUITE]:
        for code in (problem.reference or "", changed(problem)):
            tests = java_program.tests_unit(problem.hidden_tests or [])
            found.append((java_program.program(problem, code), tests))
    return found


def changed(problem: Problem) -> str:
    """The reference with its last number one higher."""
    reference = problem.reference or ""
    places = list(NUMBER.finditer(reference))
    if not places:
        return reference.replace("return", "return ! ", 1)
    last = random.Random(problem.task_id).choice(places)
    return f"{reference[: last.start()]}{int(last[0]) + 1}{reference[last.end() :]}"


def sealed(units: list[tuple[str, str]], workers: int) -> Outcomes:
    """The sandbox as a command of its own, its start included."""
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch, "units.json")
        file.write_text(json.dumps(units))
        command = [sys.executable, __file__, "--sealed", str(file), "--workers", str(workers)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    return list(json.loads(done.stdout))


def run_sealed(file: Path, workers: int) -> None:
    """What `sealed` starts: judge the programs of a file and print which pass."""
    units = json.loads(file.read_text())
    jobs = [
        JavaJob(given("", i), code, ENTRANCE, [tests], owner=java_program.OWNER)
        for i, (code, tests) in enumerate(units)
    ]
    with JavaSandbox(LIMITS, workers) as sandbox:
        print(json.dumps([result.verdict.outcome == "pass" for result in sandbox.run(jobs)]))


def cold(units: list[tuple[str, str]], workers: int) -> Outcomes:
    """One compiler and one machine per program, as evaluations of Java usually are."""
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(lambda unit: cold_one(*unit), units))


def cold_one(code: str, tests: str) -> bool:
    """Whether a program passes: exit status 0 of both commands."""
    folder = tempfile.mkdtemp()
    try:
        Path(folder, "Program.java").write_text(code)
        # the tests call the entrance of the class by its bare name, as the sandbox lets them
        bare = re.sub(rf"(?<![\w.]){ENTRANCE}\(", f"{java_program.OWNER}.{ENTRANCE}(", tests)
        Path(folder, "Tests.java").write_text(bare)
        quiet = {"cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        if subprocess.run(["javac", "Program.java", "Tests.java"], **quiet).returncode:  # type: ignore[call-overload]
            return False
        run = ["java", "-ea", "-cp", ".", java_program.TESTS_CLASS]
        return bool(subprocess.run(run, **quiet).returncode == 0)  # type: ignore[call-overload]
    finally:
        shutil.rmtree(folder)


def table(seconds: dict[str, list[float]], found: dict[str, Outcomes], count: int) -> list[str]:
    """Programs per second, the ratio of each round, and how far the verdicts agree."""
    lines = ["| command | programs/s, median (range) | sealed is faster by | passing | other verdicts |"]
    lines.append("| --- | ---: | ---: | ---: | ---: |")
    ours = seconds["sealed"]
    for name, took in seconds.items():
        rates = [count / one for one in took]
        ratios = [theirs / own for theirs, own in zip(took, ours, strict=True)]
        faster = "" if name == "sealed" else spread(ratios)
        others = sum(a != b for a, b in zip(found[name], found["sealed"], strict=True))
        lines.append(f"| {name} | {spread(rates)} | {faster} | {sum(found[name])} of {count} | {others} |")
    return lines


def spread(values: list[float]) -> str:
    """Median and range."""
    return f"{statistics.median(values):.1f} ({min(values):.1f}-{max(values):.1f})"


if __name__ == "__main__":
    main()
