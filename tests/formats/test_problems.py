"""The public suites' files: what a row becomes, and what a bad row is told."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codereflect.errors import UserError
from codereflect.formats.evalplus import _tagged
from codereflect.formats.evalplus_rules import check_inputs, restored
from codereflect.formats.problems import read_problems
from codereflect.formats.samples import read_samples
from codereflect.records import given as identity
from codereflect.sandbox import Job, Sandbox, why_unsealed
from codereflect.sandbox_params import SandboxLimits

HUMANEVAL = {
    "task_id": "HumanEval/0",
    "prompt": 'def add(a, b):\n    """Add."""\n',
    "canonical_solution": "    return a + b\n",
    "entry_point": "add",
    "test": "def check(candidate):\n    assert candidate(1, 2) == 3\n",
}
MBPP = {
    "task_id": 11,
    "text": "Add two numbers.",
    "code": "import math\nclass Pair: pass\ndef helper(a): return a\ndef add(a, b): return helper(a) + b",
    "test_list": ["assert add(1, 2) == 3", "assert add(len([1]), 2) == 3"],
    "test_setup_code": "START = 1",
}
PLUS = {
    "task_id": "Mbpp/2",
    "prompt": '"""Common elements."""\n',
    "canonical_solution": "def both(a, b):\n    return tuple(set(a) & set(b))\n",
    "entry_point": "both",
    "base_input": [[[1, 2], [2, 3]]],
    "plus_input": [[[1], [2]], [[5, 6], [6]]],
    "atol": 0,
    "assertion": "assert set(both((1, 2), (2, 3))) == {2}",
}
LIMITS = SandboxLimits(cpu_seconds=1.0, memory_mb=256, output_kb=64, allow_weak=False, max_invalid=0.0)


def write(path: Path, *rows: Any) -> Path:
    path.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows))
    return path


def test_forms_are_recognised(tmp_path: Path) -> None:
    (human,) = read_problems(write(tmp_path / "a.jsonl", HUMANEVAL))
    assert (human.suite, human.task_id, human.entry_point) == ("humaneval", "HumanEval/0", "add")
    assert human.hidden_tests == [HUMANEVAL["prompt"], HUMANEVAL["test"] + "\n\ncheck(add)\n"]
    (simple,) = read_problems(write(tmp_path / "b.jsonl", MBPP))
    assert (simple.suite, simple.task_id, simple.entry_point) == ("mbpp", "Mbpp/11", "add")
    assert simple.hidden_tests == ["\nSTART = 1".lstrip("\n"), *MBPP["test_list"]]
    base, plus = read_problems(write(tmp_path / "c.jsonl", PLUS))
    assert (base.suite, plus.suite) == ("mbpp", "mbpp+")


def test_compressed_files_and_json_lists(tmp_path: Path) -> None:
    whole = tmp_path / "a.json"
    whole.write_text(json.dumps([HUMANEVAL, HUMANEVAL | {"task_id": "HumanEval/1"}], indent=1))
    packed = tmp_path / "a.jsonl.gz"
    packed.write_bytes(gzip.compress((json.dumps(HUMANEVAL) + "\n\n").encode("utf-8-sig")))
    assert [one.task_id for one in read_problems(whole)] == ["HumanEval/0", "HumanEval/1"]
    assert [one.task_id for one in read_problems(packed)] == ["HumanEval/0"]
    packed.write_bytes(packed.read_bytes()[:-9])
    with pytest.raises(UserError, match=r"a\.jsonl\.gz:\d+: the gzip data are damaged"):
        read_problems(packed)


BAD = {
    '{"task_id": 1}': "belong to no known suite",
    "[1, 2]": "belong to no known suite",
    "{": "no JSON",
    "\ufeff{}": "belong to no known suite",
    json.dumps(HUMANEVAL | {"entry_point": "a b"}): "no name of a function",
    json.dumps(HUMANEVAL | {"test": 3}): "test is a int, not a text",
    json.dumps({"task_id": 1, "test_list": ["assert"], "text": "", "code": "x"}): "is no Python",
    json.dumps(MBPP | {"test_list": []}): "test_list is no list of texts",
    json.dumps(MBPP | {"code": "x = 1"}): "defines no function",
    json.dumps(PLUS | {"base_input": [1]}): "base_input is no list of argument lists",
    json.dumps(PLUS | {"atol": "0"}): "atol is no number",
    json.dumps(PLUS | {"atol": 10**400}): "does not fit",
    json.dumps(PLUS | {"assertion": "assert both({1}, 2)", "base_input": [[[[1]], 2]]}): "does not fit",
    json.dumps(HUMANEVAL | {"test": "-" * 20_000 + "1"}): "not valid Python",
    json.dumps(MBPP | {"code": "-" * 20_000 + "1"}): "no Python",
    "[" * 100_000: "nested too deep",
    json.dumps(HUMANEVAL | {"prompt": "\ud800"}): "half a character",
    json.dumps(HUMANEVAL | {"canonical_solution": "return '\ud800'"}): "canonical_solution holds half a character",
    json.dumps(HUMANEVAL | {"canonical_solution": ["return 1"]}): "canonical_solution is a list, not a text",
    json.dumps(MBPP | {"task_id": "Mbpp/\ud800"}): "task_id holds half a character",
    json.dumps(MBPP | {"test_imports": [["import math"]]}): "test_imports is no list of texts",
    json.dumps(PLUS | {"base_input": [["DEEP"]]}).replace('"DEEP"', "[" * 900 + "]" * 900): "nests too deep",
    json.dumps(HUMANEVAL) + "\n" + json.dumps(HUMANEVAL): "occurs twice",
}


@pytest.mark.parametrize("text", BAD, ids=range(len(BAD)))
def test_bad_rows_are_named(tmp_path: Path, text: str) -> None:
    file = write(tmp_path / "p.jsonl", text)
    with pytest.raises(UserError) as caught:
        read_problems(file)
    assert f"{file}:" in caught.value.message and BAD[text] in caught.value.message


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xff\xfe\x00"])
def test_other_files_are_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "p.jsonl").write_bytes(content)
    with pytest.raises(UserError, match="is empty|not UTF-8"):
        read_problems(tmp_path / "p.jsonl")
    with pytest.raises(UserError, match="does not exist"):
        read_problems(tmp_path / "q.jsonl")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
KEYS = st.sampled_from([*HUMANEVAL, *MBPP, *PLUS, "completion", "solution", "sample_index"])


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from([HUMANEVAL, MBPP, PLUS]),
    st.dictionaries(KEYS, JSON, max_size=4),
    st.lists(JSON | st.dictionaries(KEYS, JSON, max_size=4), min_size=1, max_size=4),
    st.binary(max_size=40),
)
def test_no_file_gives_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, row: dict[str, Any], changes: dict[str, Any], samples: Any, junk: bytes
) -> None:
    folder = tmp_path_factory.mktemp("fuzz")
    (folder / "p.jsonl").write_bytes(json.dumps(row | changes).encode() + b"\n" + junk)
    good = read_problems(write(folder / "good.jsonl", HUMANEVAL))
    (folder / "s.jsonl").write_bytes(b"".join(json.dumps(one).encode() + b"\n" for one in samples) + junk)
    for read in (lambda: read_problems(folder / "p.jsonl"), lambda: read_samples(folder / "s.jsonl", good)):
        try:
            read()
        except UserError as error:
            assert str(folder) in error.message


def verdicts(problem_row: dict[str, Any], folder: Path, *codes: str) -> list[list[str]]:
    problems = read_problems(write(folder / "p.jsonl", problem_row))
    with Sandbox(LIMITS, 1) as sandbox:
        jobs = [
            Job(
                identity(p.task_id, number),
                code,
                p.entry_point or "",
                list(p.hidden_tests or []),
            )
            for p in problems
            for number, code in enumerate(codes)
        ]
        outcomes = [result.verdict.outcome for result in sandbox.run(jobs)]
    return [outcomes[i * len(codes) : (i + 1) * len(codes)] for i in range(len(problems))]


def test_tests_of_each_form_decide(tmp_path: Path) -> None:
    right, wrong = "def add(a, b):\n    return a + b\n", "def add(a, b):\n    return a - b\n"
    assert verdicts(HUMANEVAL, tmp_path, right, wrong) == [["pass", "fail"]]
    assert verdicts(MBPP, tmp_path, right, wrong) == [["pass", "fail"]]


def test_evalplus_judges_base_and_plus(tmp_path: Path) -> None:
    right = PLUS["canonical_solution"]
    only_base = "def both(a, b):\n    return (2,)\n"
    a_list = "def both(a, b):\n    return list(set(a) & set(b))\n"
    sees_tuples = right.replace("return", "assert type(a) is tuple\n    return")
    assert verdicts(PLUS, tmp_path, right, only_base, a_list, sees_tuples) == [
        ["pass", "pass", "fail", "pass"],
        ["pass", "fail", "fail", "pass"],
    ]
    # A program cannot reach the canonical solution beside the tests.
    thief = "import sys\ndef both(a, b):\n    return sys.modules['__main__']._reference(a, b)\n"
    assert verdicts(PLUS, tmp_path, thief) == [["fail"], ["fail"]]


def test_the_reference_may_use_any_name_and_the_inputs_be_infinite(tmp_path: Path) -> None:
    row = {
        **PLUS,
        "task_id": "Mbpp/3",
        "prompt": "def close(x):\n    return x\n\ndef both(a, b):\n",
        "canonical_solution": "    return close(a) if a < b else inf\n\ninf = 7\n",
        "base_input": [[1, float("inf")]],
        "plus_input": [[float("inf"), 2]],
    }
    right = "def both(a, b):\n    return a if a < b else 7\n"
    (problem, _) = read_problems(write(tmp_path / "p.jsonl", row))
    assert why_unsealed(problem.hidden_tests or [], "both") is None
    assert verdicts(row, tmp_path, right, right.replace("7", "8")) == [["pass", "pass"], ["pass", "fail"]]


@pytest.mark.parametrize(
    ("reference", "program", "atol", "holds"),
    [
        (1.0, 1.0 + 5e-7, 0, True),
        (1.0, 1.0 + 5e-6, 0, False),
        (1.0, 1.005, 0.01, True),
        ([1.0, 2.0], [1.0, 2.0 + 5e-7], 0, True),
        ([1.0, 2.0], (1.0, 2.0 + 5e-7), 0, False),
        ([1.0, 2.0], [1.0], 0, False),
        (1, True, 0, True),
        ("a", "b", 0.1, False),
        (float("inf"), float("inf"), 0, True),
        (float("inf"), 5.0, 0, False),
        ([float("inf"), 2.0], [5.0, 2.0], 0, False),
        (float("nan"), float("nan"), 0, False),
    ],
)
def test_rules_of_comparison(reference: Any, program: Any, atol: float, holds: bool) -> None:
    try:
        check_inputs(lambda: program, lambda: reference, [[]], atol, "humaneval", "f")
    except (AssertionError, TypeError):
        assert not holds
    else:
        assert holds


def test_inputs_are_written_as_they_are() -> None:
    values = [(1, {2.5: "a"}), {"b", "a"}, frozenset({3}), 1 + 2j, [float("inf"), None, True]]
    assert restored(json.loads(json.dumps(_tagged(values)))) == values


@pytest.mark.parametrize(
    ("name", "given_", "reference", "program", "holds"),
    [
        ("similar_elements", [[1], [1]], [1, 2], [2, 1], True),
        ("sum_div", [7], 1, 0, True),
        ("are_equivalent", [1, 2], True, False, True),
        ("surface_Area", [3, 4], 33, 36, False),
        ("surface_Area", [3, 4], 33, 35, True),
        ("digit_distance_nums", [1, 100], 1, 2, True),
        ("check_str", ["a"], "match", True, True),
        ("check_str", ["a"], None, True, False),
        ("other", [1], 1, 2, False),
    ],
)
def test_tasks_with_rules_of_their_own(name: str, given_: Any, reference: Any, program: Any, holds: bool) -> None:
    try:
        check_inputs(lambda *_: program, lambda *_: reference, [given_], 0, "mbpp", name)
    except AssertionError:
        assert not holds
    else:
        assert holds


def test_a_root_is_any_root() -> None:
    check_inputs(lambda xs: -1.0, lambda xs: 1.0, [[[-1.0, 0.0, 1.0]]], 1e-4, "humaneval", "find_zero")
    with pytest.raises(AssertionError):
        check_inputs(lambda xs: 0.5, lambda xs: 1.0, [[[-1.0, 0.0, 1.0]]], 1e-4, "humaneval", "find_zero")


@pytest.mark.parametrize("prompt", ["def add(a, b):\n", "import math\n\ndef add(a, b):", "Add two numbers."])
def test_a_prompt_that_does_not_stand_alone(tmp_path: Path, prompt: str) -> None:
    path = tmp_path / "problems.jsonl"
    path.write_text(json.dumps({**HUMANEVAL, "prompt": prompt}) + "\n")
    (problem,) = read_problems(path)
    job = Job(
        identity("t"),
        "def add(a, b):\n    return a + b\n",
        "add",
        list(problem.hidden_tests or []),
    )
    limits = SandboxLimits(cpu_seconds=1.0, memory_mb=256, output_kb=64, allow_weak=False, max_invalid=0.0)
    with Sandbox(limits, 1) as sandbox:
        assert next(iter(list(sandbox.run([job])))).verdict.outcome == "pass"


def test_tests_that_are_no_python(tmp_path: Path) -> None:
    path = tmp_path / "problems.jsonl"
    path.write_text(json.dumps({**HUMANEVAL, "test": "def check(:"}) + "\n")
    with pytest.raises(UserError, match=r"problems.jsonl:1: the tests of HumanEval/0 are not valid Python"):
        read_problems(path)


NOTHING = {
    "assert add(1, 2) == 3\n": "task HumanEval/0: its test defines no function check",
    "": "its test defines no function check",
    "def check(candidate):\n    assert True\n": "its test's check never calls candidate",
    "def check(candidate):\n    assert candidate\n": "its test's check never calls candidate",
    "def check(candidate):\n    candidate(1, 2)\n    assert True\n": "its test asserts nothing",
    "def check():\n    assert add(1, 2) == 3\n": "its test's check takes no argument",
    "async def check(candidate):\n    assert candidate(1, 2) == 3\n": "is async",
}


@pytest.mark.parametrize("test", NOTHING, ids=range(len(NOTHING)))
def test_a_test_that_tests_nothing_is_refused(tmp_path: Path, test: str) -> None:
    path = write(tmp_path / "p.jsonl", HUMANEVAL | {"task_id": "HumanEval/9"}, HUMANEVAL | {"test": test})
    with pytest.raises(UserError) as caught:
        read_problems(path)
    assert caught.value.message.startswith(f"{path}:2: ") and NOTHING[test] in caught.value.message


@pytest.mark.parametrize(
    "test",
    [
        "def check(candidate):\n    assert add(1, 2) == 3\n",
        "def check(*candidates):\n    assert candidates[0](1, 2) == 3\n",
        "def check(f):\n    g = f\n    if g(1, 2) != 3:\n        raise ValueError\n",
        "import unittest\ndef check(f):\n    unittest.TestCase().assertEqual(f(1, 2), 3)\n",
        "def same(f, x):\n    assert f(*x) == 3\ndef check(f):\n    same(f, (1, 2))\n",
        "def check(f):\n    try:\n        f()\n    except TypeError:\n        pass\n    else:\n        assert False\n",
        "check = lambda f: exit(f(1, 2) != 3)\n",
        "if True:\n    def check(f):\n        assert f(1, 2) == 3\n",
    ],
)
def test_a_test_may_be_written_in_many_ways(tmp_path: Path, test: str) -> None:
    assert len(read_problems(write(tmp_path / "p.jsonl", HUMANEVAL | {"test": test}))) == 1


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (HUMANEVAL | {"entry_point": "plus"}, "its prompt defines add, not its entry_point plus"),
        (HUMANEVAL | {"task_id": " "}, "task_id is empty"),
        (MBPP | {"test_list": ["assert add(1, 2) == 3", " "]}, "test_list holds an empty test"),
        (MBPP | {"test_list": ["add(1, 2)"]}, "its tests assert nothing"),
        (MBPP | {"test_list": ["assert len([1]) == 1"]}, "its tests call nothing that its code defines"),
        (PLUS | {"base_input": []}, "base_input holds no input"),
    ],
)
def test_rows_that_are_not_what_they_seem(tmp_path: Path, row: dict[str, Any], why: str) -> None:
    with pytest.raises(UserError) as caught:
        read_problems(write(tmp_path / "p.jsonl", row))
    assert "p.jsonl:1: " in caught.value.message and why in caught.value.message
