"""python bench/suite_tasks.py --humaneval HumanEval.jsonl.gz --mbpp mbpp.jsonl.gz

How many problems of HumanEval and MBPP give a task of repair and one of writing tests, and whether these can be
trusted: references must pass, wrong programs must fail, gold tests must be accepted. Writes tables of bench/README.md.
"""

from __future__ import annotations

import argparse
import datetime
import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path

from codereflect import provenance
from codereflect.cli.publish import write_region
from codereflect.formats.public_suites import of_part, suite_problems
from codereflect.material import WrongProgram
from codereflect.records import Problem, given
from codereflect.sandbox import Job, Sandbox, why_unsealed
from codereflect.sandbox_params import SandboxLimits
from codereflect.tasks import suite_unit_test
from codereflect.tasks.public_tests import true_examples
from codereflect.tasks.suite_repair import repair_problems

# a wrong program that does not end in a second is no task anyway; the references get more
LIMITS = SandboxLimits(cpu_seconds=1.0, memory_mb=512, output_kb=64, allow_weak=False, max_invalid=0.05)
REFERENCE_LIMITS = LIMITS.model_copy(update={"cpu_seconds": 3.0, "memory_mb": 1024, "output_kb": 1024})
SEED = 1


def main() -> None:
    """Measure both suites and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--humaneval", type=Path, required=True)
    parser.add_argument("--mbpp", type=Path, required=True)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    files = {"humaneval": options.humaneval, "mbpp": options.mbpp}
    suites = {name: suite_problems(name, path) for name, path in files.items()}
    lines = ["| repair of | problems | tasks | references pass | wrong programs fail | kinds | dropped |"]
    lines.append("| --- | ---: | ---: | ---: | ---: | ---: | --- |")
    lines += [repaired(name, problems, options.workers) for name, problems in suites.items()]
    lines += ["", "| tests for | problems | gold tests | accepted | mutants killed | dropped |"]
    lines.append("| --- | ---: | ---: | ---: | ---: | --- |")
    parts = {"HumanEval": suites["humaneval"]}
    parts |= {f"MBPP, {part}": of_part(suites["mbpp"], part) for part in ("train", "test")}
    lines += [tested(name, problems, options.workers) for name, problems in parts.items()]
    day, commit = datetime.date.today().isoformat(), (provenance.git_commit() or "?")[:10]
    lines += ["", f"{day}, commit {commit}, seed {SEED}, {options.workers} workers.", ""]
    write_region(Path("bench/README.md"), "suite_tasks", "\n".join(lines))
    print("\n".join(lines))


def repaired(name: str, problems: Sequence[Problem], workers: int) -> str:
    """A line on the repair tasks of a suite."""
    told, _ = true_examples(problems, REFERENCE_LIMITS, workers)
    with Sandbox(LIMITS, workers) as sandbox:
        found, card = repair_problems(told, f"{name}_repair", SEED, sandbox)
        right = outcomes(found, [one.reference for one in found], sandbox)
        wrong = outcomes(found, [one.material.code for one in found if isinstance(one.material, WrongProgram)], sandbox)
    text = "\n".join(one.model_dump_json() for one in found)
    print(name, card, hashlib.sha256(text.encode()).hexdigest(), file=sys.stderr, flush=True)
    shares = f"{right.count('pass') / len(found):.1%} | {wrong.count('fail') / len(found):.1%}"
    return f"| {name} | {len(problems)} | {len(found)} | {shares} | {len(card['kinds'])} | {reasons(card['dropped'])} |"


def outcomes(problems: Sequence[Problem], codes: Sequence[str | None], sandbox: Sandbox) -> list[str]:
    """What the hidden tests say of a program each."""
    jobs = []
    for problem, code in zip(problems, codes, strict=True):
        tests, entry_point = problem.hidden_tests or [], problem.entry_point or ""
        sealed = why_unsealed(tests, entry_point) is None
        jobs.append(Job(given(problem.task_id, 0), code or "", entry_point, tests, sealed=sealed))
    return [result.verdict.outcome for result in sandbox.run(jobs)]


def tested(name: str, problems: Sequence[Problem], workers: int) -> str:
    """A line on the gold tests of a suite."""
    _, card = suite_unit_test.unit_test_problems(problems, "unit_test", REFERENCE_LIMITS, workers)
    print(name, card, file=sys.stderr, flush=True)
    mutants = card["mutants"]
    killed = f"{mutants['killed'] / mutants['judged']:.1%} of {mutants['judged']}"
    counts = f"{card['problems']} | {card['gold_tests']} | {card['accepted'] / card['gold_tests']:.1%}"
    return f"| {name} | {counts} | {killed} | {reasons(card['dropped'])} |"


def reasons(dropped: dict[str, int]) -> str:
    """`no public test 25`, or a dash."""
    return ", ".join(f"{reason} {count}" for reason, count in dropped.items()) or "-"


if __name__ == "__main__":
    main()
