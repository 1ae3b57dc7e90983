"""python bench/agreement.py --humaneval HumanEvalPlus.jsonl.gz --mbpp MbppPlus.jsonl.gz --peer PEER/bin/python

Agreement with EvalPlus 0.3.1, verdict by verdict (base, and base and plus), on the same answers in one run, and the
speeds of both. PEER is a virtual environment with `evalplus`. Answers are the references, first-order mutants of them,
cut ones, and published answers (--published FILE). Writes the table of bench/README.md, and what differs to --out.
"""

from __future__ import annotations

import argparse
import datetime
import gzip
import json
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from codereflect import provenance
from codereflect.cli.publish import write_region
from codereflect.corpora.micro.mutation import mutants

# tasks of MBPP+ v0.1 that v0.2 dropped, on which EvalPlus 0.3 has its rules
DROPPED = "83 115 117 143 164 229 249 295 396 400 407 431 438 442 461 574 582 595 640 746 783"
Key = tuple[str, int]
Verdicts = dict[Key, tuple[bool, bool]]


def main() -> None:
    """Judge the answers with both, suite by suite, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--humaneval", type=Path, required=True)
    parser.add_argument("--mbpp", type=Path, required=True)
    parser.add_argument("--peer", type=Path, required=True)
    parser.add_argument("--published", type=Path, nargs="*", default=[])
    parser.add_argument("--answers", type=int, default=5000, help="about so many in all")
    parser.add_argument("--tasks", type=int, help="only so many of each suite, drawn at random")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--out", type=Path, help="JSON lines: the answers on which the verdicts differ")
    given = parser.parse_args()
    published = [row for file in given.published for row in read(file)]
    columns = "suite, answers, pass base, pass plus, same, base differs, plus differs, ours/s, EvalPlus/s, faster by"
    lines = [f"| {columns.replace(', ', ' | ')} |", f"| --- |{' ---: |' * columns.count(',')}"]
    dropped = {f"Mbpp/{number}" for number in DROPPED.split()}
    suites = {"humaneval": read(given.humaneval), "mbpp": read(given.mbpp)}
    for name, rows in suites.items():
        kept = [row for row in rows if row["task_id"] not in dropped]
        suites[name] = random.Random(1).sample(kept, min(len(kept), given.tasks or len(kept)))
    most = max(1, round(given.answers / sum(map(len, suites.values()))))
    differing: list[dict[str, Any]] = []
    for name, rows in suites.items():
        answers = [one for row in rows for one in answers_to(row, published, most)]
        with tempfile.TemporaryDirectory() as scratch:
            write(Path(scratch, "problems.jsonl"), rows)
            write(Path(scratch, "samples.jsonl"), answers)
            ours = run_ours(Path(scratch), given.workers)
            theirs = run_peer(Path(scratch), name, given.peer, given.workers)
        lines.append(compared(name, ours, theirs))
        for key, one in zip(numbered(answers), answers, strict=True):
            if ours[0][key] != theirs[0][key]:
                differing.append(one | {"ours": ours[0][key], "theirs": theirs[0][key]})
    if given.out:
        write(given.out, differing)
    for one in differing:
        print(one["task_id"], "ours", one["ours"], "theirs", one["theirs"], file=sys.stderr)
    day, commit = datetime.date.today().isoformat(), (provenance.git_commit() or "?")[:10]
    machine = f"{provenance.machine()['processor']}, Python {platform.python_version()}, {given.workers} workers"
    lines += ["", f"{day}, commit {commit}, {machine}, load {os.getloadavg()[2]:.1f} (15 minutes)."]
    write_region(Path("bench/README.md"), "agreement", "\n".join([*lines, ""]))
    print("\n".join(lines))


def compared(name: str, ours: tuple[Verdicts, float], theirs: tuple[Verdicts, float]) -> str:
    """A line of the table."""
    pairs = [(ours[0][key], found) for key, found in theirs[0].items()]
    same = sum(one == other for one, other in pairs)
    counts = [sum(other[place] for _, other in pairs) for place in (0, 1)]
    apart = [sum(one[place] != other[place] for one, other in pairs) for place in (0, 1)]
    rates = [f"{len(pairs) / seconds:.1f}" for seconds in (ours[1], theirs[1])]
    share = f"{same} ({100 * same / len(pairs):.2f}%)"
    cells = [name, len(pairs), *counts, share, *apart, *rates, f"{theirs[1] / ours[1]:.1f}"]
    return f"| {' | '.join(map(str, cells))} |"


def answers_to(row: dict[str, Any], published: list[dict[str, Any]], most: int) -> list[dict[str, str]]:
    """Whole programs: the reference, published answers, mutants and cut references, up to `most` in all."""
    task, program = row["task_id"], row["prompt"] + row["canonical_solution"]
    known = [one["completion"] for one in published if one["task_id"] == task]
    cut = [program[: len(row["prompt"]) + len(row["canonical_solution"]) * part // 4] for part in (1, 2, 3)]
    texts = list(dict.fromkeys([program, *known, *(one.source for one in mutants(program)), *cut]))
    fixed = 1 + len(known)
    rest = random.Random(task).sample(texts[fixed:], min(len(texts) - fixed, max(0, most - fixed)))
    return [{"task_id": task, "solution": text} for text in [*texts[:fixed], *rest]]


def run_ours(folder: Path, workers: int) -> tuple[Verdicts, float]:
    """Verdicts and seconds of `codereflect score`; the answers are whole programs already."""
    command = [
        sys.executable,
        "-m",
        "codereflect.cli.main",
        "score",
        "--prepend-prompt",
        "no",
        "--workers",
        str(workers),
    ]
    for option, file in (("problems", "problems.jsonl"), ("samples", "samples.jsonl"), ("out", "out")):
        command += [f"--{option}", str(folder / file)]
    seconds = timed(command)
    passed: dict[Key, list[bool]] = {}
    for row in read(folder / "out" / "verdicts.jsonl"):
        key = row["task_id"], row["sample_index"]
        passed.setdefault(key, [False, False])[row["suite"].endswith("+")] = bool(row["passed"])
    return {key: (base, plus) for key, (base, plus) in passed.items()}, seconds


def run_peer(folder: Path, name: str, python: Path, workers: int) -> tuple[Verdicts, float]:
    """The same of EvalPlus; its expected outputs are worked out before the clock starts."""
    home = {"XDG_CACHE_HOME": str(folder), "HOME": str(folder)}
    settings = home | {f"{name.upper()}_OVERRIDE_PATH": str(folder / "problems.jsonl")}
    command = [str(python.parent / "evalplus.evaluate"), "--dataset", name, "--samples", str(folder / "samples.jsonl")]
    command += ["--parallel", str(workers)]
    first = {one["task_id"]: one for one in read(folder / "samples.jsonl")}
    write(folder / "warm.jsonl", [{**one, "solution": "pass"} for one in first.values()])
    timed([part.replace("samples.jsonl", "warm.jsonl") for part in command], settings)
    seconds = timed(command, settings)
    found = json.loads((folder / "samples_eval_results.json").read_text())["eval"]
    return {
        (task, index): (base := one["base_status"] == "pass", base and one["plus_status"] == "pass")
        for task, rows in found.items()
        for index, one in enumerate(rows)
    }, seconds


def timed(command: list[str], settings: dict[str, str] | None = None) -> float:
    """Seconds of a whole command."""
    started = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | (settings or {}))
    if done.returncode:
        sys.exit(f"{' '.join(command[:4])} ... failed: {done.stderr[-2000:]}")
    return time.monotonic() - started


def numbered(rows: list[dict[str, str]]) -> list[Key]:
    """Each row's task and its place among the answers to it."""
    seen: dict[str, int] = {}
    found = []
    for row in rows:
        index = seen[row["task_id"]] = seen.get(row["task_id"], -1) + 1
        found.append((row["task_id"], index))
    return found


def read(path: Path) -> list[dict[str, Any]]:
    """The rows of a file of JSON lines."""
    with gzip.open(path, "rt") if path.suffix == ".gz" else open(path) as stream:
        return [json.loads(line) for line in stream if line.strip()]


def write(path: Path, rows: list[dict[str, Any]]) -> None:
    """Write JSON lines."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


if __name__ == "__main__":
    main()
