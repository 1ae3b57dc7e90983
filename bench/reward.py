"""python bench/reward.py --humaneval HumanEval.jsonl.gz --mbpp mbpp.jsonl.gz

Rewards of the suites' own checks, written as test files in three styles: how many are accepted, how much they kill, how
many rewards a second, and where the time goes. Writes a table of bench/README.md.
"""

from __future__ import annotations

import argparse
import ast
import datetime
import gzip
import json
import platform
import resource
import sys
import textwrap
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from codereflect import provenance
from codereflect.cli.publish import write_region
from codereflect.grading.unit_tests.reward import MOST_MUTANTS, Reward, Row, by_text, decide, job
from codereflect.grading.unit_tests.subject import prepare
from codereflect.sandbox import UnitSandbox
from codereflect.sandbox_params import SandboxLimits

LIMITS = SandboxLimits(cpu_seconds=3.0, memory_mb=1024, output_kb=1024, allow_weak=False, max_invalid=0.0)
STYLES = ("bare", "pytest", "unittest")
# steps in the workers, as their facts name them
STEPS = {
    "runs": "runs of the tests",
    "walks": "mutants, without the tests",
    "equivalence": "survivors on made-up inputs",
}


@dataclass
class Measured:
    """One suite in one style."""

    rewards: list[Reward] = field(default_factory=list)
    wall: float = 0.0
    cpu: float = 0.0
    texts: float = 0.0
    mutants: int = 0
    runs: int = 0
    workers: Counter[str] = field(default_factory=Counter)


def main() -> None:
    """Measure both suites in all styles, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--humaneval", type=Path, required=True)
    parser.add_argument("--mbpp", type=Path, required=True)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--every", type=int, default=1, help="Only every n-th task")
    given = parser.parse_args()
    suites = {"HumanEval": list(humaneval(given.humaneval)), "MBPP": list(mbpp(given.mbpp))}
    found = {}
    for suite, tasks in suites.items():
        for number, style in enumerate(STYLES):
            rows = [tests[number] for tests in tasks[:: given.every]]
            found[suite, style] = measure(rows, given.workers)
            told = Counter(one.word for one in found[suite, style].rewards)
            print(suite, style, dict(told), file=sys.stderr)
    lines = [*table(found), "", *steps(found, given.workers)]
    machine, day = provenance.machine(), datetime.date.today().isoformat()
    commit = (provenance.git_commit() or "?")[:10]
    lines += ["", f"{day}, commit {commit}, {machine['processor']}, Python {platform.python_version()}, "]
    lines[-1] += f"{given.workers} workers, at most {MOST_MUTANTS} mutants each."
    write_region(Path("bench/README.md"), "reward", "\n".join([*lines, ""]))
    print("\n".join(lines))


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a file of JSON lines."""
    with gzip.open(path, "rt") if path.suffix == ".gz" else open(path) as stream:
        return [json.loads(line) for line in stream if line.strip()]


def humaneval(path: Path) -> Iterator[list[Row]]:
    """Each problem's `check` as a test file, in every style."""
    for row in read_rows(path):
        code, name = row["prompt"] + row["canonical_solution"], row["entry_point"]
        tree = ast.parse(row["test"])
        check = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "check")
        head = "\n".join(ast.unparse(node) for node in tree.body if node is not check)
        body = "\n".join([f"candidate = {name}", *(ast.unparse(node) for node in check.body)])
        bare = f"from solution import *\n{row['test']}\n\ncheck({name})\n"
        yield [Row(code, name, text) for text in (bare, *in_styles(head, [body]))]


def mbpp(path: Path) -> Iterator[list[Row]]:
    """Each problem's assertions as a test file, in every style."""
    for row in read_rows(path):
        code, tests = row["code"].replace("\r\n", "\n"), [test.replace("\r\n", "\n") for test in row["test_list"]]
        setup = row["test_setup_code"].replace("\r\n", "\n")
        bare = "\n".join([setup, *tests, ""])
        name = called(code, bare)
        if name is not None:
            yield [Row(code, name, text) for text in (bare, *in_styles(setup, tests))]


def called(code: str, tests: str) -> str | None:
    """The function of the code that the tests call."""
    defined = {node.name for node in ast.parse(code).body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    calls = [node.func for node in ast.walk(ast.parse(tests)) if isinstance(node, ast.Call)]
    return next((node.id for node in calls if isinstance(node, ast.Name) and node.id in defined), None)


def in_styles(head: str, bodies: list[str]) -> tuple[str, str]:
    """Test functions, and a test case."""
    functions = [
        f"def test_{number}():\n{textwrap.indent(body.strip(), '    ')}\n" for number, body in enumerate(bodies)
    ]
    methods = [textwrap.indent(text.replace("():", "(self):", 1), "    ") for text in functions]
    plain = f"import pytest\nfrom my_module import *\n{head}\n\n" + "\n".join(functions)
    case = f"import unittest\nfrom package.my_module import *\n{head}\n\nclass TestIt(unittest.TestCase):\n"
    return plain, case + "\n".join(methods) + "\nif __name__ == '__main__':\n    unittest.main()\n"


def measure(rows: list[Row], workers: int) -> Measured:
    """Judge rows as `grade_tests` does, and keep what the workers say of their time."""
    found = Measured()
    started = time.monotonic()
    jobs = []
    for row in rows:
        assert by_text(row) is None, row
        jobs.append(job(row, prepare(row.code, row.entry_point, MOST_MUTANTS)))
    found.texts = time.monotonic() - started
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with UnitSandbox(LIMITS, workers) as sandbox:
        for row, asked, result in zip(rows, jobs, sandbox.run(jobs), strict=True):
            reward = decide(result, row, prepare(row.code, row.entry_point, MOST_MUTANTS))
            found.rewards.append(reward)
            facts = result.facts or {}
            found.workers.update(facts.get("seconds", {}))
            found.runs += facts.get("runs", 0)
            found.mutants += len(asked.mutants)
            if reward.verdict != "accept":
                print(row.entry_point, reward, file=sys.stderr)
    found.wall = time.monotonic() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    found.cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return found


def table(found: dict[tuple[str, str], Measured]) -> list[str]:
    """Shares and speeds."""
    heads = ("tests", "accepted", "mean reward", "mutants each", "equivalent?", "unsealed", "CPU ms each", "rewards/s")
    lines = [f"| suite, style | {' | '.join(heads)} |", f"| --- | {' | '.join(['---:'] * len(heads))} |"]
    for (suite, style), one in found.items():
        good = [reward for reward in one.rewards if reward.verdict == "accept"]
        mean = sum(reward.reward or 0 for reward in good) / max(1, len(good))
        alike = sum(reward.equivalent for reward in one.rewards) / max(1, one.mutants)
        cells = [
            f"{suite}, {style}",
            str(len(one.rewards)),
            f"{100 * len(good) / len(one.rewards):.1f}%",
            f"{mean:.3f}",
        ]
        cells += [f"{one.mutants / len(one.rewards):.1f}", f"{100 * alike:.1f}%"]
        cells += [str(sum(not reward.sealed for reward in one.rewards)), f"{1000 * one.cpu / len(one.rewards):.0f}"]
        cells += [f"{len(one.rewards) / one.wall:.1f}"]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def steps(found: dict[tuple[str, str], Measured], workers: int) -> list[str]:
    """The share of the workers' time by step, and of the caller's."""
    spent: Counter[str] = sum((one.workers for one in found.values()), Counter())
    rewards, runs = sum(len(one.rewards) for one in found.values()), sum(one.runs for one in found.values())
    lines = ["| where the workers' time goes | share | ms a reward |", "| --- | ---: | ---: |"]
    rest = spent["all"] - sum(spent[name] for name in STEPS)
    for name, seconds in [*((told, spent[step]) for step, told in STEPS.items()), ("all else", rest)]:
        lines.append(f"| {name} | {100 * seconds / spent['all']:.0f}% | {1000 * seconds / rewards:.1f} |")
    texts = 1000 * sum(one.texts for one in found.values()) / rewards
    lines += [
        "",
        f"{runs / rewards:.1f} runs of the tests a reward; in the caller {texts:.1f} ms for texts, mutants and",
    ]
    lines[-1] += " inputs (mutants of a program are made once)."
    return lines


if __name__ == "__main__":
    main()
