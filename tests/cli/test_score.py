"""codereflect score, as a user calls it: figures, files, resuming, refusals."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from codereflect import sandbox
from codereflect.cli.main import main
from codereflect.formats import read_problems
from codereflect.scoring import answers as answers_module
from codereflect.scoring.answers import program


def task(number: int) -> dict[str, Any]:
    return {
        "task_id": f"HumanEval/{number}",
        "prompt": f'from typing import List\n\ndef add{number}(a: int) -> int:\n    """Add {number}."""\n',
        "canonical_solution": f"    return a + {number}\n",
        "entry_point": f"add{number}",
        "test": f"def check(candidate):\n    assert candidate(1) == {number + 1}\n",
    }


RIGHT, WRONG = "    return a + {n}\n", "    return a\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is no repository, with three problems."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "problems.jsonl", [task(number) for number in (1, 2, 3)])
    return tmp_path


def write(path: Path, rows: list[Any]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def samples(folder: Path, *texts: str, tasks: tuple[int, ...] = (1, 2, 3)) -> None:
    rows = [{"task_id": f"HumanEval/{n}", "completion": text.replace("{n}", str(n))} for n in tasks for text in texts]
    write(folder / "samples.jsonl", rows)


def score(*options: str) -> int:
    command = ["score", "--problems", "problems.jsonl", "--samples", "samples.jsonl", "--out", "out", *options]
    try:
        main(command)
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def figures(folder: Path, suite: str = "humaneval") -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "out" / "metrics.json").read_text())["suites"][suite]
    return found


def test_figures_and_files(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    samples(folder, RIGHT, WRONG, "    return nothing\n", RIGHT)
    assert score("--k", "1,2") == 0
    found = figures(folder)
    assert found["pass@1"] == 0.5 and found["pass@2"] == round(1 - 1 / 6, 6)
    assert (found["tasks"], found["samples"], found["passed"], found["unsealed"]) == (3, 12, 6, 0)
    assert found["errors"] == {"NameError": 3, "assertion": 3}
    assert "pass@2" in capsys.readouterr().out
    rows = [json.loads(line) for line in (folder / "out" / "verdicts.jsonl").read_text().splitlines()]
    assert [row["sample_index"] for row in rows[:4]] == [0, 1, 2, 3]
    assert rows[0]["answer"] == "    return a + 1\n" and rows[0]["code"].startswith("from typing")
    assert sorted(path.name for path in (folder / "out").iterdir()) == ["metrics.json", "verdicts.jsonl"]


def count_jobs(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The jobs that sandboxes are given from now on."""
    given: list[Any] = []

    class Counting(sandbox.Sandbox):
        def run(self, jobs: Any, finished: Any = None) -> Any:
            return super().run((given.append(job) or job for job in jobs), finished)

    monkeypatch.setattr(sandbox, "Sandbox", Counting)
    return given


def test_only_what_is_new_is_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    samples(folder, RIGHT, WRONG)
    assert score() == 0
    before = {path.name: path.read_bytes() for path in (folder / "out").iterdir()}
    judged = count_jobs(monkeypatch)
    assert score() == 0 and not judged
    assert {path.name: path.read_bytes() for path in (folder / "out").iterdir()} == before
    samples(folder, RIGHT, WRONG, "    return a * a\n")
    assert score() == 0 and len(judged) == 3
    assert score("--cpu-seconds", "2") == 0 and len(judged) == 3 + 9


def test_a_killed_run_goes_on_and_ends_the_same(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    samples(folder, RIGHT, WRONG)
    assert score() == 0
    whole = (folder / "out" / "verdicts.jsonl").read_bytes()
    (folder / "out" / "verdicts.jsonl").unlink()

    class Killed(sandbox.Sandbox):
        def run(self, jobs: Any, finished: Any = None) -> Any:
            for number, result in enumerate(super().run(jobs, finished)):
                if number == 4:
                    raise KeyboardInterrupt
                yield result

    with monkeypatch.context() as patch:
        patch.setattr(sandbox, "Sandbox", Killed)
        assert score() == 130
    assert not (folder / "out" / "verdicts.jsonl").exists()
    with open(folder / "out" / answers_module.PARTIAL, "a") as stream:
        stream.write('["half a li')
    judged = count_jobs(monkeypatch)
    # of six, at least the five that were known
    assert score() == 0 and len(judged) <= 1
    assert (folder / "out" / "verdicts.jsonl").read_bytes() == whole


def test_what_cannot_be_scored_is_refused_before_anything_runs(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    samples(folder, RIGHT, tasks=(1, 3))
    assert score() == 2
    assert "samples.jsonl: task HumanEval/2 has no sample" in capsys.readouterr().err
    samples(folder, RIGHT)
    assert score("--k", "1,10") == 2
    assert "pass@10 needs 10 samples of every task; HumanEval/1 has 1. Fix: use --k 1" in capsys.readouterr().err
    assert score("--k", "0") == 2 and score("--k", "x") == 2 and score("--workers", "0") == 2
    (folder / "file").touch()
    assert score("--out", "file") == 2
    assert not (folder / "out").exists()


def test_no_process_is_left_where_files_are_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[int] = []

    class Noted(sandbox.Sandbox.worker):  # type: ignore[misc, valid-type]
        def __init__(self, told: dict[str, Any]) -> None:
            super().__init__(told)
            started.append(self.process.pid)

    monkeypatch.setattr(sandbox.Sandbox, "worker", Noted)
    samples(folder, RIGHT, tasks=(1, 3))
    assert score("--workers", "2") == 2
    assert len(started) == 2  # they come up while the files are read
    for pid in started:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_where_the_system_gives_no_more_files_that_is_one_sentence(folder: Path) -> None:
    samples(folder, RIGHT)
    few = "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (24, 24)); "
    run = few + "import sys; from codereflect.cli.main import main; main(sys.argv[1:])"
    command = [sys.executable, "-c", run, "score", "--problems", "problems.jsonl", "--out", "out", "--workers", "64"]
    failed = subprocess.run([*command, "--samples", "samples.jsonl"], capture_output=True, text=True)
    assert failed.returncode == 2
    assert failed.stderr == (
        "error: The sandbox could not start its 64 workers (Too many open files). "
        "Fix: use fewer workers, or allow more files and processes (ulimit -n, ulimit -u)\n"
    )
    # what the user can fix comes first, and where nothing is to be run no worker is needed
    wrong = subprocess.run([*command, "--samples", "nowhere.jsonl"], capture_output=True, text=True)
    assert wrong.returncode == 2 and "nowhere.jsonl" in wrong.stderr and wrong.stderr.count("\n") == 1
    assert score() == 0
    again = subprocess.run([*command, "--samples", "samples.jsonl"], capture_output=True, text=True)
    assert again.returncode == 0, again.stderr


def test_missing_tasks_may_be_left_out_and_are_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    samples(folder, RIGHT, tasks=(1, 3))
    assert score("--allow-missing") == 0
    assert figures(folder)["tasks_missing"] == 1 and "1 tasks have no sample" in capsys.readouterr().out


def test_tests_that_need_the_program_beside_them_are_counted(folder: Path) -> None:
    row = task(1) | {"test": "def check(candidate):\n    assert candidate(Box().value) == 2\n"}
    write(folder / "problems.jsonl", [row])
    code = "class Box:\n    value = 1\ndef add1(a):\n    return a + 1\n"
    write(folder / "samples.jsonl", [{"task_id": "HumanEval/1", "solution": code}])
    assert score() == 0
    assert (figures(folder)["pass@1"], figures(folder)["unsealed"]) == (1.0, 1)


ALONE = "def add1(a):\n    return a + 1\n"
NEEDS_PROMPT = "def add1(a: List) -> int:\n    return a + 1\n"


@pytest.mark.parametrize(
    ("text", "auto", "yes"),
    [
        ("    return a + 1\n", True, True),
        (ALONE, False, True),
        # The prompt's import would make this program pass that fails alone.
        (NEEDS_PROMPT, False, True),
        (f"Here it is:\n```python\n{ALONE}```\nDone.", False, True),
        ("add1 = lambda a: a + 1\n", False, True),
        ("    return (a +\n", True, True),
    ],
)
def test_when_the_prompt_goes_in_front(folder: Path, text: str, auto: bool, yes: bool) -> None:
    problem = read_problems(folder / "problems.jsonl")[0]
    assert program(problem, text, "auto").startswith(problem.prompt) is auto
    assert program(problem, text, "yes").startswith(problem.prompt) is yes
    assert not program(problem, text, "no").startswith(problem.prompt)


def test_concode(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    codes = ["int f ( int a ) { return a ; }", "int g ( ) { int x = 1 ; return x ; }"]
    write(folder / "problems.jsonl", [{"code": code, "nl": ""} for code in codes])
    (folder / "samples.jsonl").write_text(f"{codes[0]}\nint g (\n")
    assert score("--format", "concode") == 0
    found = json.loads((folder / "out" / "metrics.json").read_text())
    assert found["exact_match"] == 50 and found["java_syntax"] == 50
    assert "codebleu" in capsys.readouterr().out
    (folder / "samples.jsonl").write_text("one line\n")
    assert score("--format", "concode") == 2
    assert "has 1 lines and problems.jsonl has 2" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--cpu-seconds", "--min-time-limit", "--gt-time-limit-factor"])
@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "-1", "some"])
def test_a_limit_that_is_no_number_is_told(
    folder: Path, capsys: pytest.CaptureFixture[str], option: str, value: str
) -> None:
    samples(folder, RIGHT)
    assert score(option, value) == 2
    assert f"Invalid value for '{option}'" in capsys.readouterr().err
    assert not (folder / "out").exists()


def test_limits_are_those_of_the_suite(folder: Path) -> None:
    row = {**task(1), "base_input": [[1]], "plus_input": [[60_000]], "atol": 0}
    row["canonical_solution"] = "    return ' '.join(map(str, range(a)))\n"
    write(folder / "problems.jsonl", [row])
    samples(folder, row["canonical_solution"], tasks=(1,))
    assert score() == 0
    assert figures(folder, "humaneval+")["passed"] == 1
    told = json.loads((folder / "out" / "metrics.json").read_text())["sandbox"]
    assert (told["cpu_seconds"], told["memory_mb"], told["output_kb"]) == (60.0, 4096, 1 << 16)
    assert score("--output-kb", "64", "--cpu-seconds", "2") == 0
    assert figures(folder, "humaneval+")["passed"] == 0
