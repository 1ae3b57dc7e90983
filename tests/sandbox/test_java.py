"""Java in the sandbox: verdicts and their words, order, what crosses, our own failures, no survivors."""

from __future__ import annotations

import json
import os
import signal
import struct
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from codereflect.errors import UserError
from codereflect.records import Verdict, given
from codereflect.sandbox.java import java_controller, jdk
from codereflect.sandbox.java.java_sandbox import JavaJob, JavaSandbox, java_settings, probe_java
from codereflect.sandbox_params import SandboxLimits

needs_java = pytest.mark.skipif(probe_java().version is None, reason=probe_java().reason)
LIMITS = SandboxLimits(cpu_seconds=2.0, memory_mb=128, output_kb=64, allow_weak=False, max_invalid=1.0)
GOOD = "class Problem { static int f(int x) { return x + 1; } }"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[JavaSandbox]:
    if probe_java().version is None:
        pytest.skip(probe_java().reason)
    with JavaSandbox(LIMITS, 2) as running:
        yield running


def unit(*statements: str) -> str:
    body = "\n".join(statements)
    head = "public static void main(String[] arguments) throws Exception {"
    return f"import java.util.*;\nclass Tests {{\n{head}\n{body}\n}}\n}}"


def judge(sandbox: JavaSandbox, code: str, *statements: str, method: str = "f") -> Verdict:
    return next(iter(list(sandbox.run([JavaJob(given("t", 0), code, method, [unit(*statements)])])))).verdict


def method(text: str) -> str:
    return "import java.util.*;\nimport org.javatuples.*;\nclass Problem {\n" + text + "\n}\n"


@needs_java
def test_results_keep_the_order_of_the_jobs(sandbox: JavaSandbox) -> None:
    bad = "class Problem { static int f(int x) { return x; } }"
    jobs = [JavaJob(given(str(i), i), bad if i % 3 == 0 else GOOD, "f", [unit("assert f(1) == 2;")]) for i in range(12)]
    verdicts = [result.verdict for result in sandbox.run(iter(jobs))]
    assert [verdict.of.sample_index for verdict in verdicts] == list(range(12))
    assert [verdict.outcome for verdict in verdicts] == ["fail" if i % 3 == 0 else "pass" for i in range(12)]


@needs_java
def test_a_failed_assertion_says_call_expected_and_actual(sandbox: JavaSandbox) -> None:
    code = method("static List<Long> f(List<Long> x, String s) { return x; }")
    found = judge(sandbox, code, "assert f(Arrays.asList(1L), \"a\").equals(new ArrayList<>(List.of(1L)));",
                  "assert(f(new ArrayList<>(List.of(2L)), \"b\\n\").equals((Arrays.asList(3L))));")  # fmt: skip
    assert (found.outcome, found.category) == ("fail", "assertion")
    assert (found.failure.call, found.failure.expected, found.failure.actual) == ('f([2], "b\\n")', "[3]", "[2]")
    assert found.feedback == 'f([2], "b\\n") returned [2]; expected [3].'


@needs_java
def test_an_exception_says_where_in_the_program(sandbox: JavaSandbox) -> None:
    code = method("static int f(int x) {\n    int[] a = {};\n    return a[x];\n}")
    found = judge(sandbox, code, "assert f(3) == 4;")
    assert (found.outcome, found.category) == ("fail", "ArrayIndexOutOfBoundsException")
    assert "f(3) raised ArrayIndexOutOfBoundsException: Index 3 out of bounds" in found.feedback
    assert "(line 6: return a[x];); expected 4." in found.feedback


@needs_java
def test_an_exception_class_of_the_program_counts_as_its_kin(sandbox: JavaSandbox) -> None:
    code = method("static class Own extends IllegalStateException { }\nstatic int f(int x) { throw new Own(); }")
    assert judge(sandbox, code, "assert f(3) == 4;").category == "IllegalStateException"


@needs_java
@pytest.mark.parametrize(
    ("code", "category", "words"),
    [
        ("class Problem { static int f(int x) { return x } }", "syntax", "';' expected (line 1:"),
        ("class Problem { static int f(int x) { return \"\"; } }", "syntax", "String cannot be converted to int"),
        ("class Problem { static int g(int x) { return 1; } }", "missing_entry_point", "does not define f"),
        ("class Other { static int f(int x) { return 1; } }", "missing_entry_point", "does not define f"),
        ("package a; class Problem { static int f(int x) { return 2; } }", "missing_entry_point", "does not define f"),
        ("class Problem { static int f(String x) { return 1; } }", "signature", "cannot call f"),
        ("class Problem { static int f(int x) { return f(x); } }", "StackOverflowError", "f(1) raised StackOverflow"),
        ("class Problem { static int f(int x) { Runtime.getRuntime().exit(0); return 2; } }", "forbidden", "Runtime"),
        ("", "missing_entry_point", "does not define f"),
        ("\udc80", "syntax", "does not compile"),
    ],
)  # fmt: skip
def test_what_is_said_of_programs_that_do_not_get_far(
    sandbox: JavaSandbox, code: str, category: str, words: str
) -> None:
    found = judge(sandbox, code, "assert f(1) == 2;")
    assert (found.outcome, found.category) == ("fail", category)
    assert words in found.feedback


@needs_java
def test_assertions_are_on_and_calls_are_counted(sandbox: JavaSandbox) -> None:
    assert judge(sandbox, GOOD, "f(1);", "assert false;").category == "assertion"
    assert judge(sandbox, GOOD, "int x = 1;").category == "no_call"
    assert judge(sandbox, GOOD, "assert false;").outcome == "fail"
    assert judge(sandbox, GOOD, "assert 1 + ;").outcome == "invalid"


@needs_java
def test_changed_arguments_come_back(sandbox: JavaSandbox) -> None:
    code = method("static void f(List<Integer> x, int[] y) { x.add(7); x.remove(0); y[0] = 9; }")
    statements = [
        "List<Integer> x = new ArrayList<>(List.of(1)); int[] y = {1, 2};",
        "f(x, y);",
        "assert x.equals(List.of(7)) && y[0] == 9 && y[1] == 2;",
    ]
    assert judge(sandbox, code, *statements).outcome == "pass"


@needs_java
@pytest.mark.parametrize(
    ("given", "change", "wanted"),
    [
        ("Arrays.asList(1, 2)", "x.set(0, 5);", "x.equals(List.of(5, 2))"),
        (
            "Arrays.asList(1, 2)",
            "try { x.add(3); } catch (UnsupportedOperationException e) { x.set(0, 9); }",
            "x.get(0) == 9",
        ),
        ("List.of(1)", "try { x.add(3); } catch (UnsupportedOperationException e) { }", "x.size() == 1"),
        ("new LinkedList<>(List.of(1))", "x.remove(0);", "x.isEmpty()"),
        ("new Vector<>(List.of(2, 1))", "Collections.sort(x);", "x.get(0) == 1"),
    ],
)
def test_lists_of_all_kinds_as_arguments(sandbox: JavaSandbox, given: str, change: str, wanted: str) -> None:
    code = method(f"static int f(List<Integer> x) {{ {change} return 1; }}")
    found = judge(sandbox, code, f"List<Integer> x = {given};", f"assert f(x) == 1 && {wanted};")
    assert found.outcome == "pass", found


@needs_java
def test_an_order_of_the_tests_crosses(sandbox: JavaSandbox) -> None:
    code = method(
        'static Integer f(PriorityQueue<Integer> x, TreeMap<String, Integer> y) { y.put("c", 1); return x.poll(); }'
    )
    statements = [
        "PriorityQueue<Integer> x = new PriorityQueue<>((a, b) -> b - a); x.addAll(List.of(1, 3, 2));",
        'TreeMap<String, Integer> y = new TreeMap<>(Comparator.reverseOrder()); y.put("a", 1);',
        'assert f(x, y) == 3 && x.size() == 2 && y.firstKey().equals("c");',
    ]
    found = judge(sandbox, code, *statements)
    assert found.outcome == "pass", found


@needs_java
def test_a_kept_argument_or_result_is_out_of_reach(sandbox: JavaSandbox) -> None:
    """A program that keeps a list and changes it later changes its own copy."""
    code = method(
        "static List<Integer> kept;\n"
        "static List<Integer> f(List<Integer> x) { if (kept != null) kept.add(1); kept = x; return x; }"
    )
    statements = [
        "List<Integer> x = new ArrayList<>();",
        "List<Integer> found = f(x);",
        "f(new ArrayList<>());",
        "assert x.isEmpty() && found.isEmpty();",
    ]
    assert judge(sandbox, code, *statements).outcome == "pass"


@needs_java
@pytest.mark.parametrize(
    ("kind", "value", "wanted"),
    [
        ("Pair<Long, Optional<Long>>", "Pair.with(1L, Optional.empty())", 'toString().equals("[1, Optional.empty]")'),
        ("Map<String, List<Long>>", 'Map.of("a", List.of(1L))', 'get("a").get(0) == 1L'),
        ("TreeMap<String, Long>", 'new TreeMap<>(Map.of("b", 1L, "a", 2L))', 'firstKey().equals("a")'),
        ("int[][]", "new int[][] {{1}, {2, 3}}", "clone()[1][1] == 3"),
        ("String[]", 'new String[] {"a", null}', "clone()[1] == null"),
        ("Optional<List<Long>>", "Optional.of(Arrays.asList(1L))", "get().equals(List.of(1L))"),
        ("LinkedList<Character>", "new LinkedList<>(List.of('a'))", "getFirst() == 'a'"),
        ("java.math.BigInteger", "java.math.BigInteger.TEN", "equals(java.math.BigInteger.valueOf(10))"),
        ("BitSet", "BitSet.valueOf(new long[] {5})", "equals(BitSet.valueOf(new long[] {5}))"),
        ("StringBuilder", 'new StringBuilder("ab")', "length() == 2"),
        ("Deque<Long>", "new ArrayDeque<>(List.of(1L, 2L))", "peekLast() == 2L"),
        (
            "Set<Long>",
            "new TreeSet<>(Comparator.reverseOrder()) {{ add(1L); add(2L); }}",
            'toString().equals("[2, 1]")',
        ),
        ("Map.Entry<Long, Long>", "Map.entry(1L, 2L)", "getValue() == 2L"),
        ("java.time.LocalDate", "java.time.LocalDate.of(2020, 1, 2)", "getYear() == 2020"),
        ("Iterable<Long>", "List.of(1L)", "iterator().next() == 1L"),
    ],
)
def test_values_cross_as_themselves(sandbox: JavaSandbox, kind: str, value: str, wanted: str) -> None:
    code = method(f"static {kind} f(int x) {{ return {value}; }}")
    found = judge(sandbox, code, f"assert f(1).{wanted};")
    assert found.outcome == "pass", found


@needs_java
def test_calls_of_all_shapes_are_seen(sandbox: JavaSandbox) -> None:
    statements = [
        "assert f(f(1)) == 3;",
        "assert Problem.f(1) == new Problem().f(1);",
        "int sum = 0; for (int i = 0; i < 3; i++) sum += f(i);",
        "assert sum == 6;",
        "java.util.function.IntUnaryOperator g = x -> f(x);",
        "assert g.applyAsInt(4) == 5;",
        "try { f(Integer.parseInt(\"x\")); assert false; } catch (NumberFormatException e) { }",
        "if (sum > 0) f(2); else f(3);",
        "assert f(9) == 0;",
    ]  # fmt: skip
    found = judge(sandbox, GOOD, *statements)
    assert found.feedback == "f(9) returned 10; expected 0."


@needs_java
def test_tests_are_compiled_for_each_signature(sandbox: JavaSandbox) -> None:
    """The same tests against int, long and Integer: compiled ones of one program must not meet another."""
    kinds = ["int", "long", "Integer", "double", "int", "long"]
    codes = [f"class Problem {{ public static {kind} f(int x) {{ return x + 1; }} }}" for kind in kinds]
    jobs = [
        JavaJob(given(kind, 0), code, "f", [unit("assert f(1) == 2;")]) for kind, code in zip(kinds, codes, strict=True)
    ]
    assert [result.verdict.outcome for result in sandbox.run(jobs)] == ["pass"] * len(kinds)


@needs_java
def test_a_killed_machine_is_run_again_and_a_killed_lane_replaced(sandbox: JavaSandbox) -> None:
    slow = "class Problem { static int f(int x) throws Exception { Thread.sleep(700); return x + 1; } }"
    results = sandbox.run([JavaJob(given(str(i), i), slow, "f", [unit("assert f(1) == 2;")]) for i in range(4)])
    victims = [worker.process.pid for worker in sandbox._workers]
    first = next(results)
    os.kill(victims[0], signal.SIGKILL)
    assert [first.verdict.outcome, *(result.verdict.outcome for result in results)] == ["pass"] * 4


@needs_java
def test_nothing_survives() -> None:
    with JavaSandbox(LIMITS, 1) as running:
        assert judge(running, GOOD, "assert f(1) == 2;").outcome == "pass"
        controller = running._workers[0].process.pid
        below = descendants(controller)
        assert len(below) >= 6
    deadline = time.monotonic() + 5
    while any(Path(f"/proc/{pid}").exists() for pid in below) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not [pid for pid in below if Path(f"/proc/{pid}").exists()]


def descendants(pid: int) -> list[int]:
    told = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    children: dict[int, list[int]] = {}
    for line in told.splitlines():
        child, parent = map(int, line.split())
        children.setdefault(parent, []).append(child)
    found: list[int] = []
    queue = [pid]
    while queue:
        below = children.get(queue.pop(), [])
        found.extend(below)
        queue.extend(below)
    return found


def test_without_a_jdk_the_reason_and_the_command_are_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    found = probe_java()
    assert found.version is None
    assert "no javac in JAVA_HOME" in found.reason
    assert found.fix.startswith("apt-get install")
    with pytest.raises(UserError, match="Java programs cannot be run"):
        JavaSandbox(LIMITS, 1)


def test_an_old_jdk_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    javac = tmp_path / "bin" / "javac"
    javac.write_text("#!/bin/sh\n")
    javac.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert "does not say its version" in probe_java().reason
    (tmp_path / "release").write_text('JAVA_VERSION="11.0.2"\n')
    assert "Java 11.0.2 is too old" in probe_java().reason


@pytest.mark.slow
@needs_java
def test_the_cache_is_made_once_also_by_two_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(lambda _: java_settings(LIMITS, ["full"], None), range(2)))
    assert told[0] == told[1]
    folder = next((tmp_path / "codereflect").iterdir())
    assert sorted(path.name for path in folder.iterdir()) == ["compiler.jsa", "host.jar", "runner.jsa"]
    before = (folder / "host.jar").stat().st_mtime_ns
    java_settings(LIMITS, ["full"], None)
    assert (folder / "host.jar").stat().st_mtime_ns == before


@needs_java
def test_a_folder_of_somebody_else_is_not_trusted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/proc/nowhere")
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    (tmp_path / f"codereflect-{os.getuid()}").mkdir()
    (tmp_path / f"codereflect-{os.getuid()}").chmod(0o777)
    found = jdk.find_java()
    assert isinstance(found, jdk.Java)
    with pytest.raises(UserError, match="somebody else"):
        jdk.host_folder(found)


UNIT = "import java.util.*; import java.time.*; class Tests_ { public static void main(String[] given) {\n%s\n} }"
HELD = """import java.time.*; import java.time.chrono.*; import java.time.temporal.*;
class Problem {
    static class D implements ChronoLocalDate {
        public Chronology getChronology() { return IsoChronology.INSTANCE; }
        public int lengthOfMonth() { return 31; }
        public long getLong(TemporalField f) { return 0; }
        public ChronoLocalDate with(TemporalField f, long v) { return this; }
        public ChronoLocalDate plus(long n, TemporalUnit u) { return this; }
        public long until(Temporal t, TemporalUnit u) { return 0; }
        public ChronoPeriod until(ChronoLocalDate t) { return null; }
        public String toString() { return "1-1-1"; }
        public boolean isSupported(TemporalField f) { return true; }
        public long toEpochDay() { return 0; }
        public int compareTo(ChronoLocalDate other) { return 0; }
    }
    static ChronoLocalDateTime<?> f() { return new D().atTime(LocalTime.of(10, 0)); }
}"""
LOOSE = 'Set<String> s = new TreeSet<>(String.CASE_INSENSITIVE_ORDER); s.add("b"); s.add("A"); return s;'
JUDGED = {
    "a final class that holds the program's object": (
        HELD, "assert f().equals(LocalDateTime.of(2024, 2, 29, 10, 0));", ("fail", "unsupported")),
    "a date": (
        "class Problem { static java.time.LocalDate f() { return java.time.LocalDate.of(2024, 2, 28).plusDays(1); } }",
        "assert f().equals(LocalDate.of(2024, 2, 29));", ("pass", "pass")),
    "an order that takes texts for equal": (
        f"import java.util.*; class Problem {{ static Set<String> f() {{ {LOOSE} }} }}",
        'assert f().equals(Set.of("a", "B"));', ("fail", "assertion")),
    "the set in such an order": (
        f"import java.util.*; class Problem {{ static Set<String> f() {{ {LOOSE} }} }}",
        'assert f().equals(Set.of("A", "b"));', ("pass", "pass")),
    "the values of a map": (
        "import java.util.*; class Problem { static Collection<Integer> f() { return Map.of(1, 2).values(); } }",
        "assert f().equals(List.of(2));", ("fail", "assertion")),
    "collections that are declared by their class": (
        "import java.util.*; import java.util.concurrent.*; class Problem { static CopyOnWriteArrayList<Integer> "
        "f(Hashtable<String, Integer> t, LinkedBlockingQueue<Integer> q) { q.add(t.size()); "
        "return new CopyOnWriteArrayList<>(q); } }",
        "var q = new java.util.concurrent.LinkedBlockingQueue<Integer>(List.of(7));"
        "assert f(new Hashtable<String, Integer>(), q).equals(List.of(7, 0)) && q.size() == 2;", ("pass", "pass")),
    "what an allowed class gives of a forbidden one": (
        "class Problem { static int f() { return Thread.currentThread().getThreadGroup().hashCode(); } }",
        "f();", ("fail", "forbidden")),
    "a property that is a number": (
        'class Problem { static int f() { return Integer.getInteger("sun.arch.data.model", 0); } }',
        "assert f() == 64;", ("fail", "forbidden")),
    "a class nested in a restricted one": (
        "class Problem { static Object f() { return System.LoggerFinder.getLoggerFinder(); } }",
        "assert f() != null;", ("fail", "forbidden")),
}  # fmt: skip


@pytest.mark.parametrize("name", JUDGED)
def test_what_the_copies_and_the_policy_keep_apart(sandbox: JavaSandbox, name: str) -> None:
    code, test, wanted = JUDGED[name]
    (result,) = sandbox.run([JavaJob(given(name, 0), code, "f", [UNIT % test])])
    assert (result.verdict.outcome, result.verdict.category) == wanted, result.verdict


@needs_java
@pytest.mark.parametrize(
    ("body", "statements"),
    [
        (
            "static void f(int[] a, int[] b) { a[0] = 5; b[1] = a[0] + 1; }",
            ["int[] z = {1, 2}; f(z, z);", "assert z[0] == 5 && z[1] == 6;"],
        ),
        (
            "static boolean f(List<Integer> a, List<Integer> b) { a.add(3); return b.size() == 2 && a == b; }",
            ["List<Integer> z = new ArrayList<>(List.of(1));", "assert f(z, z) && z.equals(List.of(1, 3));"],
        ),
        (
            "static boolean f(int[] a, int[] b) { a[0] = 9; return a != b && b[0] == 1; }",
            ["int[] a = {1}; int[] b = {1};", "assert f(a, b) && a[0] == 9 && b[0] == 1;"],
        ),
        (
            "static void f(int[][] m) { m[0][0] = 9; }",
            ["int[][] m = {{1}, {2}}; int[] row = m[0]; f(m);", "assert row[0] == 9 && m[0] == row;"],
        ),
        (
            "static void f(int[][] m) { int[] row = m[0]; m[0] = m[1]; m[1] = row; row[0] = 7; }",
            ["int[][] m = {{1}, {2}}; int[] row = m[0]; f(m);", "assert m[1] == row && row[0] == 7 && m[0][0] == 2;"],
        ),
        (
            "static int f(List<List<Integer>> m) { m.get(0).add(7); m.add(m.get(0)); return m.get(1).size(); }",
            [
                "List<Integer> row = new ArrayList<>(); List<List<Integer>> m = new ArrayList<>(List.of(row, row));",
                "assert f(m) == 1 && row.equals(List.of(7)) && m.size() == 3 && m.get(2) == row;",
            ],
        ),
        (
            "static void f(Set<List<Integer>> s, List<Integer> x) { x.add(2); }",
            [
                "List<Integer> x = new ArrayList<>(List.of(1)); Set<List<Integer>> s = new HashSet<>(); s.add(x);",
                "f(s, x);",
                "assert s.iterator().next() == x && x.size() == 2;",
            ],
        ),
        (
            "static void f(Map<String, int[]> m, StringBuilder t) {\n"
            "m.get(\"a\")[0]++; m.put(\"b\", m.get(\"a\")); t.append(1); }",
            [
                "int[] x = {1}; Map<String, int[]> m = new HashMap<>(); m.put(\"a\", x);",
                "StringBuilder t = new StringBuilder(); f(m, t);",
                "assert x[0] == 2 && m.get(\"b\") == x && t.length() == 1;",
            ],
        ),
        (
            "static int f(List<Integer> x, int i) { return x.get(i); }",
            [
                "List<Integer> x = new ArrayList<>(List.of(1, 2)); int s = 0;",
                "for (int i : x) s += f(x, i - 1);",
                "assert s == 3;",
            ],
        ),
    ],
)  # fmt: skip
def test_what_is_one_object_in_the_tests_is_one_in_the_program(
    sandbox: JavaSandbox, body: str, statements: list[str]
) -> None:
    found = judge(sandbox, method(body), *statements)
    assert found.outcome == "pass", found


@needs_java
def test_what_a_program_puts_into_an_argument_is_a_copy(sandbox: JavaSandbox) -> None:
    """A list that the program keeps, or an object of its own that is equal to everything."""
    code = method(
        "static List<Integer> kept = new ArrayList<>();\n"
        "static void f(List<List<Integer>> x, int[][] y) { x.add(kept); y[0] = new int[] {4}; kept.add(1); }"
    )
    statements = [
        "List<List<Integer>> x = new ArrayList<>(); int[][] y = new int[1][];",
        "f(x, y);",
        "List<Integer> first = x.get(0); int[] row = y[0];",
        "f(x, y);",
        "assert first.size() == 1 && x.get(0).size() == 1 && row[0] == 4;",
    ]
    found = judge(sandbox, code, *statements)
    assert found.outcome == "pass", found
    own = method(
        "static class Yes extends ArrayList<Integer> { public boolean equals(Object o) { return true; } }\n"
        "static void f(List<List<Integer>> x) { x.add(new Yes()); }"
    )
    found = judge(
        sandbox, own, "List<List<Integer>> x = new ArrayList<>(); f(x);", "assert x.get(0).equals(List.of(1));"
    )
    assert found.category == "forbidden", found


@needs_java
@pytest.mark.parametrize("worn", [True, False])
def test_a_compiler_that_ran_out_of_memory_is_replaced(worn: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    controller = java_controller.JavaController.__new__(java_controller.JavaController)
    controller.compiled = 0
    report = json.dumps({"stage": "too_large", "worn": worn}).encode()
    monkeypatch.setattr(controller, "_compile", lambda *_: struct.pack(">I", len(report)) + report)
    assert controller._judge(["", "", "", "x"])["category"] == "syntax"
    assert (controller.compiled >= java_controller._JOBS_PER_COMPILER) is worn


@needs_java
def test_code_that_would_be_written_many_times_costs_nothing(sandbox: JavaSandbox) -> None:
    block = "x++;"
    for _ in range(30):
        block = "try { x++; } finally { " + block + " }"
    started = time.monotonic()
    found = judge(sandbox, method(f"static int f(int x) {{ {block} return x; }}"), "assert f(1) == 2;")
    assert (found.outcome, found.category) == ("fail", "syntax") and "too large" in found.feedback
    assert time.monotonic() - started < 8
    methods = "".join(
        f"static int g{n}(int x) {{ try {{ if (x > 1) return x; }} finally {{ x++; }} return x; }}" for n in range(200)
    )
    assert judge(sandbox, method(methods + "static int f(int x) { return x; }"), "assert f(1) == 1;").outcome == "pass"


QUALIFIED = """enum Kind { A, B }
sealed interface S permits Own, R {}
enum Own implements S { C, D }
record R(int a) implements S {}
static int g(S s) { return switch (s) { case Own.C -> 1; case Own.D -> 2; case R(int a) -> a; }; }
static int f(int x) {
    Kind k = x > 0 ? Kind.A : Kind.B;
    return switch (k) { case Kind.A -> g(Own.C); case Kind.B -> g(new R(5)); };
}
"""


def java_release() -> int:
    """17, 21 ...; 0 without a JDK."""
    return int(str(probe_java().version or "0").split(".")[0])


# defined, not skipped: no machine counts on it, older compilers do not know such labels
if java_release() >= 21:

    def test_enum_labels_with_the_name_of_their_type(sandbox: JavaSandbox) -> None:
        assert judge(sandbox, method(QUALIFIED), "assert f(1) == 1 && f(0) == 5;").outcome == "pass"
