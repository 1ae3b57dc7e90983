"""Overlap of training rows with problems: what offends, what is boilerplate, and that order plays no part."""

from __future__ import annotations

import json
import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codereflect.corpora.contamination import CODE, REFERENCE, TASK, Report, Rules, contamination
from codereflect.records import Example, Problem, Source

WORDS = [
    "alpha",
    "beta",
    "gamma",
    "delta",
    "omega",
    "sigma",
    "kappa",
    "theta",
    "zeta",
    "iota",
    "rho",
    "tau",
    "phi",
    "chi",
    "psi",
]


def words(rng: random.Random, count: int) -> str:
    return " ".join(f"{rng.choice(WORDS)}{rng.randrange(50)}" for _ in range(count))


def body(rng: random.Random, lines: int = 5) -> str:
    names = [f"{rng.choice(WORDS)}{number}" for number in range(lines)]
    steps = "".join(f"    {name} = {rng.choice(WORDS)}(xs, {rng.randrange(99)}) + {name}_of(xs)\n" for name in names)
    return f"{steps}    return [{', '.join(names)}]\n"


def problem(number: int, prompt: str, reference: str | None, suite: str = "suite", **more: str) -> Problem:
    return Problem.model_validate(
        {"task_id": f"{suite}/{number}", "suite": suite, "language": "python", "category": "c", "prompt": prompt}
        | {"reference": reference, **more}
    )


def example(name: str, prompt: str, reference: str, language: str = "python") -> Example:
    return Example.model_validate(
        {"task_id": name, "corpus": "c", "language": language, "task": "python_function", "category": "c"}
        | {"prompt": prompt, "reference": reference, "source": Source(file="f"), "group": name}
    )


def suite_of(seed: int, count: int, header: str = "def solve(xs):\n") -> list[Problem]:
    rng = random.Random(seed)
    return [problem(i, f"# {words(rng, 30)}\n{header}", body(rng)) for i in range(count)]


def kinds(report: Report) -> set[tuple[str, str, str]]:
    return {(offence.row, offence.problem, offence.kind) for offence in report.offences}


def test_a_copy_of_a_task_of_a_reference_and_of_both() -> None:
    problems, rng = suite_of(1, 20), random.Random(2)
    rows = [
        example("task", problems[3].prompt, body(rng)),
        example("reference", f"# {words(rng, 30)}\ndef solve(xs):\n", problems[4].reference or ""),
        example("both", problems[5].prompt, problems[5].reference or ""),
        example("neither", f"# {words(rng, 30)}\ndef solve(xs):\n", body(rng)),
    ]
    report = contamination({"set": rows}, {"suite": problems})
    assert kinds(report) == {
        ("task", "suite/3", TASK),
        ("reference", "suite/4", REFERENCE),
        ("reference", "suite/4", CODE),
        ("both", "suite/5", TASK),
        ("both", "suite/5", REFERENCE),
        ("both", "suite/5", CODE),
    }
    assert all(offence.share == 1.0 for offence in report.offences)
    assert {offence.row for offence in report.offences} == {"task", "reference", "both"}
    (row,) = report.table
    assert {name: row[name] for name in ("rows", "problems", "judged", "any", "touched", "offending", "code")} == {
        "rows": 4, "problems": 20, "judged": 20, "any": 3, "touched": 3, "offending": 3, "code": 2,
    }  # fmt: skip
    assert row["share_0.6"] == row["share_1.0"] == 3 and row["worst"][0]["share"] == 1.0
    assert json.loads(json.dumps(row)) == row


def test_renamed_code_offends_though_few_of_its_ngrams_are_left() -> None:
    problems, rng = suite_of(1, 5), random.Random(3)
    reference = problems[0].reference or ""
    renamed = reference.replace("xs", "values")
    for number in range(5):
        for word in WORDS:
            renamed = renamed.replace(f"    {word}{number} =", f"    v{number} =").replace(
                f"[{word}{number}, ", f"[v{number}, "
            )
            renamed = renamed.replace(f", {word}{number}", f", v{number}")
    assert renamed != reference
    row = example("renamed", f"{words(rng, 20)}\n", f'def other(values):\n    """Says so."""\n{renamed}')
    report = contamination({"set": [row]}, {"suite": problems})
    assert kinds(report) == {("renamed", "suite/0", CODE)} and report.table[0]["share_0.6"] == 0


def test_other_constants_are_the_same_shape_which_does_not_offend() -> None:
    problems = suite_of(1, 3)
    changed = re.sub(r"xs, \d+", "xs, 1000", problems[0].reference or "")
    row = example("shape", "", f"def other(xs):\n{changed}")
    report = contamination({"set": [row]}, {"suite": problems}, Rules(share=1.0))
    assert not report.offences and report.table[0]["shape"] == 3 and report.table[0]["code"] == 0


def test_headers_imports_and_wording_do_not_count() -> None:
    header = (
        "from typing import Any, Callable, Dict, List, Optional, Tuple, Union\nimport collections\nimport itertools\n"
        "# Solve the following problem, and return the result. Do not print anything, do not read any input.\n"
        "def solve(xs: List[int], ys: Optional[Dict[str, int]] = None) -> Union[int, List[int], None]:\n"
    )
    rng = random.Random(4)
    problems = [problem(i, f"{header}    # {words(rng, 14)}\n", body(rng)) for i in range(10)]
    rows = [example(f"row {i}", f"{header}    # {words(rng, 14)}\n", body(rng)) for i in range(50)]
    report = contamination({"set": rows}, {"suite": problems})
    assert not report.offences and report.table[0]["judged"] == 10
    # the same header is evidence where it is one problem's own
    alone = contamination({"set": rows[:1]}, {"suite": [problem(0, header, None), *suite_of(1, 9)[1:]]})
    assert kinds(alone) == {("row 0", "suite/0", TASK)}


def test_small_functions_do_not_count_and_are_not_called_clean() -> None:
    problems = [problem(0, "# add\n", "def solve(a, b):\n    return a + b\n"), *suite_of(1, 3)[1:]]
    row = example("small", "# add\n", "def solve(a, b):\n    return a + b\n")
    report = contamination({"set": [row]}, {"suite": problems})
    assert not report.offences and report.table[0]["judged"] == 2 and report.table[0]["problems"] == 3


def test_functions_that_many_problems_have_do_not_count() -> None:
    rng = random.Random(5)
    common = body(rng)
    problems = [problem(i, f"# {words(rng, 30)}\ndef solve(xs):\n", common) for i in range(6)]
    row = example("common", "def solve(xs):\n", common)
    assert not contamination({"set": [row]}, {"suite": problems}).offences
    assert len(contamination({"set": [row]}, {"suite": problems[:3]}).offences) == 6


def test_the_context_of_a_java_class_is_no_evidence() -> None:
    rng = random.Random(6)
    context = " | " + ", ".join(f"int {words(rng, 1)}" for _ in range(40))
    java = {"language": "java", "task": "java_method"}
    tasks = [words(rng, 20) for _ in range(3)]
    code = "int function ( int arg0 ) { int loc0 = first ( arg0 ) + second ( loc1 , 5 ) ; return third ( loc0 , 7 ) ; }"
    problems = [problem(i, task + context + "\n", code if not i else None, **java) for i, task in enumerate(tasks)]
    rows = [
        example("class", words(rng, 20) + context, "void function ( ) { }", "java"),
        example("task", tasks[1] + context, "void function ( ) { }", "java"),
        example("code", words(rng, 20), code.replace("loc0", "sum").replace("arg0", "n"), "java"),
    ]
    report = contamination({"set": rows}, {"suite": problems})
    assert kinds(report) == {("task", "suite/1", TASK), ("code", "suite/0", CODE)}


def test_a_row_that_holds_the_whole_suite_offends_against_all() -> None:
    problems = suite_of(7, 30)
    everything = "\n".join(one.prompt + (one.reference or "") for one in problems)
    report = contamination({"set": [example("all", everything, "")]}, {"suite": problems})
    assert report.table[0]["share_1.0"] == report.table[0]["touched"] == 30 and report.table[0]["offending"] == 1


def test_many_copies_of_a_leak_are_no_boilerplate() -> None:
    problems = suite_of(8, 10)
    rows = [example(f"{i:04}", problems[2].prompt, problems[2].reference or "") for i in range(300)]
    assert len({offence.row for offence in contamination({"set": rows}, {"suite": problems}).offences}) == 300


def test_what_many_problems_of_one_group_show_is_no_boilerplate() -> None:
    rng = random.Random(3)
    functions = [f"def solve(xs):\n{body(rng)}" for _ in range(20)]
    problems = [
        problem(5 * number + kind, f"Task {kind}:\n```python\n{function}```\n", f"answer {kind}", group=f"f{number}")
        for number, function in enumerate(functions)
        for kind in range(5)
    ]
    rows = [example(f"{number:02}", "A question.\n", function) for number, function in enumerate(functions)]
    report = contamination({"set": rows}, {"suite": problems})
    assert {offence.row for offence in report.offences} == {row.task_id for row in rows}
    assert report.table[0]["judged"] == report.table[0]["code"] == 100
    apart = [one.model_copy(update={"group": None}) for one in problems]
    assert contamination({"set": rows}, {"suite": apart}).table[0]["judged"] == 0


def test_a_row_under_another_language_is_found() -> None:
    problems = suite_of(4, 5)
    row = example("r", "A question.\n", f"```python\n{problems[2].prompt}{problems[2].reference}```", language="java")
    report = contamination({"set": [row]}, {"suite": problems})
    assert ("r", "suite/2", CODE) in kinds(report)


def test_sets_and_suites_apart() -> None:
    first, second = suite_of(1, 5), [one.model_copy(update={"suite": "b"}) for one in suite_of(2, 7)]
    training = {
        "x": [example("r", second[0].prompt, second[0].reference or "")],
        "y": [example("r", first[0].prompt, first[0].reference or "")],
        "empty": [],
    }
    report = contamination(training, {"b": second, "a": first, "none": []})
    touched = {(row["training_set"], row["suite"]): row["touched"] for row in report.table}
    assert touched == {
        (t, s): int((t, s) in {("x", "b"), ("y", "a")}) for t in ("x", "y", "empty") for s in ("a", "b", "none")
    }
    assert {(one.training_set, one.suite, one.row) for one in report.offences} == {("x", "b", "r"), ("y", "a", "r")}
    assert contamination({}, {"a": first}) == Report() and contamination({"x": []}, {}) == Report()


def shares(row: Example, one: Problem, size: int) -> float:
    """Brute force: the share of the task's n-grams in the row."""

    def grams(text: str) -> set[tuple[str, ...]]:
        found = text.split()
        return {tuple(found[i : i + size]) for i in range(len(found) - size + 1)}

    mine = grams(one.prompt)
    return len(mine & grams(row.prompt)) / len(mine) if mine else 0.0


few = st.lists(st.sampled_from("abc"), max_size=14).map(" ".join)


@settings(max_examples=80, deadline=None)
@given(st.lists(few, max_size=6), st.lists(few, max_size=6), st.randoms(use_true_random=False))
def test_shares_are_those_of_brute_force_in_any_order(tasks: list[str], texts: list[str], rng: random.Random) -> None:
    problems = [problem(i, text, None) for i, text in enumerate(tasks)]
    rows = [example(f"row {i}", text, "") for i, text in enumerate(texts)]
    rules = Rules(tokens=3, share=0.5, least_grams=1, common_share=1.0)
    report = contamination({"set": rows}, {"suite": problems}, rules)
    expected = {
        (row.task_id, one.task_id, TASK): shares(row, one, 3)
        for row in rows
        for one in problems
        if shares(row, one, 3) >= 0.5
    }
    assert {(one.row, one.problem, one.kind): one.share for one in report.offences} == pytest.approx(expected)
    again = contamination({"set": rng.sample(rows, len(rows))}, {"suite": rng.sample(problems, len(problems))}, rules)
    assert again == report


@pytest.mark.slow
def test_strange_texts() -> None:
    texts = ["", "\ud800", "\0", "é" * 10, "word " * 100_000, "def f(:", "(" * 3000]
    rows = [example(str(i), text, text) for i, text in enumerate(texts)]
    problems = [problem(i, text, text) for i, text in enumerate(texts)]
    report = contamination({"set": rows}, {"suite": problems})
    assert report.table[0]["rows"] == report.table[0]["problems"] == len(texts)
