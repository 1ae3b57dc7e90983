"""codereflect score --format multipl-e, as a user calls it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from codereflect.cli.main import main
from codereflect.grading import check
from codereflect.sandbox.java.java_sandbox import JavaSandbox, probe_java

needs_java = pytest.mark.skipif(probe_java().version is None, reason=probe_java().reason)
HEAD = "import java.util.*;\nimport org.javatuples.*;\n"


def task(number: int) -> dict[str, Any]:
    return {
        "name": f"HumanEval_{number}_add",
        "language": "java",
        "prompt": HEAD + "class Problem {\n    public static Pair<Long, Long> add(long a) {\n",
        "tests": "    }\n    public static void main(String[] args) {\n"
        f"    assert(add((1l)).equals((Pair.with(1l, {number}l))));\n    }}\n\n}}\n",
        "stop_tokens": ["\n    }\n"],
    }


def write(path: Path, rows: list[Any]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "problems.jsonl", [task(2), task(3)])
    right = "        return Pair.with(a, {n}L);\n    }\n    // and more that is cut off {{{"
    wrong = "        return new Pair<>(a, a);\n"
    rows = [
        {"task_id": f"HumanEval_{n}_add", "completion": text.replace("{n}", str(n))}
        for n in (2, 3)
        for text in (right, wrong)
    ]
    write(tmp_path / "samples.jsonl", rows)
    return tmp_path


def score(*options: str) -> int:
    command = ["score", "--problems", "problems.jsonl", "--samples", "samples.jsonl", "--out", "out", *options]
    try:
        main(command)
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


@pytest.mark.slow
@needs_java
def test_figures_files_and_resuming(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert score("--format", "multipl-e", "--language", "java", "--workers", "1") == 0
    found = json.loads((folder / "out" / "metrics.json").read_text())["suites"]["humaneval-java"]
    assert (found["pass@1"], found["tasks"], found["samples"], found["errors"]) == (0.5, 2, 4, {"assertion": 2})
    assert "humaneval-java" in capsys.readouterr().out
    rows = [json.loads(line) for line in (folder / "out" / "verdicts.jsonl").read_text().splitlines()]
    assert rows[1]["feedback"] == "add(1) returned [1, 1]; expected [1, 2]."
    assert rows[0]["sealed"]

    def not_again(*arguments: Any) -> Any:
        raise AssertionError("these verdicts were there")

    monkeypatch.setattr(JavaSandbox, "run", not_again)
    assert score("--k", "2") == 0


def test_what_does_not_fit_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert score("--format", "humaneval", "--language", "java") == 2
    assert "does not go with" in capsys.readouterr().err
    write(folder / "problems.jsonl", [{**task(2), "language": "cpp"}])
    assert score("--format", "multipl-e") == 2
    assert "problems.jsonl:1: the language is 'cpp'" in capsys.readouterr().err


def test_without_a_jdk_one_sentence(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAVA_HOME", str(folder))
    check._java.cache_clear()
    assert score() == 2
    check._java.cache_clear()
    told = capsys.readouterr().err
    assert "Java programs cannot be run" in told and "apt-get install" in told
    assert not (folder / "out" / "metrics.json").exists()
