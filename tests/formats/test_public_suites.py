"""The public suites as problems for a model: prompts, what they show, what decides; and docstrings that are wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codereflect.corpus_specs import SUITES
from codereflect.errors import UserError
from codereflect.formats.docstring_examples import assertions, docstring, opened
from codereflect.formats.public_suites import suite_problems
from codereflect.grading.case import Case, given_case
from codereflect.grading.check import check
from codereflect.material import StopTokens
from codereflect.records import Problem, read_records, write_records
from codereflect.sandbox_params import SandboxLimits
from codereflect.tasks.public_tests import true_examples

LIMITS = SandboxLimits(cpu_seconds=1.0, memory_mb=256, output_kb=64, allow_weak=False, max_invalid=0.0)
PROMPT = '''from typing import List

def twice(x: int) -> int:
    """ Twice.
    >>> twice(2)
    4
    >>> twice(3)
    7
    """
'''
HUMANEVAL = {
    "task_id": "HumanEval/0",
    "prompt": PROMPT,
    "canonical_solution": "    return 2 * x\n",
    "entry_point": "twice",
    "test": "def check(candidate):\n    assert candidate(5) == 10\n",
}
MBPP = {
    "task_id": 11,
    "text": "Add to START.",
    "code": "def add(a):\r\n    return a + 1",
    "test_list": ["assert add(START) == 2", "assert add(2) == 3", "assert add(3) == 4"],
    "test_setup_code": "START = 1",
}
PLUS = {
    "task_id": "Mbpp/17",
    "prompt": '"""\nWrite add.\nassert add(1, 2) == 3\n"""\n',
    "canonical_solution": "def add(a, b):\n    return a + b\n",
    "entry_point": "add",
    "base_input": [[1, 2]],
    "plus_input": [[3, 4]],
    "atol": 0,
}
MULTIPL_E = {
    "name": "HumanEval_1_twice",
    "language": "java",
    "prompt": "import java.util.*;\nclass Problem {\n    // Twice.\n    public static long twice(long n) {\n",
    "tests": "    }\n    public static void main(String[] args) {\n    assert(twice((1l)) == (2l));\n    }\n\n}\n",
    "stop_tokens": ["\n    }\n"],
}
FILES = {
    "humaneval": [HUMANEVAL],
    "mbpp": [MBPP],
    "multipl_e_java": [MULTIPL_E],
    "humaneval_plus": [
        {**HUMANEVAL, "base_input": [[1]], "plus_input": [[2]], "atol": 0, "test": ""},
        {**PLUS, "task_id": "Mbpp/3"},
    ],
    "mbpp_plus": [PLUS],
}


def suite(folder: Path, name: str, *rows: Any) -> list[Problem]:
    path = folder / f"{name}.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows or FILES[name]))
    return suite_problems(name, path)


@pytest.mark.parametrize("name", [name for name, spec in SUITES.items() if spec.form not in (None, "concode")])
def test_problems_have_their_suite_and_task_and_survive_a_file(tmp_path: Path, name: str) -> None:
    found = suite(tmp_path, name)
    assert [one.suite for one in found] == [name]
    assert found[0].task == ("java_method" if name == "multipl_e_java" else "python_function")
    write_records(tmp_path / "p.jsonl", found)
    assert list(read_records(tmp_path / "p.jsonl", Problem)) == found


def reference(problem: Problem) -> Case:
    return given_case(problem, problem.reference or "")


def outcomes(cases: list[Case]) -> list[str]:
    found = check(cases, LIMITS, 1).verdicts
    return [found[case.of].outcome for case in cases]


def test_humaneval(tmp_path: Path) -> None:
    (one,) = suite(tmp_path, "humaneval")
    assert one.prompt == PROMPT and one.reference == PROMPT + "    return 2 * x\n"
    assert one.public_tests == ["assert twice(2) == 4", "assert twice(3) == 7"]
    assert one.hidden_tests == [PROMPT, HUMANEVAL["test"] + "\n\ncheck(twice)\n"]


def test_mbpp_shows_the_first_assertion_and_is_judged_by_all(tmp_path: Path) -> None:
    (one,) = suite(tmp_path, "mbpp")
    assert one.prompt == '"""\nAdd to START.\nassert add(START) == 2\n"""\n'
    assert [test.strip() for test in one.public_tests] == ["START = 1", "assert add(START) == 2"]
    assert [test.strip() for test in one.hidden_tests or []] == ["START = 1", *MBPP["test_list"]]


@pytest.mark.parametrize(
    ("number", "part"), [(1, "prompt"), (10, "prompt"), (11, "test"), (510, "test"), (511, "validation"),
                         (600, "validation"), (601, "train"), (974, "train"), (975, "other")],
)  # fmt: skip
def test_the_parts_of_mbpp(tmp_path: Path, number: int, part: str) -> None:
    assert suite(tmp_path, "mbpp", {**MBPP, "task_id": number})[0].category == part


def test_the_plus_suites_are_judged_by_base_and_plus_inputs(tmp_path: Path) -> None:
    (one,) = suite(tmp_path, "mbpp_plus")
    assert one.public_tests == ["assert add(1, 2) == 3"]
    cases = [reference(one), given_case(one, "def add(a, b):\n    return 3\n", 1)]
    assert outcomes(cases) == ["pass", "fail"]
    (other,) = suite(tmp_path, "humaneval_plus")
    assert other.task_id == "HumanEval/0" and other.public_tests[0] == "assert twice(2) == 4"


def test_multipl_e_keeps_its_stop_tokens(tmp_path: Path) -> None:
    (one,) = suite(tmp_path, "multipl_e_java")
    assert one.material == StopTokens(tokens=("\n    }\n",))
    assert type(one) is Problem and one.public_tests == []


def test_suites_that_share_task_ids_are_judged_by_their_own_tests(tmp_path: Path) -> None:
    (base,) = suite(tmp_path, "humaneval")
    other = base.model_copy(update={"suite": "humaneval_plus", "hidden_tests": ["assert twice(5) == 11"]})
    assert outcomes([reference(other), reference(base)]) == ["fail", "pass"]


def test_examples_that_the_reference_fails_are_dropped_and_told(tmp_path: Path) -> None:
    (human,), (simple,) = suite(tmp_path, "humaneval"), suite(tmp_path, "mbpp")
    bare = human.model_copy(update={"task_id": "HumanEval/1", "reference": None})
    false = simple.model_copy(update={"task_id": "Mbpp/12", "public_tests": ["START = 1", "assert add(START) == 3"]})
    kept, dropped = true_examples([human, simple, bare, false], LIMITS, 1)
    assert dropped == {"HumanEval/0": ["assert twice(3) == 7"], "Mbpp/12": ["assert add(START) == 3"]}
    assert kept[0].public_tests == ["assert twice(2) == 4"]
    assert kept[1] == simple and kept[2] == bare and kept[3].public_tests == []
    assert kept[0].hidden_tests == human.hidden_tests


@pytest.mark.parametrize(
    ("name", "row", "told"),
    [
        ("humaneval", {**HUMANEVAL, "test": 1}, r"humaneval\.jsonl:1: test is a int"),
        ("mbpp", HUMANEVAL, "the key code is missing"),
        ("humaneval_plus", PLUS, "holds no problem of the suite humaneval_plus"),
        ("mbpp_plus", MBPP, "task_id is a int"),
        ("multipl_e_java", {**MULTIPL_E, "language": "rs"}, "only java"),
        ("multipl_e_java", {**MULTIPL_E, "stop_tokens": ["\ud800"]}, "stop_tokens holds half a character"),
        ("humaneval", "{", r":1: no JSON"),
    ],
)
def test_bad_files(tmp_path: Path, name: str, row: Any, told: str) -> None:
    (tmp_path / f"{name}.jsonl").write_text(row if isinstance(row, str) else json.dumps(row))
    with pytest.raises(UserError, match=told):
        suite_problems(name, tmp_path / f"{name}.jsonl")


def with_docstring(text: str) -> str:
    return f"def helper(x):\n    return x\n\n\ndef f(x):\n    {text!r}\n"


STATED = {
    "    f(1) == 2\n  * f([]) => []": ["assert f(1) == 2", "assert f([]) == []"],
    "For f('a') ==> 'b', and": [],
    "f('a)') ➞ False ": ["assert f('a)') == False"],
    "f(1) -> (1, 2)": ["assert f(1) == (1, 2)"],
    "f('Hi') returns 'Hi'": ["assert f('Hi') == 'Hi'"],
    "f(1) should return 16.": ["assert f(1) == 16"],
    'f(1)   # returns "a"': ['assert f(1) == "a"'],
    "f('x') # => 'No' (the name is bad)": ["assert f('x') == 'No'"],
    "f(1) = 3": ["assert f(1) == 3"],
    "f(1) => true": ["assert f(1) == True"],
    "f(n) = 1 + n": [],
    "f(1) = f(0) + 1": [],
    "f(1) == 1 + 9 = 10": [],
    "f(x=1) == 1": [],
    "a.f(1) == 1, off(1) == 2": [],
    "f(1)": [],
    "f(": [],
    ">>> f(1) == 2": ["assert f(1) == 2"],
    ">>> f(1)\n2\n>>> f(1)\n2": ["assert f(1) == 2"],
    ">>> f(1) 2": [],
    ">>> f(1)\nTraceback (most recent call last):\nValueError": [],
    ">>> x = f(1)\n>>> x\n3": [],
    ">>> f('ab\ncd')\n3\n>>> f(2)\n3": ["assert f(2) == 3"],
    ">>> helper(1)\n1": [],
    ">>> sum(f(1))\n1": ["assert sum(f(1)) == 1"],
}


@pytest.mark.parametrize("text", STATED)
def test_examples_of_docstrings(text: str) -> None:
    assert assertions(with_docstring(text), "f") == STATED[text]


def test_what_a_prompt_opens() -> None:
    assert opened(PROMPT, "twice") is not None and opened(PROMPT, "other") is None
    assert opened("def f(x):\n", "f") is not None and opened("def f(x):\n    ", "f") is not None
    assert opened("def f(x):\n    return x\n", "f") is None
    late = "def f(x):\n    import math\n    '''>>> f(1)\n    2'''\n"
    assert opened(late, "f") is not None and docstring(late, "f") == ">>> f(1)\n2"
    assert opened("def f(x):\n    '''a'''\n\ndef g(): pass\n", "f") is None
    assert opened('"""\nWrite f.\nassert f(1)\n"""\n', "f") is None
    assert opened("# f\ndef f(x):\n    return 1\n# f(1) gives 1, not 2\n", "f") is None
    assert docstring("no python (", "f") == ""


@given(st.text(st.sampled_from("f()[]=>'\"12,. \n#>assert"), max_size=60))
def test_no_docstring_gives_a_traceback(text: str) -> None:
    for found in assertions(with_docstring(text), "f"):
        compile(found, "example", "exec")
