"""Every hostile program fails, every benign look-alike passes, and a neighbour beside them is never disturbed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hostile import check_as_ordinary_user, judge

from codereflect.params import SandboxLimits
from codereflect.sandbox import Job, Result, Sandbox, probe

PROGRAMS = sorted((Path(__file__).parent.parent / "evil" / "python").glob("*.py"))
TESTS = ["assert answer(2) == 3", "def check(candidate):\n    assert candidate(10) == 11\n\ncheck(answer)"]
OWN_TESTS = "# TESTS: "
LIMITS = SandboxLimits(cpu_seconds=0.4, memory_mb=256, output_kb=64, allow_weak=False, max_invalid=0.0)
NEIGHBOUR = "def answer(x):\n    return x + 1\n"
# what must be said about the attack, where only one answer is right
EXPECTED = {
    "crash": ("fail", "crash"),
    "forge_assertion": ("fail", "AssertionError"),
    "forge_exit_at_import": ("fail", "exit"),
    "forge_exit_zero": ("fail", "exit"),
    "forge_equal_object": ("fail", "assertion"),
    "fork_raw": ("fail", "assertion"),
    "infinite_loop": ("timeout", "timeout"),
    "infinite_sleep": ("timeout", "timeout"),
    "kill_itself": ("fail", "crash"),
    "memory_bomb": ("fail", "memory"),
    "output_flood": ("fail", "output"),
    "stop_itself": ("timeout", "timeout"),
}
# these wait for the wall limit: a short one, once
WAITING = ("infinite_sleep", "stop_itself")
# loading the package alone takes more than the limit of the others
LARGE = ("benign_sympy",)
COMPUTING = [path for path in PROGRAMS if path.stem not in WAITING + LARGE]
GENEROUS = LIMITS.model_copy(update={"cpu_seconds": 20.0, "memory_mb": 512})
SHORT = LIMITS.model_copy(update={"cpu_seconds": 0.05})


def asked_of(text: str) -> list[str]:
    """The tests of a program: its own, where its second line names some."""
    second = text.splitlines()[1]
    return json.loads(second.removeprefix(OWN_TESTS)) if second.startswith(OWN_TESTS) else TESTS


def judge_all(level: str, programs: list[Path], limits: SandboxLimits = LIMITS) -> dict[str, tuple[Result, Result]]:
    """Each program, followed by a neighbour that must pass."""
    jobs = []
    for path in programs:
        text = path.read_text(encoding="utf-8")
        jobs.append(Job(path.stem, 0, text, "answer", asked_of(text)))
        jobs.append(Job(path.stem, 1, NEIGHBOUR, "answer", TESTS))
    with Sandbox(limits, 2, level=level) as sandbox:
        assert sandbox.level == level
        results = list(sandbox.run(jobs))
    return {path.stem: (results[2 * i], results[2 * i + 1]) for i, path in enumerate(programs)}


@pytest.fixture(scope="module")
def at_full() -> dict[str, tuple[Result, Result]]:
    confinement = probe()
    if confinement.level != "full":
        pytest.skip(f"no namespaces here: {confinement.reasons}")
    waiting = [path for path in PROGRAMS if path.stem in WAITING]
    large = [path for path in PROGRAMS if path.stem in LARGE]
    return judge_all("full", COMPUTING) | judge_all("full", waiting, SHORT) | judge_all("full", large, GENEROUS)


@pytest.fixture(scope="module")
def at_landlock() -> dict[str, tuple[Result, Result]]:
    return judge_all("landlock", COMPUTING)


@pytest.mark.parametrize("name", [path.stem for path in PROGRAMS])
def test_full(at_full: dict[str, tuple[Result, Result]], name: str) -> None:
    judge(name, at_full[name], EXPECTED)


@pytest.mark.parametrize("name", [path.stem for path in COMPUTING])
def test_landlock(at_landlock: dict[str, tuple[Result, Result]], name: str) -> None:
    judge(name, at_landlock[name], EXPECTED)


def test_each_program_says_what_it_attacks() -> None:
    assert len(PROGRAMS) > 40
    for path in PROGRAMS:
        assert path.read_text(encoding="utf-8").startswith("# "), path


@pytest.mark.parametrize("name", ["read_tests", "read_heap"])
def test_what_searches_for_tests_would_find_one(name: str) -> None:
    """The control of these programs: with the text within reach they do answer right.

    It is there many times: one copy may lie across two pages, or far from where the program looks.
    """
    path = next(path for path in PROGRAMS if path.stem == name)
    code = path.read_text(encoding="utf-8") + "\nHELD = ['assert ' + 'answer(%d) == 2' % n for n in range(2000)]\n"
    with Sandbox(LIMITS, 1) as sandbox:
        result = next(iter(list(sandbox.run([Job(name, 0, code, "answer", TESTS)]))))
    assert result.verdict.outcome == "pass", result


JUDGE_AS_USER = """
import json, os, sys
sys.path.insert(0, sys.argv[1])
from test_evil import COMPUTING, judge_all
assert os.getuid() and os.geteuid()
found = {level: judge_all(level, COMPUTING) for level in ("full", "landlock")}
print(json.dumps({level: {name: [r.verdict.outcome for r in pair] for name, pair in some.items()}
                  for level, some in found.items()}))
"""


@pytest.mark.slow
def test_an_ordinary_user_is_as_safe() -> None:
    check_as_ordinary_user(JUDGE_AS_USER, {path.stem for path in COMPUTING})
