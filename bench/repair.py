"""python bench/repair.py

How hard the repair suites of micro are for the models that are there: greedy answers of models/base and models/sft,
beside the same behaviours asked for plainly and beside an answer that copies the wrong solution. Needs models/base and
models/sft (`dvc repro sft`). Writes the table of docs/micro.md.
"""

from __future__ import annotations

import argparse
import datetime
import os
from collections import Counter
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from codereflect import paths, provenance
from codereflect.cli.publish import write_region
from codereflect.corpora.micro import chain_records, dealing, hidden_tests, repair_suites
from codereflect.corpora.micro.dealing import Deal
from codereflect.generation.engines.engine import Decoding
from codereflect.generation.engines.local import LocalEngine
from codereflect.generation.sampling import sample
from codereflect.grading.case import Case, cases_of, given_case
from codereflect.grading.check import check
from codereflect.material import WrongProgram
from codereflect.params import Params, load_params
from codereflect.records import Problem
from codereflect.store import Store

MODELS = {"base": paths.BASE_MODEL, "sft": paths.SFT_MODEL}


def plain_twins(problems: list[Problem], dealt: Deal, seed: int) -> list[Problem]:
    """The problems of the plain suites with the same behaviours and, but for the shown call, the same tests."""
    found = []
    for problem in problems:
        number = int(problem.task_id.rpartition("/")[2])
        java = problem.language == "java"
        chain = (dealt.test_java if java else dealt.test_python)[number]
        shown = [] if java else [arguments for arguments, _ in chain_records.python_texts(chain, seed)[1]]
        strength = hidden_tests.choose(chain.python, chain.takes, chain.has_parameter, shown)
        make = chain_records.java_problem if java else chain_records.python_problem
        found.append(make(chain, seed, number, strength))
    return found


def mistake(problem: Problem) -> str:
    """The wrong solution that a problem shows."""
    assert isinstance(problem.material, WrongProgram), problem.task_id
    return problem.material.code


def passed(cases: list[Case], params: Params) -> list[bool]:
    """Which answers pass."""
    verdicts = check(cases, params.sandbox, 1).verdicts
    return [verdicts[case.of].outcome == "pass" for case in cases]


def squeezed(code: str | None) -> str:
    """A text without blanks: what a model copies token by token may be spaced otherwise."""
    return "".join((code or "").split())


def main() -> None:
    """Ask every model for every suite and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python-tasks", type=int, default=300)
    parser.add_argument("--java-tasks", type=int, default=150)
    given = parser.parse_args()
    params = load_params()
    dealt, seed = dealing.deal(params.corpus.micro, params.data.seed), params.data.seed
    suites = [
        repair_suites.repair_problems(dealt, seed, given.python_tasks),
        repair_suites.java_repair_problems(dealt, seed, given.java_tasks),
    ]
    decoding = Decoding(0.0, 1.0, params.generate.max_new_tokens, params.generate.batch_size, params.generate.seed)
    lines = ["| suite | tasks | model | pass@1 | copies the mistake | same behaviours, plainly asked |"]
    lines += ["| --- | ---: | --- | ---: | ---: | ---: |"]
    kinds = {}
    for problems in suites:
        twins, name = plain_twins(problems, dealt, seed), problems[0].suite
        share = sum(passed([given_case(one, mistake(one)) for one in problems], params)) / len(problems)
        lines.append(f"| {name} | {len(problems)} | (a copy of the mistake) | {share:.3f} | 1.000 | |")
        for model, folder in MODELS.items():
            engine, store = LocalEngine(folder, 1), Store(None)
            samples = sample(engine, problems, "default", 1, decoding, store)
            solved = passed(cases_of(problems, samples), params)
            plain = sample(engine, twins, "default", 1, decoding, store)
            copied = sum(squeezed(s.code) == squeezed(mistake(p)) for s, p in zip(samples, problems, strict=True))
            cells = [sum(solved), copied, sum(passed(cases_of(twins, plain), params))]
            told = " | ".join(f"{count / len(problems):.3f}" for count in cells)
            lines.append(f"| {name} | {len(problems)} | {model} | {told} |")
            kinds[name, model] = by_kind(problems, solved)
            print(lines[-1], kinds[name, model], sep="\n", flush=True)
    lines += ["", *(f"- {name}, {model}, pass@1 by kind: {told}." for (name, model), told in kinds.items())]
    machine, day = provenance.machine(), datetime.date.today().isoformat()
    commit = (provenance.git_commit() or "?")[:10]
    lines += ["", f"{day}, commit {commit}, {machine['processor']}, base.seed {params.base.seed}.", ""]
    write_region(Path("docs/micro.md"), "repair", "\n".join(lines))


def by_kind(problems: list[Problem], solved: list[bool]) -> str:
    """`constant 12/38, order 3/37`: of each kind, how many were solved."""
    asked = Counter(problem.category for problem in problems)
    right = Counter(problem.category for problem, good in zip(problems, solved, strict=True) if good)
    return ", ".join(f"{kind} {right[kind]}/{asked[kind]}" for kind in sorted(asked))


if __name__ == "__main__":
    main()
