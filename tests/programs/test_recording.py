"""Recorded answers: the same whatever the hash seed, and nothing of a program that answers in two ways."""

from __future__ import annotations

import pytest

from codereflect.grading.case import given_case
from codereflect.grading.check import check
from codereflect.programs import recorded_tests
from codereflect.programs.recording import Recording, Subject, reads_outside, record
from codereflect.records import Problem
from codereflect.sandbox_params import SandboxLimits

LIMITS = SandboxLimits(cpu_seconds=1.0, memory_mb=256, output_kb=64, allow_weak=False, max_invalid=0.0)
PROGRAMS = {
    "clamp": "def f(a: int) -> int:\n    if a < 0:\n        raise ValueError('low')\n    return min(a, 10)\n",
    "random": "import random\ndef f(a: int) -> float:\n    return a + random.random()\n",
    "coin": "import random\ndef f(a: int) -> bool:\n    return random.random() < 0.5\n",
    "hash": "def f(a: list[str]) -> list[str]:\n    return list(set(a) | {'x', 'y', 'z', 'w'})\n",
    "sets": "def f(a: list[str]) -> set[str]:\n    return set(a) | {'x', 'y'}\n",
    "counter": "seen = []\ndef f(a: int) -> int:\n    seen.append(a)\n    return len(seen)\n",
    "changes": "def f(a: list[int]) -> None:\n    a.sort()\n",
    "yields": "def f(a: list[int]):\n    for one in a:\n        yield one / 3\n",
    "object": "def f(a: int):\n    return object()\n",
    "nan": "def f(a: int):\n    return [a, float('nan')]\n",
    "fails": "def f(a: int):\n    return a.missing\n",
    "clock": "import time\ndef f(a: int):\n    return time.localtime().tm_year + a\n",
    "id": "def f(a: int):\n    return id(a) % 2\n",
}


@pytest.fixture(scope="module")
def recordings() -> dict[str, Recording]:
    subjects = [Subject(code, "f") for code in PROGRAMS.values()]
    return dict(zip(PROGRAMS, record(subjects, LIMITS, 2), strict=True))


def test_what_differs_between_runs_is_not_recorded_at_all(recordings: dict[str, Recording]) -> None:
    for name in ("random", "coin", "hash", "counter"):
        assert recordings[name].trouble == "unsteady" and not recordings[name].calls, name
    assert recordings["clock"].trouble == "outside"


def test_what_is_no_data_or_makes_no_sense_is_left_out(recordings: dict[str, Recording]) -> None:
    assert not recordings["object"].calls
    assert not recordings["nan"].calls
    assert recordings["fails"].trouble == "no_inputs"


def test_values_exceptions_and_changed_arguments(recordings: dict[str, Recording]) -> None:
    clamp = {call.args[0]: call.answer for call in recordings["clamp"].calls}
    assert len(clamp) > 10 and {answer.error for answer in clamp.values()} == {None, "ValueError"}
    assert all(answer.value == min(given, 10) for given, answer in clamp.items() if given >= 0)
    assert all(answer.error == "ValueError" for given, answer in clamp.items() if given < 0)
    for call in recordings["changes"].calls:
        assert call.answer.after == (sorted(call.args[0]),)
        assert call.answer.changed == (call.args[0] != sorted(call.args[0]))
    assert any(call.answer.changed for call in recordings["changes"].calls)
    assert all(set(call.args[0]) <= call.answer.value for call in recordings["sets"].calls)
    assert all(call.answer.listed and isinstance(call.answer.value, list) for call in recordings["yields"].calls)
    assert len(recordings["yields"].calls) > 5


def test_the_first_differing_input_of_each_mutant() -> None:
    clamp = PROGRAMS["clamp"]
    mutants = (clamp.replace("10", "9"), clamp.replace("a < 0", "0 > a"), "def f(a:\n", clamp.replace("10", "99"))
    subject = Subject(clamp, "f", mutants)
    (one,) = record([subject], LIMITS, 1)
    assert one.differing[1] is None and one.differing[2] == -1
    by_number = {call.number: call.args[0] for call in one.calls}
    assert by_number[one.differing[0]] >= 10 and by_number[one.differing[3]] > 10
    assert one == record([subject, subject], LIMITS, 2)[1]


@pytest.mark.parametrize("name", ["clamp", "sets", "changes"])
def test_hidden_tests_hold_for_the_program_and_for_no_mutant_they_were_chosen_by(name: str) -> None:
    right = PROGRAMS[name]
    wrong = {
        "clamp": (right.replace("10", "11"), right.replace("raise ValueError('low')", "return 0")),
        "sets": (right.replace("'y'", "'z'"), right.replace("set(a) |", "set(a[:1]) |")),
        "changes": (right.replace("sort", "reverse"), right.replace("a.sort()", "return a.sort() or 1")),
    }[name]
    (one,) = record([Subject(right, "f", wrong)], LIMITS, 1)
    tests = recorded_tests.hidden_tests("f", recorded_tests.chosen(one, 5))
    assert 1 <= len(tests) <= 6
    assert outcomes(tests, [right, *wrong]) == ["pass", "fail", "fail"]


def test_floats_are_compared_with_a_tolerance(recordings: dict[str, Recording]) -> None:
    calls = [call for call in recordings["yields"].calls if call.answer.value]
    tests = recorded_tests.hidden_tests("f", calls[:3])
    other = "def f(a):\n    return iter([one * 0.3333333333333333 for one in a])\n"
    wrong = "def f(a):\n    return iter([one * 0.3333 for one in a])\n"
    assert outcomes(tests, [PROGRAMS["yields"], other, wrong]) == ["pass", "pass", "fail"]


def outcomes(tests: list[str], programs: list[str]) -> list[str]:
    problem = Problem(
        task_id="t", suite="s", language="python", category="c", prompt="", entry_point="f", hidden_tests=tests
    )
    cases = [given_case(problem, code, number) for number, code in enumerate(programs)]
    found = check(cases, LIMITS, 1).verdicts
    return [found[case.of].outcome for case in cases]


def test_looking_at_the_machine_is_seen_in_the_text() -> None:
    assert reads_outside("import os\ndef f():\n    return os.environ['HOME']\n")
    assert reads_outside("from datetime import datetime\ndef f():\n    return datetime.now()\n")
    assert not reads_outside("import os\ndef f(a):\n    return os.path.join(a, 'b')\n")
