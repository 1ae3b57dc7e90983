"""python bench/base_abilities.py

What the base model can do besides plain tasks: repair a function, write tests, answer step by step, on tasks it was
not trained on. Needs data/raw, data/prepared and models/base (`dvc repro base`). Writes the table of docs/micro.md.
"""

from __future__ import annotations

import argparse
import ast
import datetime
import os
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from codereflect import paths, provenance
from codereflect.cli.publish import write_region
from codereflect.corpora import micro
from codereflect.generation.engines.engine import Decoding
from codereflect.generation.engines.local import LocalEngine
from codereflect.generation.sampling import sample
from codereflect.params import load_params
from codereflect.records import Example, Sample, as_problem, given, read_records
from codereflect.sandbox import Job, Sandbox
from codereflect.store import Store

TASKS = 300
KINDS = {
    "repair": "a function that passes the hidden tests, given a wrong one and its first failing call",
    "steps": "steps in words and a function that passes the hidden tests",
    "unit_test": "at least one assertion, and all of them hold for the given function",
    "unit_test, first assertion": "the first assertion holds for the given function",
}


def unseen(kind: str) -> list[tuple[Example, Example]]:
    """Documents of a kind whose behaviour the base model was not trained on, each with its plain task."""
    plain = {
        example.group: example
        for example in read_records(paths.PREPARED / "plain.jsonl", Example)
        if example.task == "python_function"
    }
    documents = (example for example in read_records(paths.RAW / "train.jsonl", Example) if example.task == kind)
    return [(document, plain[document.group]) for document in documents if document.group in plain][:TASKS]


def job(kind: str, said: Sample, plain: Example) -> Job:
    """The program and the tests that decide."""
    if kind.startswith("unit_test"):
        tests = [literal_test(line) for line in said.completion.splitlines() if line.strip()]
        tests = tests[:1] if kind != "unit_test" else tests
        return Job(given(said.task_id, 0), plain.reference, "solve", tests or ["assert False"])
    return Job(given(said.task_id, 0), said.code, "solve", list(micro.strengthen(plain).hidden_tests or []))


def literal_test(line: str) -> str:
    """The line if it is `assert solve(LITERALS) == LITERAL`, written anew from its values; else a test that fails.

    What a model wrote is never run where the tests are.
    """
    try:
        (statement,) = ast.parse(line).body
        if isinstance(statement, ast.Assert) and isinstance(statement.test, ast.Compare):
            call, (expected,) = statement.test.left, statement.test.comparators
            if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "solve"):
                return "assert False"
            if isinstance(statement.test.ops[0], ast.Eq) and not call.keywords:
                values = ", ".join(repr(ast.literal_eval(value)) for value in call.args)
                return f"assert solve({values}) == {ast.literal_eval(expected)!r}"
    except (SyntaxError, ValueError):
        pass
    return "assert False"


def main() -> None:
    """Measure every kind and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.parse_args()
    params = load_params()
    decoding = Decoding(0.0, 1.0, params.attempt.max_new_tokens, params.attempt.batch_size, 0)
    lines = ["| document | counted as solved | tasks | solved |", "| --- | --- | ---: | ---: |"]
    for kind, meaning in KINDS.items():
        pairs = unseen(kind.split(",")[0])
        problems = [as_problem(document, kind) for document, _ in pairs]
        samples = sample(LocalEngine(paths.BASE_MODEL, 1), problems, "default", 1, decoding, Store(None))
        jobs = [job(kind, said, plain) for said, (_, plain) in zip(samples, pairs, strict=True)]
        with Sandbox(params.sandbox) as sandbox:
            passed = sum(result.verdict.outcome == "pass" for result in sandbox.run(jobs))
        lines.append(f"| {kind} | {meaning} | {len(jobs)} | {passed / len(jobs):.3f} |")
        print(lines[-1])
    machine, day = provenance.machine(), datetime.date.today().isoformat()
    commit = (provenance.git_commit() or "?")[:10]
    lines += ["", f"{day}, commit {commit}, {machine['processor']}, base.seed {params.base.seed}.", ""]
    write_region(Path("docs/micro.md"), "abilities", "\n".join(lines))


if __name__ == "__main__":
    main()
