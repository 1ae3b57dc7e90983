"""The repair suites: a mistake that shows, a call that shows it, and tests that a copied mistake fails."""

from __future__ import annotations

import ast
import os
import random
import subprocess
import sys
from collections import Counter
from typing import Any

import pytest
from whole_corpus import MicroCorpusData

from codereflect.corpora.micro import chain_records, mistakes, repair_suites
from codereflect.corpora.micro.chains import Chain, Step
from codereflect.corpora.micro.dealing import Deal, deal
from codereflect.corpora.micro.hidden_tests import load
from codereflect.corpus_params import MicroCorpus
from codereflect.errors import UserError
from codereflect.grading.case import given_case
from codereflect.grading.check import check
from codereflect.material import WrongProgram
from codereflect.records import Problem, Verdict
from codereflect.sandbox.java.java_sandbox import probe_java
from codereflect.sandbox_params import SandboxLimits

SEED = 1
LIMITS = SandboxLimits(cpu_seconds=2.0, memory_mb=256, output_kb=64, allow_weak=False, max_invalid=0.0)


@pytest.fixture(scope="module")
def dealt() -> Deal:
    """The deal of the session's small corpus."""
    return deal(
        MicroCorpus(
            size=0.04,
            train_python=25000,
            train_java=5000,
            test_python=2000,
            test_java=500,
            test_repair=0,
            test_java_repair=0,
        ),
        SEED,
    )


@pytest.fixture(scope="module")
def python(dealt: Deal) -> list[Problem]:
    return repair_suites.repair_problems(dealt, SEED, 60)


@pytest.fixture(scope="module")
def java(dealt: Deal) -> list[Problem]:
    return repair_suites.java_repair_problems(dealt, SEED, 15)


def call_of(test: str) -> tuple[tuple[Any, ...], Any]:
    """Arguments and expected value of `assert solve(...) == ...`."""
    statement = ast.parse(test).body[0]
    assert isinstance(statement, ast.Assert) and isinstance(statement.test, ast.Compare)
    call = statement.test.left
    assert isinstance(call, ast.Call)
    return tuple(ast.literal_eval(argument) for argument in call.args), ast.literal_eval(statement.test.comparators[0])


def fails(source: str, test: str) -> bool:
    arguments, expected = call_of(test)
    try:
        return bool(load(source)(*arguments) != expected)
    except Exception:
        return True


def test_a_copied_mistake_fails_and_the_repair_passes(python: list[Problem]) -> None:
    for problem in python:
        wrong, right, tests = wrong_of(problem), problem.reference or "", problem.hidden_tests or []
        assert len(tests) >= 8
        assert not any(fails(right, test) for test in [*problem.public_tests, *tests])
        assert any(fails(wrong, test) for test in tests), problem.prompt
        assert all(fails(wrong, test) for test in problem.public_tests)
        assert not set(problem.public_tests) & set(tests)


def test_every_step_of_the_repair_matters_to_a_hidden_test(python: list[Problem]) -> None:
    for problem in python:
        lines = (problem.reference or "").splitlines(keepends=True)
        for index in range(1, len(lines) - 1):
            broken = "".join(lines[:index] + lines[index + 1 :])
            assert any(fails(broken, test) for test in problem.hidden_tests or []), (problem.task_id, index)


def test_prompts_have_the_form_of_the_training_documents(python: list[Problem], small: MicroCorpusData) -> None:
    documents_ = [example.prompt for example in small.train if example.task == "repair"]
    for text in [*documents_, *(problem.prompt for problem in python)]:
        description, call, head, *body, last, end = text.split("\n")
        assert description.startswith("# ") and call.startswith("# solve(") and end == ""
        assert head == f"def {call.removeprefix('# ')}:" and all(line.startswith("    ") for line in body)
        assert last.startswith("# solve(") and " gives " in last and ", not " in last


def test_what_the_prompt_says_of_the_mistake_is_true(python: list[Problem]) -> None:
    for problem in python:
        shown = problem.prompt.splitlines()[-1].removeprefix("# ")
        call, _, outcome = shown.partition(" gives ")
        actual, _, expected = outcome.rpartition(", not ")
        assert problem.public_tests == [f"assert {call} == {expected}"]
        assert wrong_of(problem) in problem.prompt
        try:
            assert load(wrong_of(problem))(*call_of(problem.public_tests[0])[0]) == ast.literal_eval(actual)
        except (NameError, TypeError, AttributeError, ValueError, ZeroDivisionError) as error:
            assert type(error).__name__ == actual


def test_nothing_repaired_is_trained_on(python: list[Problem], java: list[Problem], small: MicroCorpusData) -> None:
    trained = {example.reference for example in small.train}
    assert not trained & {problem.reference for problem in [*python, *java]}
    for problem in python:
        twin = next(p for p in small.problems["micro_python"] if p.task_id[-5:] == problem.task_id[-5:])
        assert twin.reference == problem.reference
        if not set(problem.public_tests) & set(twin.hidden_tests or []):
            assert twin.hidden_tests == problem.hidden_tests


def test_no_tested_solution_is_shown_as_a_mistake(dealt: Deal) -> None:
    others = 0
    for chain, _ in dealt.train_python[:40]:
        wrong = {mistake.code: mistake for mistake in mistakes.in_python(chain)}
        example = chain_records.repair_example(chain, (), SEED, 0)
        if example is None:
            continue
        shown = next(mistake for code, mistake in wrong.items() if code in example.prompt)
        other = chain_records.repair_example(chain, {mistakes.behaviour(chain, shown)}, SEED, 0)
        assert other is None or shown.code not in other.prompt
        others += other is not None
    assert others > 10


def test_kinds_are_even_and_a_longer_suite_begins_with_the_shorter(dealt: Deal, python: list[Problem]) -> None:
    assert repair_suites.repair_problems(dealt, SEED, 20) == python[:20]
    counts = Counter(problem.category for problem in python)
    common = [counts[kind] for kind in ("constant", "comparison", "arithmetic", "statement", "parameter")]
    assert max(common) <= 2 * min(common) and set(counts) <= set(mistakes.PLAUSIBLE)
    assert repair_suites.repair_problems(dealt, SEED + 1, 20) != python[:20]


def test_more_than_there_are_is_refused(dealt: Deal) -> None:
    with pytest.raises(UserError, match=r"asks for 81 tasks of micro_repair, but only \d\d"):
        repair_suites.repair_problems(dealt, SEED, 81)
    assert repair_suites.java_repair_problems(dealt, SEED, 0) == []


@pytest.mark.slow
def test_the_same_bytes_for_every_hash_seed() -> None:
    program = (
        "from codereflect.corpora.micro import dealing, repair_suites\n"
        "from codereflect.corpus_params import MicroCorpus\n"
        "dealt = dealing.deal(MicroCorpus(size=0.01, train_python=25000, train_java=5000, test_python=2000,"
        " test_java=500, test_repair=1000, test_java_repair=250), 1)\n"
        "found = repair_suites.repair_problems(dealt, 1, 9) + repair_suites.java_repair_problems(dealt, 1, 4)\n"
        "print([problem.model_dump_json() for problem in found])"
    )
    said = set()
    for seed in ("0", "1"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
        done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, check=True)
        said.add(done.stdout)
    assert len(said) == 1 and len(said.pop()) > 5000


def chain(*steps: tuple[str, str]) -> Chain:
    return Chain(tuple(Step(name, constant) for name, constant in steps))


def test_java_mistakes_of_a_chain() -> None:
    """What may be wrong with `keep above k, add 3, take the largest`, by kind; every one changes the text."""
    right = chain(("keep_above", "k"), ("add_each", "3"), ("largest", ""))
    found = mistakes.in_java(right, parameter_is_field=False)
    assert len({mistake.code for mistake in found}) == len(found) == 10
    assert all(mistake.code.startswith("int function ( int k ) { return ") for mistake in found)
    by_kind = {kind: [m.code for m in found if m.kind == kind] for kind in {m.kind for m in found}}
    assert {kind: len(codes) for kind, codes in by_kind.items()} == {
        "statement": 2, "order": 1, "comparison": 2, "constant": 2, "parameter": 1, "arithmetic": 1, "function": 1,
    }  # fmt: skip
    assert any("x >= k" in code for code in by_kind["comparison"])
    given = ([1, 5, 9], 4)
    results = {mistake.kind: mistake.run(*given) for mistake in found}
    assert right.trace(given)[-1] == 12
    assert results["arithmetic"] == 6 and results["function"] == 8 and results["parameter"] == 13


def test_a_mistake_that_needs_no_parameter_keeps_the_head() -> None:
    right = chain(("remainder", "k"), ("add", "1"))
    dropped = [m for m in mistakes.in_java(right, parameter_is_field=False) if m.kind == "statement"]
    assert [m.code for m in dropped] == [
        "int function ( int k ) { return n + 1 ; }",
        "int function ( int k ) { return Math . floorMod ( n , k ) ; }",
    ]
    assert dropped[0].run(7, 4) == 8


def test_a_failure_is_never_a_result_of_none() -> None:
    right = chain(("total", ""))
    silent = mistakes.Mistake("return", "", lambda *arguments: None)
    assert mistakes.shown_failure(right, silent, random.Random(1)) is None
    broken = mistakes.Mistake("x", "", lambda *arguments: arguments[5])
    failure = mistakes.shown_failure(right, broken, random.Random(1))
    assert failure is not None and failure.actual == "IndexError" and broken.misses(([],), 0)


def wrong_of(problem: Problem) -> str:
    assert isinstance(problem.material, WrongProgram)
    return problem.material.code


def outcomes(problems: list[Problem], codes: list[str | None]) -> list[Verdict]:
    cases = [given_case(problem, code or "") for problem, code in zip(problems, codes, strict=True)]
    found = check(cases, LIMITS, 2).verdicts
    return [found[case.of] for case in cases]


def test_in_the_sandbox_repairs_pass_and_copies_fail(python: list[Problem]) -> None:
    right = outcomes(python, [problem.reference for problem in python])
    wrong = outcomes(python, [wrong_of(problem) for problem in python])
    assert {one.outcome for one in right} == {"pass"} and {one.outcome for one in wrong} == {"fail"}


@pytest.mark.slow
@pytest.mark.skipif(probe_java().version is None, reason="needs a JDK")
def test_java_repairs_pass_and_copies_give_what_the_prompt_says(java: list[Problem]) -> None:
    """One start of the compiler for three questions: the repair, the copy, and the copy on the shown call."""
    few = java[:5]
    shown = [p.model_copy(update={"task_id": f"{p.task_id}/shown", "hidden_tests": p.public_tests}) for p in few]
    copies = [p.model_copy(update={"task_id": f"{p.task_id}/copy"}) for p in few]
    wrong = [wrong_of(problem) for problem in few]
    verdicts = outcomes([*few, *copies, *shown], [*(problem.reference for problem in few), *wrong, *wrong])
    assert [one.category for one in verdicts] == ["pass"] * 5 + ["assertion"] * 10
    for problem, verdict in zip(few, verdicts[10:], strict=True):
        told = problem.prompt.splitlines()[-1]
        said = told.partition(" gives ")[2].partition(", not ")[0].removeprefix("new int[] ")
        assert verdict.failure.actual == said, told
        assert wrong_of(problem) in problem.prompt.splitlines()
