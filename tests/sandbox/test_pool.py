"""`Sandbox`: order, feedback, our own failures, no survivors."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from codereflect.errors import UserError
from codereflect.records import Verdict, given
from codereflect.sandbox import Job, Sandbox, SandboxError
from codereflect.sandbox_params import SandboxLimits

LIMITS = SandboxLimits(cpu_seconds=1.0, memory_mb=256, output_kb=64, allow_weak=False, max_invalid=0.0)
TOLERANT = LIMITS.model_copy(update={"max_invalid": 1.0})
GOOD = "def f(x):\n    return x + 1\n"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(TOLERANT, 2) as running:
        yield running


def judge(sandbox: Sandbox, code: str, *tests: str) -> Verdict:
    return next(iter(list(sandbox.run([Job(given("t", 0), code, "f", list(tests))])))).verdict


def test_results_keep_the_order_of_the_jobs(sandbox: Sandbox) -> None:
    slow = "import time\ndef f(x):\n    time.sleep(0.05)\n    return x\n"
    jobs = [Job(given(str(i), i), slow if i % 7 == 0 else GOOD, "f", ["assert f(1) == 2"]) for i in range(60)]
    verdicts = [result.verdict for result in sandbox.run(iter(jobs))]
    assert [verdict.of.sample_index for verdict in verdicts] == list(range(60))
    assert [verdict.outcome for verdict in verdicts] == ["fail" if i % 7 == 0 else "pass" for i in range(60)]


def test_jobs_are_drawn_as_they_are_needed(sandbox: Sandbox) -> None:
    drawn = []

    def endless() -> Iterator[Job]:
        while True:
            drawn.append(1)
            yield Job(given("t", len(drawn)), GOOD, "f", ["assert f(1) == 2"])

    results = sandbox.run(endless())
    assert next(results).verdict.outcome == "pass"
    results.close()
    assert len(drawn) < 200
    assert judge(sandbox, GOOD, "assert f(1) == 2").outcome == "pass"


@pytest.mark.parametrize(
    ("code", "test", "category", "call", "expected", "actual"),
    [
        ("def f(a): return a[::-1]", "assert f([1, 2]) == [1, 2]", "assertion", "f([1, 2])", "[1, 2]", "[2, 1]"),
        ("def f(a): return a", "assert [3] == f(4)", "assertion", "f(4)", "[3]", "4"),
        ("def f(a): return {a}", "assert sorted(f('b')) == ['a']", "assertion", "f('b')", "['a']", "['b']"),
        ("def f(a): return a / 0", "assert f(1) == 5", "ZeroDivisionError", "f(1)", "5", None),
        ("def f(a): return a", "assert abs(f(2.5) - 2) < 0.1", "assertion", "f(2.5)", None, "2.5"),
        ("def f(a): return None", "assert len(f(1)) == 5", "TypeError", "f(1)", "5", "None"),
        ("def f(a, b=0): return b", "assert f(1, b=2) == 3", "assertion", "f(1, b=2)", "3", "2"),
    ],
)
def test_feedback_names_call_and_values(
    sandbox: Sandbox, code: str, test: str, category: str, call: str, expected: str | None, actual: str | None
) -> None:
    verdict = judge(sandbox, code, test)
    assert (verdict.outcome, verdict.category) == ("fail", category)
    assert (verdict.failure.call, verdict.failure.expected, verdict.failure.actual) == (call, expected, actual)
    assert call in verdict.feedback


def test_feedback_on_an_exception_shows_the_line(sandbox: Sandbox) -> None:
    verdict = judge(sandbox, "def f(x):\n    y = x\n    return y['a']\n", "assert f(1) == 2")
    assert "line 3: return y['a']" in verdict.feedback
    assert "TypeError" in verdict.feedback


@pytest.mark.parametrize(
    ("code", "category"),
    [
        ("def f(x) return x", "syntax"),
        ("def f(x):\n    return '\0'", "syntax"),
        ("g = 1", "missing_entry_point"),
        ("f = 1", "missing_entry_point"),
        ("import no_such_module", "ModuleNotFoundError"),
        ("def f(x): return object()", "unsupported"),
        ("def f(x):\n    raise MemoryError", "memory"),
    ],
)
def test_category(sandbox: Sandbox, code: str, category: str) -> None:
    verdict = judge(sandbox, code, "assert f(1) == 2")
    assert (verdict.outcome, verdict.category) == ("fail", category)


def test_a_program_that_is_never_called_fails(sandbox: Sandbox) -> None:
    assert judge(sandbox, GOOD, "assert True").category == "no_call"
    assert judge(sandbox, GOOD).category == "no_call"


def test_an_end_that_a_test_swallows_still_fails(sandbox: Sandbox) -> None:
    swallowing = "try:\n    f(1)\nexcept BaseException:\n    pass"
    assert judge(sandbox, "import os\ndef f(x): os._exit(0)", swallowing).category == "exit"


def test_exceptions_arrive_by_name(sandbox: Sandbox) -> None:
    test = "try:\n    f(1)\n    assert False\nexcept ValueError as error:\n    assert str(error) == 'no'"
    assert judge(sandbox, "class Own(ValueError): pass\ndef f(x): raise Own('no')", test).outcome == "pass"
    assert judge(sandbox, "def f(x): raise KeyError('no')", test).category == "KeyError"


def test_changed_arguments_come_back(sandbox: Sandbox) -> None:
    code = "def f(a, d):\n    a.sort()\n    a[0].append(9)\n    d['k'] = 1\n"
    test = "a, inner, d = [[2], [1]], None, {}\ninner = a[0]\nf(a, d)\nassert a == [[1, 9], [2]]\nassert d == {'k': 1}"
    assert judge(sandbox, code, test).outcome == "pass"


def test_a_text_may_define_helpers_and_the_entry_point(sandbox: Sandbox) -> None:
    helper = "def f(x):\n    pass\n\ndef twice(x):\n    return 2 * x\n"
    assert judge(sandbox, GOOD, helper, "assert f(twice(1)) == 3").outcome == "pass"


def test_helpers_of_the_program_are_out_of_reach(sandbox: Sandbox) -> None:
    assert judge(sandbox, GOOD + "helper = 1\n", "assert f(1) == 2 and helper").outcome == "fail"


def test_a_broken_test_is_our_failure(sandbox: Sandbox) -> None:
    verdict = judge(sandbox, GOOD, "assert f(1) ==")
    assert (verdict.outcome, verdict.category) == ("invalid", "tests")


def test_what_a_test_cannot_send_over_is_judged_in_one_process(sandbox: Sandbox) -> None:
    code = "def f(x):\n    return x() + 1\n"
    verdict = judge(sandbox, code, "assert f(lambda: 1) == 2")
    assert (verdict.outcome, verdict.sealed) == ("pass", False)
    assert judge(sandbox, code, "assert f(lambda: 1) == 3").outcome == "fail"
    # what the program itself gave is no reason to leave the seal
    verdict = judge(sandbox, "def f(x):\n    return [object()]\n", "assert f(f(1))")
    assert (verdict.outcome, verdict.category, verdict.sealed) == ("fail", "unsupported", True)


def test_a_test_that_cannot_end_is_a_timeout(sandbox: Sandbox) -> None:
    quick = TOLERANT.model_copy(update={"cpu_seconds": 0.05})
    with Sandbox(quick, 1) as own:
        verdict = judge(own, "def f(x): return range(10**18)", "assert sum(1 for _ in f(1)) == 1")
        assert verdict.outcome == "timeout"
        assert judge(own, GOOD, "assert f(1) == 2").outcome == "pass"


def test_too_many_invalid_verdicts_stop_the_run() -> None:
    with Sandbox(LIMITS, 1) as strict, pytest.raises(SandboxError, match="1 of 2 programs"):
        list(strict.run([Job(given("a", 0), GOOD, "f", ["("]), Job(given("b", 0), GOOD, "f", ["assert f(1) == 2"])]))


def test_a_lane_that_dies_is_replaced() -> None:
    slow = "import time\ndef f(x):\n    time.sleep(0.2)\n    return x + 1\n"
    with Sandbox(LIMITS, 2) as sandbox:
        results = sandbox.run([Job(given(str(i), i), slow, "f", ["assert f(1) == 2"]) for i in range(8)])
        first = next(results).verdict
        os.kill(sandbox._workers[0].process.pid, signal.SIGKILL)
        verdicts = [first, *(result.verdict for result in results)]
    assert [(verdict.of.sample_index, verdict.outcome) for verdict in verdicts] == [(i, "pass") for i in range(8)]


def test_same_verdicts_whatever_the_number_of_lanes() -> None:
    code = "import random\ndef f(x):\n    return {random.random(), str(set('abcdef'))}\n"
    jobs = [Job(given(str(i), i), code, "f", ["assert f(1) == 2"]) for i in range(6)]
    seen = []
    for workers in (1, 3):
        with Sandbox(LIMITS, workers) as sandbox:
            seen.append([result.verdict for result in sandbox.run(jobs)])
    assert seen[0] == seen[1]


@pytest.mark.parametrize(
    ("package", "draw"),
    [("numpy", "numpy.random.normal(size=3).tolist()"), ("sympy", "str(sympy.randprime(10**8, 10**9))")],
)
def test_what_programs_and_tests_draw_is_the_same_in_every_run(package: str, draw: str) -> None:
    code = f"def f(x):\n    import {package}\n    return {draw}\n"
    test = f"import {package}\nassert f(1) == ({draw}, 1)"
    verdicts = []
    for _ in range(2):
        with Sandbox(LIMITS.model_copy(update={"memory_mb": 1024, "cpu_seconds": 5.0}), 1) as sandbox:
            verdicts += [judge(sandbox, code, test) for _ in range(2)]
    assert (verdicts[0].category, verdicts[0].sealed) == ("assertion", True)
    assert len({verdict.feedback for verdict in verdicts}) == 1


def test_a_level_that_does_not_exist_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UserError, match="cannot confine") as raised, Sandbox(LIMITS, 1, level="moon"):
        pass
    assert raised.value.fix is not None


def descendants(pid: int) -> set[int]:
    """All processes below one."""
    found = set()
    with contextlib.suppress(OSError):  # it may end while it is looked at
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            for child in map(int, task.read_text().split()):
                found |= {child} | descendants(child)
    return found


def alive(pids: set[int]) -> set[int]:
    return {pid for pid in pids if _state(pid) not in ("", "Z")}


def _state(pid: int) -> str:
    """The letter of a process's state; empty where it ended, be it while its file is read."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return ""


def test_off_linux_nothing_is_started_and_that_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Sandbox, "worker", None)
    monkeypatch.setattr(sys, "platform", "darwin")
    sandbox = Sandbox(LIMITS, 1)
    sandbox.start_early()
    with pytest.raises(UserError, match="needs Linux"), sandbox:
        pass


@pytest.mark.parametrize(
    ("refused", "reason"),
    [
        ("", "cannot confine untrusted programs (full: a program cannot be confined; landlock: "),
        # then a worker cannot end what it has started either
        ("kill", "could not start its first process"),
    ],
)
def test_a_program_that_cannot_be_confined_is_never_run(refused: str, reason: str) -> None:
    """A container may refuse what a program's own filter is put on with, and allow what came before."""
    script = textwrap.dedent(
        """
        import sys

        from codereflect.errors import UserError
        from codereflect.sandbox import Sandbox
        from codereflect.sandbox.engine import kernel, seccomp
        from codereflect.sandbox_params import SandboxLimits

        kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
        number, refuse, allow = seccomp._step(seccomp._LD, 0), seccomp._ERRNO | 1, seccomp._ALLOW
        option = seccomp._answer_by_argument("prctl", 0, seccomp._JEQ, kernel.PR_SET_SECCOMP, refuse, allow)
        others = b"".join(seccomp._answer(name, refuse) for name in sys.argv[1].split())
        seccomp.install(number + others + option + seccomp._step(seccomp._RET, allow))
        limits = SandboxLimits(cpu_seconds=1.0, memory_mb=256, output_kb=64, allow_weak=False, max_invalid=0.0)
        try:
            Sandbox(limits, 1).ready()
        except UserError as error:
            print(error)
        """
    )
    told = subprocess.run([sys.executable, "-c", script, refused], capture_output=True, text=True, check=True).stdout
    assert reason in told


def test_killing_the_caller_leaves_no_process() -> None:
    script = (
        "from codereflect.sandbox_params import SandboxLimits\n"
        "from codereflect.records import given\n"
        "from codereflect.sandbox import Job, Sandbox\n"
        "limits = SandboxLimits(cpu_seconds=60.0, memory_mb=256, output_kb=64, allow_weak=False, max_invalid=0.0)\n"
        "with Sandbox(limits, 2) as sandbox:\n"
        "    print('ready', flush=True)\n"
        "    spin = 'def f(x):\\n    while True: pass'\n"
        "    list(sandbox.run([Job(given('t', i), spin, 'f', ['f(1)']) for i in range(2)]))\n"
    )
    environment = {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen([sys.executable, "-c", script], env=environment, stdout=subprocess.PIPE) as caller:
        assert caller.stdout is not None and caller.stdout.readline() == b"ready\n"
        time.sleep(0.3)
        below = descendants(caller.pid)
        assert len(below) >= 10
        caller.kill()
    deadline = time.monotonic() + 5
    while alive(below) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not alive(below)


def test_closing_leaves_no_process() -> None:
    before = descendants(os.getpid())
    with Sandbox(LIMITS, 1) as sandbox:
        assert judge(sandbox, GOOD, "assert f(1) == 2").outcome == "pass"
        below = descendants(os.getpid()) - before
        assert len(below) >= 5
    deadline = time.monotonic() + 5
    while alive(below) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not alive(below)


def test_two_answers_that_arrive_together_are_both_taken() -> None:
    """Nothing announces the second of two answers that one read has brought in."""
    jobs = [Job(given("t", number), "def f(x):\n    return x\n", "f", ["assert f(1) == 1"]) for number in range(2)]
    with Sandbox(LIMITS, 1) as sandbox:
        (worker,) = sandbox._workers
        receive, waited = worker.channel._read, []

        def slowly(most: int) -> bytes:
            if not waited:
                time.sleep(0.5)  # both answers are there by then
            waited.append(True)
            return receive(most)

        worker.channel._read = slowly  # type: ignore[method-assign]
        results = list(sandbox.run(jobs))
    assert [result.verdict.outcome for result in results] == ["pass", "pass"] and len(waited) == 1


def processes(sandbox: Sandbox) -> set[int]:
    """Controllers, zygotes, checkers and candidates of a sandbox."""
    controllers = {worker.process.pid for worker in sandbox._workers}
    return controllers.union(*map(descendants, controllers))


@pytest.mark.slow
def test_a_stopped_zygote_is_noticed_and_its_jobs_run_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("codereflect.sandbox.worker._GRACE_SECONDS", 1.0)
    jobs = [
        Job(given(str(i), i), "import time\ndef f(x):\n    time.sleep(0.02)\n    return x\n", "f", ["f(1)"])
        for i in range(60)
    ]
    quick = LIMITS.model_copy(update={"cpu_seconds": 0.1})
    with Sandbox(quick, 2) as sandbox:
        results = sandbox.run(jobs)
        verdicts = [next(results).verdict]
        below = sorted(descendants(sandbox._workers[0].process.pid))
        os.kill(below[1], signal.SIGSTOP)  # the process inside the namespaces
        verdicts += [result.verdict for result in results]
    assert [verdict.outcome for verdict in verdicts] == ["pass"] * 60
    assert not alive(set(below))


@pytest.mark.slow
def test_a_stopped_controller_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("codereflect.sandbox.worker._GRACE_SECONDS", 0.2)
    quick = LIMITS.model_copy(update={"cpu_seconds": 0.05})
    with Sandbox(quick, 2) as sandbox:
        results = sandbox.run([Job(given(str(i), i), GOOD, "f", ["assert f(1) == 2"]) for i in range(300)])
        verdicts = [next(results).verdict]
        os.kill(sandbox._workers[1].process.pid, signal.SIGSTOP)
        verdicts += [result.verdict for result in results]
    assert [verdict.outcome for verdict in verdicts] == ["pass"] * 300


def test_a_program_that_closes_its_socket_is_held_to_its_limit_all_the_same() -> None:
    spin = "import os\ndef f(x):\n    os.closerange(3, 20)\n    while True: pass\n"
    wait = "import os, time\ndef f(x):\n    os.closerange(3, 20)\n    time.sleep(30)\n"
    with Sandbox(LIMITS.model_copy(update={"cpu_seconds": 0.2}), 1) as sandbox:
        spun, waited = sandbox.run([Job(given(code, 0), code, "f", ["assert f(1) == 2"]) for code in (spin, wait)])
    assert (spun.verdict.outcome, waited.verdict.category) == ("timeout", "exit")
    assert spun.cpu_seconds < 0.5 and waited.wall_seconds < 5


def test_many_timeouts_are_all_run_again_and_keep_their_order() -> None:
    quick = LIMITS.model_copy(update={"cpu_seconds": 0.05})
    spin = "def f(x):\n    while True: pass\n"
    jobs = [Job(given(str(i), i), spin if i % 3 == 0 else GOOD, "f", ["assert f(1) == 2"]) for i in range(12)]
    with Sandbox(quick, 2) as sandbox:
        results = list(sandbox.run(jobs))
    assert [r.verdict.of.sample_index for r in results] == list(range(12))
    assert [r.verdict.outcome for r in results] == ["timeout" if i % 3 == 0 else "pass" for i in range(12)]


@pytest.mark.slow
def test_random_kills_give_no_wrong_verdict_and_leave_nothing() -> None:
    """kill -9 of controllers, zygotes, checkers and candidates at random moments, seeded."""
    rng, stop = random.Random(7), threading.Event()
    killed: list[int] = []
    seen: set[int] = set()

    def murderer(sandbox: Sandbox) -> None:
        while not stop.wait(rng.uniform(0.05, 0.4)):
            victims = sorted(processes(sandbox))
            seen.update(victims)
            killed.append(rng.choice(victims))
            with contextlib.suppress(ProcessLookupError):
                os.kill(killed[-1], signal.SIGKILL)

    codes = [GOOD, GOOD.replace("+ 1", "+ 2")]
    jobs = [Job(given(str(i), i), codes[i % 2], "f", ["assert f(1) == 2"]) for i in range(6000)]
    before = set(Path("/tmp").iterdir())
    with Sandbox(TOLERANT, 2) as sandbox:
        thread = threading.Thread(target=murderer, args=[sandbox])
        thread.start()
        try:
            verdicts = [result.verdict for result in sandbox.run(jobs)]
        finally:
            stop.set()
            thread.join()
        seen |= processes(sandbox)
    wrong = [v for v in verdicts if v.outcome not in (["pass", "fail"][v.of.sample_index % 2], "invalid")]
    # A candidate that is killed twice in a row has crashed: nobody can tell.
    assert not wrong and len(verdicts) == 6000 and len(killed) > 10
    assert sum(v.outcome == "invalid" for v in verdicts) < 60
    deadline = time.monotonic() + 5
    while alive(seen) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not alive(seen)
    assert not {path for path in set(Path("/tmp").iterdir()) - before if "codereflect" in path.name}


@pytest.mark.slow
def test_memory_stays_flat_over_many_jobs() -> None:
    def resident() -> int:
        """Of this process and its workers; the least of a few looks, since candidates come and go."""
        return min(sum(map(pages, [os.getpid(), *processes(sandbox)])) for _ in range(8))

    def pages(pid: int) -> int:
        with contextlib.suppress(OSError):
            return int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        return 0

    jobs = (Job(given(str(i), i), GOOD + f"# {i}\n", "f", [f"assert f({i % 50}) == {i % 50 + 1}"]) for i in range(8000))
    with Sandbox(LIMITS, 2) as sandbox:
        seen = []
        for number, result in enumerate(sandbox.run(jobs)):
            assert result.verdict.outcome == "pass"
            if number % 1000 == 999:
                seen.append(resident())
    assert max(seen[3:]) < 1.1 * max(seen[:3]), seen


def test_values_that_nest_too_deep_are_no_exception_of_the_program(sandbox: Sandbox) -> None:
    deep = "def f(x):\n    a = []\n    for _ in range(100_000):\n        a = [a]\n    return a\n"
    assert judge(sandbox, deep, "assert f(1) == 2").category == "unsupported"
    assert judge(sandbox, "def f(x):\n    return f(x)\n", "assert f(1) == 2").category == "RecursionError"
    lazy = "def f(x):\n    def g():\n        yield 1\n        raise KeyError('k')\n    return g()\n"
    assert judge(sandbox, lazy, "assert list(f(1)) == [1]").category == "KeyError"


def test_threads_of_other_lanes_are_not_counted() -> None:
    code = (
        "import threading\ndef f(x):\n    done = []\n    many = [threading.Thread(target=done.append, args=(1,)) "
        "for _ in range(8)]\n    for one in many: one.start()\n    for one in many: one.join()\n    return sum(done)\n"
    )
    with Sandbox(LIMITS, 10) as sandbox:
        jobs = [Job(given(str(i), 0), code, "f", ["assert f(1) == 8"]) for i in range(20)]
        assert [result.verdict.outcome for result in sandbox.run(jobs)] == ["pass"] * 20


def test_values_of_the_standard_library_cross_both_ways(sandbox: Sandbox) -> None:
    code = """
from collections import Counter, OrderedDict, deque
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
def f(kind, *values):
    if kind == 'sum': return sum(values, start=type(values[0])(0))
    if kind == 'count': return Counter(values[0])
    if kind == 'rotate': values[0].rotate(1)
    if kind == 'day': return values[0] + timedelta(1)
    if kind == 'first': return values[0].popitem(last=False)
    if kind == 'range': return list(values[0])
"""
    test = """
from collections import Counter, OrderedDict, deque
from datetime import date
from decimal import Decimal
from fractions import Fraction
assert f('sum', Decimal('0.1'), Decimal('0.2')) == Decimal('0.3')
assert f('sum', Fraction(1, 3), Fraction(1, 6)) == Fraction(1, 2)
assert f('count', 'aab').most_common(1) == [('a', 2)]
queue = deque([1, 2, 3]); f('rotate', queue); assert queue == deque([3, 1, 2])
assert f('day', date(2024, 2, 28)) == date(2024, 2, 29)
pairs = OrderedDict(b=1, a=2); assert f('first', pairs) == ('b', 1) and list(pairs) == ['a']
assert f('range', range(3)) == [0, 1, 2]
"""
    verdict = judge(sandbox, code, test)
    assert (verdict.outcome, verdict.sealed) == ("pass", True), verdict


def test_calls_from_threads_do_not_mix(sandbox: Sandbox) -> None:
    test = (
        "from concurrent.futures import ThreadPoolExecutor\n"
        "assert list(ThreadPoolExecutor(4).map(f, range(50))) == list(range(1, 51))"
    )
    assert judge(sandbox, GOOD, test).outcome == "pass"


def test_what_a_test_sends_does_not_count_as_the_answer(sandbox: Sandbox) -> None:
    code = "def f(xs):\n    xs.sort()\n    return xs[0]\n"
    test = "xs = list(range(25_000, 0, -1))\nassert f(xs) == 1 and xs == list(range(1, 25_001))"
    assert judge(sandbox, code, test).outcome == "pass"


def test_a_test_that_breaks_by_itself_is_nobodys_failure(sandbox: Sandbox) -> None:
    verdict = judge(sandbox, GOOD, "import nothing_of_that_name\nassert f(1) == 2")
    assert (verdict.outcome, verdict.category) == ("invalid", "tests")


def test_a_busy_lane_does_not_stop_the_caller() -> None:
    slow = "import time\ndef f(x):\n    time.sleep(1)\n    return x + 1\n"
    large = "assert f(1) == 2\n#" + "x" * 1_000_000
    with Sandbox(LIMITS, 2) as sandbox:
        started = time.monotonic()
        jobs = [
            Job(given("slow", 0), slow, "f", [large]),
            *(Job(given(str(i), 0), GOOD, "f", [large]) for i in range(30)),
        ]
        assert all(result.verdict.outcome == "pass" for result in sandbox.run(jobs))
        # not twice the second of the slow one: the other worker went on
        assert time.monotonic() - started < 1.9


@pytest.mark.slow
def test_no_process_is_left_to_the_parent_of_all(tmp_path: Path) -> None:
    """A caller that adopts what its children leave finds nothing to wait for."""
    script = """
import ctypes, os
from codereflect.records import given
from codereflect.sandbox_params import SandboxLimits
from codereflect.sandbox import Job, Sandbox
ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
limits = SandboxLimits(cpu_seconds=0.5, memory_mb=256, output_kb=64, allow_weak=False, max_invalid=1.0)
for level in ("full", "landlock"):
    for code in ("def f(x): return x + 1", "def f(x):\\n    while True: pass"):
        with Sandbox(limits, 2, level=level) as sandbox:
            list(sandbox.run([Job(given(str(i), 0), code, "f", ["assert f(1) == 2"]) for i in range(3)]))
try:
    print("left", os.waitpid(-1, os.WNOHANG))
except ChildProcessError:
    print("nothing left")
"""
    done = subprocess.run([sys.executable, "-c", script.replace("\\\\n", "\\n")], capture_output=True, text=True)
    assert done.stdout == "nothing left\n", (done.stdout, done.stderr[-500:])


@pytest.mark.parametrize(
    ("code", "test"),
    [
        ("return list(x)", "x = {12, 13, 14, 15, 16}\nassert f(x) == list(x)"),
        (
            "return [list(i) for i in x]",
            "x = [{'a', 'bc', 'd'}, frozenset('hello')]\nassert f(x) == [list(i) for i in x]",
        ),
        ("return set(x)", "x = ['pear', 'fig', 'apple', 'plum', 'kiwi']\nassert list(f(x)) == list(set(x))"),
        ("return {1: (frozenset(x),)}", "assert list(f('mississippi')[1][0]) == list(frozenset('mississippi'))"),
        ("x |= set('pqr')", "x, y = set('abc'), set('abc')\nf(x)\ny |= set('pqr')\nassert list(x) == list(y)"),
        ("return [''.join(x.keys()), list(x)]", "assert f({'b': 1, 'a': 2}) == ['ba', ['b', 'a']]"),
    ],
)
def test_sets_have_one_order_in_both_processes(sandbox: Sandbox, code: str, test: str) -> None:
    verdict = judge(sandbox, f"def f(x):\n    {code}\n", test)
    assert (verdict.outcome, verdict.sealed) == ("pass", True), verdict


def test_a_large_answer_crosses_or_the_limit_is_named(sandbox: Sandbox) -> None:
    code = "def f(x): return 'x' * x"
    with Sandbox(TOLERANT.model_copy(update={"output_kb": 8192}), 1) as roomy:
        assert judge(roomy, code, "assert len(f(4_000_000)) == 4_000_000").outcome == "pass"
        assert judge(roomy, "def f(x): return x", "x = list(range(400_000))\nassert f(x) == x").outcome == "pass"
    verdict = judge(sandbox, code, "assert f(4_000_000)")
    assert verdict.category == "output"
    assert "more than 64 kB of data (output_kb)" in verdict.feedback


def test_a_loop_costs_its_limit_once_and_a_wait_is_tried_again() -> None:
    quick = LIMITS.model_copy(update={"cpu_seconds": 0.05})
    codes = ["def f(x):\n    while True: pass\n"] * 3 + ["import time\ndef f(x): time.sleep(30)\n", GOOD]
    handed: list[int] = []
    with Sandbox(quick, 1) as sandbox:
        (worker,) = sandbox._workers
        submit = worker.submit
        worker.submit = lambda number, job: (handed.append(number), submit(number, job))[1]  # type: ignore[method-assign, func-returns-value]
        results = list(
            sandbox.run([Job(given(str(i), i), code, "f", ["assert f(1) == 2"]) for i, code in enumerate(codes)])
        )
    assert [result.verdict.outcome for result in results] == ["timeout"] * 4 + ["pass"]
    assert handed == [0, 1, 2, 3, 4, 3]
