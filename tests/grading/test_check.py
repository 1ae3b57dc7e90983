"""Verdicts on answers that stand after a context, and on answers that are tests."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from codereflect.grading.case import given_case, is_run
from codereflect.grading.check import Checked, check
from codereflect.grading.journal import Journal
from codereflect.material import CodeBefore, Material, ProgramUnderTest, WrongProgram
from codereflect.programs.joining import joined
from codereflect.records import Problem
from codereflect.sandbox import Sandbox
from codereflect.sandbox_params import SandboxLimits

LIMITS = SandboxLimits(cpu_seconds=1.0, memory_mb=256, output_kb=64, allow_weak=False, max_invalid=0.0)
PROGRAM = "BASE = 2\n\n\ndef double(a):\n    return BASE * a if a > 0 else 0\n"


def problem(task: str, material: Material | None, tests: list[str] | None) -> Problem:
    grader = "tests" if tests is not None else "unit_test" if task == "unit_test" else "checks"
    return Problem(
        task_id=task,
        suite="s",
        language="python",
        task=task,
        category=task,
        prompt="",
        material=material,
        entry_point="double",
        hidden_tests=tests,
        grader=grader,
    )


GOOD = "from solution import double\ndef test_it():\n    assert double(3) == 6\n    assert double(-3) == 0\n"


OWN = "def double(a):\n    return BASE * a\n"
UNIT_TEST = problem("unit_test", ProgramUnderTest(code=PROGRAM), None)
COMPLETE = problem("complete", CodeBefore(code="BASE = 2\n"), ["assert double(4) == 8"])
EXPLAIN = problem("explain", None, None)
FUNCTION = problem("python_function", WrongProgram(code="BASE = 3\n"), ["assert double(4) == 8"])
CASES = [
    given_case(UNIT_TEST, GOOD),
    given_case(COMPLETE, OWN),
    given_case(EXPLAIN, "words"),
    given_case(UNIT_TEST, GOOD.replace("6", "7"), 1),
    given_case(FUNCTION, OWN),
    given_case(COMPLETE, "def double(a):\n    return a\n", 1),
    given_case(UNIT_TEST, "def test_it(:", 2),
    given_case(UNIT_TEST, "def test_it():\n    assert True\n", 3),
    # another answer with the text of one that was there
    given_case(COMPLETE, OWN, 2),
]
EXPECTED = {
    ("unit_test", 0): ("pass", "accepted"),
    ("complete", 0): ("pass", "pass"),
    ("unit_test", 1): ("fail", "failing"),
    ("python_function", 0): ("fail", "NameError"),
    ("complete", 1): ("fail", "assertion"),
    ("unit_test", 2): ("fail", "syntax"),
    ("unit_test", 3): ("fail", "tautology"),
    ("complete", 2): ("pass", "pass"),
}


def told(found: Checked) -> dict[tuple[str, int], tuple[str, str]]:
    assert all(of == verdict.of for of, verdict in found.verdicts.items())
    return {(of.task_id, of.sample_index): (one.outcome, one.category) for of, one in found.verdicts.items()}


def test_tests_and_programs_are_graded_side_by_side_and_explanations_are_not() -> None:
    found = check(CASES, LIMITS, 2)
    assert told(found) == EXPECTED
    assert all(one.sealed for one in found.verdicts.values()) and found.level != "none"
    first, failing = (found.verdicts[case.of] for case in (CASES[0], CASES[3]))
    assert first.quality.reward == 0.9 and first.quality.mutants_killed == 9 and "mutants" in first.feedback
    assert failing.quality.reward == 0.2 and failing.feedback.startswith("It fails on the code")


@pytest.mark.slow
def test_a_killed_check_goes_on_with_the_answer_where_it_was(tmp_path: Path) -> None:
    with Journal(tmp_path / "journal") as journal:
        assert told(check(CASES, LIMITS, 2, journal)) == EXPECTED
    lines = (tmp_path / "journal").read_bytes().splitlines(keepends=True)
    assert len(lines) == len(EXPECTED) - 1, "the same program is run once"
    for kept in range(len(lines)):
        # killed in the middle of a line
        (tmp_path / "journal").write_bytes(b"".join(lines[:kept]) + lines[kept][: len(lines[kept]) // 2])
        with Journal(tmp_path / "journal") as journal:
            assert told(check(CASES, LIMITS, 2, journal)) == EXPECTED
        written = (tmp_path / "journal").read_bytes().splitlines(keepends=True)
        assert written[:kept] == lines[:kept] and sorted(written[kept + 1 :]) == sorted(lines[kept:])


def test_what_is_known_is_not_run_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Journal(tmp_path / "journal") as journal:
        check(CASES, LIMITS, 2, journal)
    monkeypatch.setattr(Sandbox, "run", lambda *_: pytest.fail("run again"))
    with Journal(tmp_path / "journal") as journal:
        assert told(check(reversed(CASES), LIMITS, 2, journal, total=len(CASES))) == EXPECTED
        assert journal.get("no such key") is None


def test_two_answers_of_one_identity_are_refused_and_leave_nothing_wrong(tmp_path: Path) -> None:
    right, wrong = given_case(COMPLETE, OWN), given_case(COMPLETE, "def double(a):\n    return a\n")
    with Journal(tmp_path / "journal") as journal, pytest.raises(ValueError, match="two answers are task complete"):
        check([right, wrong], LIMITS, 1, journal)
    with Journal(tmp_path / "journal") as journal:
        assert told(check([wrong], LIMITS, 1, journal)) == {("complete", 0): ("fail", "assertion")}


def test_a_slow_program_keeps_no_verdict_of_the_others_from_the_journal(tmp_path: Path) -> None:
    slow = given_case(FUNCTION, "import time\ndef double(a):\n    time.sleep(1.5)\n    return 2 * a\n")
    quick = [given_case(COMPLETE, f"{OWN}# {number}\n", number) for number in range(5)]
    with Journal(tmp_path / "journal") as journal:
        found = check([slow, *quick], LIMITS.model_copy(update={"cpu_seconds": 2.0}), 2, journal)
    kept = [json.loads(line)["key"] for line in (tmp_path / "journal").read_text().splitlines()]
    # one of the others may wait behind it
    assert len(kept) == 6 and kept.index(found.keys[slow.of]) >= 4


def test_what_was_run_unconfined_does_not_count_where_that_is_not_allowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weak = LIMITS.model_copy(update={"allow_weak": True})
    with Journal(tmp_path / "journal") as journal:
        check([given_case(COMPLETE, OWN)], weak, 1, journal)
        run: list[int] = []
        original = Sandbox.run
        monkeypatch.setattr(Sandbox, "run", lambda self, *rest: run.append(1) or original(self, *rest))
        check([given_case(COMPLETE, OWN)], LIMITS, 1, journal)
        assert run == [1]


def test_our_own_failure_is_not_kept(tmp_path: Path) -> None:
    broken = problem("python_function", None, ["assert double(", "assert True"])
    lenient = LIMITS.model_copy(update={"max_invalid": 1.0})
    with Journal(tmp_path / "journal") as journal:
        assert told(check([given_case(broken, OWN)], lenient, 1, journal)) == {
            ("python_function", 0): ("invalid", "tests")
        }
    assert not (tmp_path / "journal").exists()


def test_tests_of_a_program_that_cannot_be_run_are_invalid() -> None:
    other = problem("unit_test", ProgramUnderTest(code="def other(): pass\n"), None)
    (verdict,) = check([given_case(other, GOOD)], LIMITS.model_copy(update={"max_invalid": 1.0}), 1).verdicts.values()
    assert verdict.outcome == "invalid" and "double" in verdict.feedback


def test_a_task_says_how_it_is_graded_and_nothing_that_cannot_be() -> None:
    assert is_run(UNIT_TEST) and is_run(COMPLETE) and not is_run(EXPLAIN)
    plain = {"task_id": "t", "suite": "s", "language": "python", "category": "c", "prompt": ""}
    assert Problem.model_validate(plain).grader == "checks"
    assert Problem.model_validate(plain | {"hidden_tests": ["assert 1"]}).grader == "tests"
    for wrong, reason in (
        ({"hidden_tests": []}, "every answer would pass"),
        ({"grader": "tests"}, "hidden tests are None"),
        ({"grader": "checks", "hidden_tests": ["assert 1"]}, "hidden tests are given"),
        ({"grader": "unit_test"}, "no program under test"),
        ({"grader": "text", "reference": "x"}, "no Java reference"),
    ):
        with pytest.raises(ValidationError, match=reason):
            Problem.model_validate(plain | wrong)


def test_future_imports_of_an_answer_come_first() -> None:
    answer = "from __future__ import annotations\ndef double(a: Missing):\n    return BASE * a\n"
    program = joined("from typing import Any\nBASE = 2\n", answer)
    compile(program, "<program>", "exec")
    assert program.index("__future__") < program.index("BASE = 2") < program.index("def double")
    assert joined("", answer) == answer and joined("x = 1", "def f(:  # __future__").startswith("x = 1\n")
