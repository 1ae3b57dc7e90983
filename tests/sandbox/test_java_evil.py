"""Every hostile Java program fails, every benign look-alike passes, and a neighbour beside them is never disturbed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hostile import Pair, check_as_ordinary_user, judge

from codereflect.records import given
from codereflect.sandbox import probe
from codereflect.sandbox.java.java_sandbox import JavaJob, JavaSandbox, probe_java
from codereflect.sandbox_params import SandboxLimits

pytestmark = pytest.mark.skipif(probe_java().version is None, reason=probe_java().reason)

PROGRAMS = sorted((Path(__file__).parent.parent / "evil" / "java").glob("*.java"))
LIMITS = SandboxLimits(cpu_seconds=1.5, memory_mb=128, output_kb=64, allow_weak=False, max_invalid=0.0)
NEIGHBOUR = "class Problem { public static long answer(long x) { return x + 1; } }"
TESTS = "import java.util.*; class ProblemTests_ { public static void main(String[] arguments) {\n%s\n} }"
# what the tests want of a program, by the type that it returns
WANTED = {
    "long": "assert answer(2) == 3;\nassert(answer(10L) == (11l));",
    "Set<Long>": "assert answer(2).equals(Set.of(3L));",
    "other": "assert(answer(2).equals(new ArrayList<Long>(Arrays.asList(3L))));",
}
FORBIDDEN = """
    forge_exit_zero forge_halt forge_descriptor forge_assertions_off forge_reflection forge_reflection_by_object
    forge_method_handles forge_static_initialiser forge_shutdown_hook forge_handler forge_handler_by_heir
    forge_all_threads forge_class_of_tests forge_class_of_host forge_system_output forge_class_loader forge_native
    forge_load_library forge_service_loader forge_serialization forge_stack_walker forge_unsafe
    read_file read_file_by_scanner write_file write_file_by_heir read_environment read_properties network
    start_process start_process_by_runtime compile_processor forge_worker_thread forge_module
    forge_method_reference forge_bootstraps forge_serialized_lambda
"""
# what must be said about the attack, where only one answer is right
EXPECTED = {
    **dict.fromkeys(FORBIDDEN.split(), ("fail", "forbidden")),
    "circular_result": ("fail", "unsupported"),
    "compile_finally": ("fail", "syntax"),
    "compile_large": ("fail", "syntax"),
    "compile_nesting": ("fail", "syntax"),
    "forge_changed_argument": ("fail", "unsupported"),
    "forge_class_of_imports": ("fail", "assertion"),
    "forge_compare": ("fail", "unsupported"),
    "forge_equal_elements": ("fail", "unsupported"),
    "forge_equal_interface": ("fail", "forbidden"),
    "forge_equal_list": ("fail", "forbidden"),
    "forge_equal_object": ("fail", "unsupported"),
    "forge_nonce": ("fail", "assertion"),
    "forge_number": ("fail", "assertion"),
    "forge_out_of_memory": ("fail", "memory"),
    "forge_printed_verdict": ("fail", "assertion"),
    "forge_static_equals": ("fail", "unsupported"),
    "forge_static_equals_here": ("fail", "unsupported"),
    "forge_stack_overflow": ("fail", "StackOverflowError"),
    "forge_thread": ("fail", "assertion"),
    "forge_thrown_assertion": ("fail", "AssertionError"),
    "compile_inference": ("timeout", "timeout"),
    "infinite_loop": ("timeout", "timeout"),
    "infinite_sleep": ("timeout", "timeout"),
    "output_flood": ("timeout", "timeout"),
}
# these wait for a limit, twice
WAITING = (
    "infinite_loop",
    "infinite_sleep",
    "output_flood",
    "thread_bomb",
    "endless_result",
    "compile_constants",
    "forge_exception_text",
)
# the compiler's limit is longer
COMPILING = ("compile_inference",)
QUICK = [path for path in PROGRAMS if path.stem not in WAITING + COMPILING]
SHORT = LIMITS.model_copy(update={"cpu_seconds": 0.3})


def asked_of(code: str) -> str:
    kind = code.split(" answer(long x)")[0].rsplit("public static ", 1)[-1]
    return TESTS % WANTED.get(kind, WANTED["other"])


def run(sandbox: JavaSandbox, programs: list[Path]) -> dict[str, Pair]:
    """Each program, followed by a neighbour that must pass."""
    jobs = []
    for path in programs:
        code = path.read_text(encoding="utf-8")
        jobs.append(JavaJob(given(path.stem, 0), code, "answer", [asked_of(code)]))
        jobs.append(JavaJob(given(path.stem, 1), NEIGHBOUR, "answer", [TESTS % WANTED["long"]]))
    results = list(sandbox.run(jobs))
    return {path.stem: (results[2 * i], results[2 * i + 1]) for i, path in enumerate(programs)}


def judge_all(level: str) -> dict[str, Pair]:
    with JavaSandbox(LIMITS, 2, level=level) as sandbox:
        return run(sandbox, QUICK)


@pytest.fixture(scope="module")
def at_full() -> Iterator[JavaSandbox]:
    confinement = probe()
    if confinement.level != "full":
        pytest.skip(f"no namespaces here: {confinement.reasons}")
    with JavaSandbox(LIMITS, 1, level="full") as sandbox:
        assert sandbox.level == "full"
        yield sandbox


@pytest.fixture(scope="module")
def with_short_limits() -> Iterator[JavaSandbox]:
    with JavaSandbox(SHORT, 1, level=probe().level) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def at_landlock() -> Iterator[JavaSandbox]:
    with JavaSandbox(LIMITS, 1, level="landlock") as sandbox:
        assert sandbox.level == "landlock"
        yield sandbox


@pytest.mark.parametrize("path", QUICK, ids=lambda path: path.stem)
def test_full(at_full: JavaSandbox, path: Path) -> None:
    judge(path.stem, run(at_full, [path])[path.stem], EXPECTED)


@pytest.mark.slow
@pytest.mark.parametrize("path", QUICK, ids=lambda path: path.stem)
def test_landlock(at_landlock: JavaSandbox, path: Path) -> None:
    judge(path.stem, run(at_landlock, [path])[path.stem], EXPECTED)


@pytest.mark.parametrize("path", [path for path in PROGRAMS if path.stem in WAITING], ids=lambda path: path.stem)
def test_waiting(with_short_limits: JavaSandbox, path: Path) -> None:
    judge(path.stem, run(with_short_limits, [path])[path.stem], EXPECTED)


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.parametrize("path", [path for path in PROGRAMS if path.stem in COMPILING], ids=lambda path: path.stem)
def test_compiling(path: Path) -> None:
    with JavaSandbox(LIMITS, 1, level=probe().level) as sandbox:
        judge(path.stem, run(sandbox, [path])[path.stem], EXPECTED)


def test_each_program_says_what_it_attacks() -> None:
    assert len(PROGRAMS) > 60
    assert set(EXPECTED) <= {path.stem for path in PROGRAMS}
    for path in PROGRAMS:
        assert path.read_text(encoding="utf-8").startswith("// "), path


JUDGE_AS_USER = """
import json, os, sys
sys.path.insert(0, sys.argv[1])
from test_java_evil import judge_all
assert os.getuid() and os.geteuid()
found = {level: judge_all(level) for level in ("full", "landlock")}
print(json.dumps({level: {name: [r.verdict.outcome for r in pair] for name, pair in some.items()}
                  for level, some in found.items()}))
"""


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_an_ordinary_user_is_as_safe() -> None:
    # no cache of its own: our classes are compiled below the temporary folder
    check_as_ordinary_user(JUDGE_AS_USER, {path.stem for path in QUICK}, XDG_CACHE_HOME="/proc/nowhere")
