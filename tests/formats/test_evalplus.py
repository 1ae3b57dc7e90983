"""EvalPlus's own types of arguments, its time per input, and its rules by version of the data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from codereflect.errors import UserError
from codereflect.formats.evalplus import InputTime
from codereflect.formats.evalplus_rules import OLD, check_inputs
from codereflect.formats.evalplus_types import typed_inputs
from codereflect.formats.problems import read_problems
from codereflect.records import given as identity
from codereflect.sandbox import Job, Sandbox
from codereflect.sandbox_params import SandboxLimits

ROW = {
    "task_id": "HumanEval/0",
    "prompt": "def same(x):\n",
    "canonical_solution": "    return x\n",
    "entry_point": "same",
    "base_input": [[1]],
    "plus_input": [[2], [3], [4]],
    "atol": 0,
}
LIMITS = SandboxLimits(cpu_seconds=5.0, memory_mb=256, output_kb=1024, allow_weak=False, max_invalid=0.0)
BUSY = """from time import process_time
def same(x):
    end = process_time() + 0.1
    while process_time() < end: pass
    return x
"""


def outcomes(folder: Path, row: dict[str, Any], time: InputTime, *programs: str) -> list[tuple[str, str]]:
    (folder / "p.jsonl").write_text(json.dumps(row) + "\n")
    _, plus = read_problems(folder / "p.jsonl", time=time)
    jobs = [
        Job(identity("t", n), text, plus.entry_point or "", plus.hidden_tests or []) for n, text in enumerate(programs)
    ]
    with Sandbox(LIMITS, 1) as sandbox:
        return [(one.verdict.outcome, one.verdict.feedback) for one in sandbox.run(jobs)]


@pytest.mark.parametrize(
    ("task", "inputs", "expected"),
    [
        # a list although the assertion shows a tuple
        (98, [[[3, 1]]], [[[3, 1]]]),
        (104, [[[["b", "a"]]]], [[[["b", "a"]]]]),
        (2, [[[1], [2]]], [[(1,), (2,)]]),
        (63, [[[[1, 2]]]], [[[(1, 2)]]]),
        (75, [[[[1, 2]], 3]], [[[(1, 2)], 3]]),
        (106, [[[1], [2]]], [[[1], (2,)]]),
        (115, [[[[1, 1], []]]], [[[{1}, {}]]]),
        (124, [[0, "1j"]], [[0.0, 1j]]),
        (252, [["5"]], [[5 + 0j]]),
        (259, [[[[1]], [[2]]]], [[((1,),), ((2,),)]]),
        (278, [[[1, [2]]]], [[(1, (2,))]]),
        (307, [[[1], 2, 3]], [[(1,), 2, 3]]),
        (580, [[[1, [2, [3]]]]], [[(1, (2, (3,)))]]),
        (722, [[{"a": [1]}, 2]], [[{"a": (1,)}, 2]]),
        (808, [[[1], 2]], [[(1,), 2]]),
    ],
)
def test_arguments_have_the_types_of_the_table(task: int, inputs: Any, expected: Any) -> None:
    assert repr(typed_inputs(f"Mbpp/{task}", inputs)) == repr(expected)


def test_inputs_that_do_not_fit_their_task(tmp_path: Path) -> None:
    (tmp_path / "p.jsonl").write_text(json.dumps({**ROW, "task_id": "Mbpp/106"}) + "\n")
    with pytest.raises(UserError, match=r"p.jsonl:1: an input or atol does not fit"):
        read_problems(tmp_path / "p.jsonl")


def test_time_is_counted_for_each_input(tmp_path: Path) -> None:
    loop = "def same(x):\n    while x == 3: pass\n    return x\n"
    found = outcomes(tmp_path, ROW, InputTime(0.3, 4.0), BUSY, loop)
    assert found == [("pass", "All tests passed."), ("timeout", "same(3) ran longer than one call may.")]
    assert [outcome for outcome, _ in outcomes(tmp_path, ROW, InputTime(0.05, 4.0), BUSY)] == ["timeout"]


def test_time_grows_with_that_of_the_reference(tmp_path: Path) -> None:
    slow = {**ROW, "prompt": "", "canonical_solution": BUSY, "plus_input": []}
    found = [outcome for factor in (4.0, 0.1) for outcome, _ in outcomes(tmp_path, slow, InputTime(0.01, factor), BUSY)]
    assert found == ["pass", "timeout"]


def test_a_program_that_waits_is_ended(tmp_path: Path) -> None:
    sleeps = "import time\ndef same(x):\n    time.sleep(60)\n"
    assert outcomes(tmp_path, ROW, InputTime(0.02, 4.0), sleeps) == [("timeout", "same(1) waited without end.")]


@pytest.mark.parametrize(("rows", "passes"), [(378, True), (399, False)])
def test_sets_are_compared_from_the_second_version_of_the_data(tmp_path: Path, rows: int, passes: bool) -> None:
    row = {**ROW, "entry_point": "Diff", "prompt": "", "canonical_solution": "def Diff(a):\n    return a\n"}
    every = [{**row, "task_id": f"Mbpp/{number + 1000}", "base_input": [[[1, 2]]]} for number in range(rows)]
    (tmp_path / "p.jsonl").write_text("".join(json.dumps(one) + "\n" for one in every))
    tests = read_problems(tmp_path / "p.jsonl")[0].hidden_tests or []
    with Sandbox(LIMITS, 1) as sandbox:
        (found,) = sandbox.run([Job(identity("t"), "def Diff(a):\n    return a[::-1]\n", "Diff", tests)])
    assert (found.verdict.outcome == "pass") is passes


@pytest.mark.parametrize(
    ("rules", "reference", "program", "holds"),
    [
        ("mbpp", 1.0, 1, True),
        ("mbpp", 2.0, 2 + 1e-7, True),
        ("mbpp", [1.0, 2.0], (1.0, 2.0), False),
        (OLD, [1.0, 2.0], (1.0, 2.0), True),
        ("mbpp", ["a", 1.0], ["a", 1.0 + 1e-9], False),
        ("mbpp", [None, 1.0], [None, 1.0 + 1e-9], False),
        ("mbpp", [1 + 1j], [1 + 1j + 1e-9], True),
    ],
)
def test_only_numbers_are_close(rules: str, reference: Any, program: Any, holds: bool) -> None:
    try:
        check_inputs(lambda: program, lambda: reference, [[]], 1e-4, rules, "f")
    except AssertionError:
        assert not holds
    else:
        assert holds


def test_a_special_rule_sees_what_the_program_left_of_its_arguments() -> None:
    def drops(coefficients: list[float]) -> float:
        coefficients.clear()
        return 5.0

    check_inputs(drops, lambda xs: 1.0, [[[-1.0, 1.0]]], 1e-4, "humaneval", "find_zero")
