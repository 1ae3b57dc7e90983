"""`score`: what is counted, what is left out, what is refused."""

from __future__ import annotations

import random
from typing import Any

import pytest

from codereflect.errors import UserError
from codereflect.records import Problem, Sample, Verdict
from codereflect.scoring.metrics import BREAKDOWN_COLUMNS, ERROR_COLUMNS, score
from codereflect.scoring.text_match import bleu

CODE = "def solve(x):\n    return x\n"
METHOD = "int function ( ) { return 1 ; }"


def python_problem(task_id: str, **changes: Any) -> Problem:
    values: dict[str, Any] = {
        "task_id": task_id, "suite": "py", "language": "python", "category": "lists", "prompt": "Do it.",
        "entry_point": "solve", "hidden_tests": ["assert solve(1) == 1"], "reference": CODE,
    }  # fmt: skip
    return Problem(**{**values, **changes})


def java_problem(task_id: str, **changes: Any) -> Problem:
    values = {"suite": "java", "language": "java", "entry_point": "function", "hidden_tests": None}
    return python_problem(task_id, **{**values, "reference": METHOD, **changes})


def sample(task_id: str, index: int = 0, code: str = CODE, **changes: Any) -> Sample:
    values: dict[str, Any] = {
        "task_id": task_id, "suite": "py", "sample_index": index, "strategy": "default", "completion": code,
        "code": code, "tokens_in": 5, "tokens_out": 9, "finish_reason": "end", "seed": 1,
    }  # fmt: skip
    return Sample(**{**values, **changes})


def verdict(task_id: str, index: int = 0, outcome: str = "pass", category: str = "", **changes: Any) -> Verdict:
    values: dict[str, Any] = {
        "outcome": outcome, "category": category or outcome, "feedback": "", "sealed": True,
    }  # fmt: skip
    of = sample(task_id, index, **{name: changes.pop(name) for name in ("suite", "strategy") if name in changes}).of
    return Verdict(of=of, **{**values, **changes})


def test_executed_suite() -> None:
    problems = [python_problem("b"), python_problem("a", category="numbers")]
    samples = [sample(task, index) for task in ("a", "b") for index in (1, 0)]
    verdicts = [
        verdict("a", 0, "fail", "assertion"),
        verdict("a", 1),
        verdict("b", 0, "timeout", sealed=False),
        verdict("b", 1, "fail", "assertion"),
    ]
    scores = score(problems, samples, verdicts, [2, 1])
    assert scores.metrics == {
        "py": {
            "pass@1": 0.25, "pass@2": 0.5, "n_tasks": 2, "n_samples": 4, "n_scored": 2, "timeouts": 1,
            "timeout_rate": 0.25, "invalid": 0,
            "unsealed": 1, "truncated": 0, "syntax": 1.0,
        }
    }  # fmt: skip
    assert list(scores.metrics["py"])[:2] == ["pass@1", "pass@2"]
    found = [(row.task_id, row.sample_index, row.outcome, row.error_class, row.passed) for row in scores.rows]
    assert found == [
        ("b", 0, "timeout", "timeout", 0),
        ("b", 1, "fail", "assertion", 0),
        ("a", 0, "fail", "assertion", 0),
        ("a", 1, "pass", "", 1),
    ]
    assert [tuple(row.values()) for row in scores.breakdown] == [
        ("py", "default", "lists", 1, 0.0, "", 1.0),
        ("py", "default", "numbers", 1, 0.5, "", 1.0),
    ]
    assert [tuple(row.values()) for row in scores.errors] == [
        ("py", "default", "fail", "assertion", 2),
        ("py", "default", "timeout", "timeout", 1),
    ]
    assert all(tuple(row) == BREAKDOWN_COLUMNS for row in scores.breakdown)
    assert all(tuple(row) == ERROR_COLUMNS for row in scores.errors)


def test_java_suite() -> None:
    answers = {"a": METHOD.replace(" ", "  "), "b": "int function ( ) { return 2 ; }", "c": "int function ( ) {"}
    problems = [java_problem(task) for task in answers]
    samples = [sample(task, code=code, suite="java") for task, code in answers.items()]
    samples[2] = samples[2].model_copy(update={"finish_reason": "length"})
    scores = score(problems, samples, [], [1])
    expected = round(bleu([(code, METHOD) for code in answers.values()]), 6)
    assert scores.metrics == {
        "java": {
            "exact_match": 0.333333, "bleu": expected, "syntax": 0.666667, "n_tasks": 3, "n_samples": 3, "truncated": 1,
        }
    }  # fmt: skip
    found = [(row.outcome, row.error_class, row.passed, row.exact, row.syntax) for row in scores.rows]
    assert found == [("", "", None, 1, 1), ("", "", None, 0, 1), ("", "syntax", None, 0, 0)]
    [by_category] = scores.breakdown
    assert tuple(by_category.values()) == ("java", "default", "lists", 3, "", 0.333333, 0.666667)


def test_executed_java_has_both_kinds_of_metrics() -> None:
    problem = java_problem("a", hidden_tests=["check"])
    scores = score([problem], [sample("a", suite="java", code=METHOD)], [verdict("a", suite="java")], [1])
    assert {"pass@1": 1.0, "exact_match": 1.0, "bleu": 100.0}.items() <= scores.metrics["java"].items()


def test_without_references_there_is_no_exact_match() -> None:
    scores = score([java_problem("a", reference=None)], [sample("a", suite="java", code=METHOD)], [], [1])
    assert set(scores.metrics["java"]) == {"syntax", "n_tasks", "n_samples", "truncated"}
    assert scores.rows[0].exact is None


def test_invalid_verdicts_leave_the_denominator() -> None:
    problems = [python_problem("a"), python_problem("b")]
    samples = [sample(task, index) for task in ("a", "b") for index in (0, 1)]
    verdicts = [verdict("a", 0), verdict("a", 1, "invalid", "worker"), verdict("b", 0), verdict("b", 1, "timeout")]
    scores = score(problems, samples, verdicts, [1, 2])
    # Task a has one valid verdict: it counts in pass@1 with n = 1, and cannot count in pass@2.
    assert {"pass@1": 0.75, "pass@2": 1.0, "invalid": 1, "n_scored": 2}.items() <= scores.metrics["py"].items()
    assert [row.passed for row in scores.rows] == [1, None, 1, 0]
    assert {"outcome": "invalid", "error_class": "worker", "count": 1}.items() <= scores.errors[0].items()


def test_without_a_valid_verdict_pass_at_k_is_absent() -> None:
    scores = score([python_problem("a")], [sample("a")], [verdict("a", 0, "invalid", "worker")], [1])
    assert "pass@1" not in scores.metrics["py"]
    assert {"n_tasks": 1, "n_scored": 0, "invalid": 1}.items() <= scores.metrics["py"].items()
    assert [(row["n"], row["pass@1"]) for row in scores.breakdown] == [(0, "")]


def test_strategies_are_a_level_only_when_there_are_several() -> None:
    samples = [sample("a"), sample("a", strategy="reasoning")]
    scores = score(
        [python_problem("a")], samples, [verdict("a"), verdict("a", outcome="fail", strategy="reasoning")], [1]
    )
    found = {strategy: values["pass@1"] for strategy, values in scores.metrics["py"].items()}  # type: ignore[index]
    assert found == {"default": 1.0, "reasoning": 0.0}


def test_verdicts_of_suites_that_share_task_ids_and_of_strategies_are_told_apart() -> None:
    problems = [python_problem("a", suite=suite) for suite in ("py", "py+")]
    several = [(suite, strategy) for suite in ("py", "py+") for strategy in ("default", "reasoning")]
    samples = [sample("a", suite=suite, strategy=strategy) for suite, strategy in several]
    passed = ("py", "reasoning")
    verdicts = [
        verdict("a", outcome="pass" if one == passed else "fail", suite=one[0], strategy=one[1])
        for one in reversed(several)
    ]
    scores = score(problems, samples, verdicts, [1])
    assert {where: scores.of(*where)["pass@1"] for where in several} == {one: float(one == passed) for one in several}


def test_the_order_of_samples_and_verdicts_does_not_matter() -> None:
    draw = random.Random(1)
    problems = [python_problem(f"t{number}", category=f"c{number % 3}") for number in range(9)]
    problems += [java_problem(f"j{number}") for number in range(5)]
    samples = [sample(one.task_id, suite=one.suite, code=f"{CODE}# {one.task_id}") for one in problems]
    verdicts = [verdict(f"t{number}", outcome=draw.choice(["pass", "fail", "timeout"])) for number in range(9)]
    expected = score(problems, samples, verdicts, [1])
    for _ in range(5):
        draw.shuffle(samples)
        draw.shuffle(verdicts)
        assert score(problems, samples, verdicts, [1]) == expected


PROBLEMS = [python_problem("a"), python_problem("b")]
SAMPLES = [sample("a"), sample("b")]
VERDICTS = [verdict("a"), verdict("b")]
REFUSED: dict[str, tuple[list[Problem], list[Sample], list[Verdict], str]] = {
    "repeated task": ([*PROBLEMS, PROBLEMS[0]], SAMPLES, VERDICTS, "Task a occurs twice in suite py"),
    "repeated sample": (PROBLEMS, [*SAMPLES, SAMPLES[1]], VERDICTS, "Two samples for task b of suite py"),
    "missing sample": (PROBLEMS, SAMPLES[:1], VERDICTS[:1], "no sample for task b of suite py"),
    "missing index": (PROBLEMS, [*SAMPLES, sample("a", 1)], [*VERDICTS, verdict("a", 1)], "task b .* sample 1"),
    "missing suite": ([*PROBLEMS, java_problem("j")], SAMPLES, VERDICTS, "no sample for task j of suite java"),
    "negative index": (PROBLEMS, [*SAMPLES, sample("a", -1)], VERDICTS, "negative index"),
    "unknown task": (PROBLEMS, [*SAMPLES, sample("c")], VERDICTS, "task c of suite py .*, which is unknown"),
    "unknown suite": (PROBLEMS, [*SAMPLES, sample("a", suite="x")], VERDICTS, "suite x .*, which is unknown"),
    "no sample at all": (PROBLEMS, [], [], "no sample to score"),
    "repeated verdict": (PROBLEMS, SAMPLES, [*VERDICTS, VERDICTS[0]], "two verdicts on task a of suite py"),
    "missing verdict": (PROBLEMS, SAMPLES, VERDICTS[:1], "no verdict on task b of suite py"),
    "unknown verdict": (PROBLEMS, SAMPLES, [*VERDICTS, verdict("c")], "of task c of suite py .*, which is no"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_does_not_add_up_is_refused(name: str) -> None:
    problems, samples, verdicts, sentence = REFUSED[name]
    with pytest.raises(UserError, match=sentence):
        score(problems, samples, verdicts, [1])


def test_more_draws_than_samples_is_refused() -> None:
    with pytest.raises(UserError, match="pass@2 needs at least 2 samples"):
        score(PROBLEMS, SAMPLES, VERDICTS, [1, 2])


def test_text_checks_stand_beside_the_executed_figures() -> None:
    problems = [
        python_problem("a", category="bugfix"),
        python_problem("b", category="docstring", hidden_tests=["assert solve(1) == 1"]),
    ]
    said = ["The bug is here:\n```python\n" + CODE + "```", '"""Gives back what it is given, unchanged."""']
    samples = [sample(name, completion=text) for name, text in zip("ab", said, strict=True)]
    scores = score(problems, samples, [verdict("a"), verdict("b", outcome="fail", category="assertion")], [1])
    bugfix, docstring = scores.breakdown
    assert (bugfix["pass@1"], bugfix["text_pass@1"]) == (1.0, 1.0)
    # two of three checks: it has no section of arguments
    assert (docstring["pass@1"], docstring["text_pass@1"], docstring["text_style"]) == (0.0, 0.0, 0.666667)
    assert scores.metrics["py"]["text_pass@1"] == 0.5
    assert "text_pass@3" not in bugfix


def test_a_suite_may_hold_problems_that_are_not_executed() -> None:
    problems = [python_problem("a"), python_problem("b", hidden_tests=None)]
    samples = [sample("a"), sample("b")]
    found = score(problems, samples, [verdict("a", 0, "fail")], [1]).metrics["py"]
    assert (found["pass@1"], found["n_scored"], found["n_tasks"], found["timeout_rate"]) == (0.0, 1, 2, 0.0)
