"""codereflect score, as a user calls it: figures, files, resuming, refusals."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from codereflect import sandbox
from codereflect.cli.main import main
from codereflect.formats.problems import read_problems
from codereflect.grading.assembly import assemble
from codereflect.records import Problem
from codereflect.scoring import answers as answers_module
from codereflect.task_sample import drawn


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


@pytest.mark.slow
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
    assert figures(folder)["tasks_missing"] == 1 and "1 task has no sample" in capsys.readouterr().out


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
    ("text", "as_solution"),
    [
        ("    return a + 1\n", True),
        (ALONE, False),
        # The prompt's import would make this program pass that fails alone.
        (NEEDS_PROMPT, False),
        (f"Here it is:\n```python\n{ALONE}```\nDone.", False),
        ("add1 = lambda a: a + 1\n", False),
        ("    return (a +\n", True),
    ],
)
def test_when_the_prompt_goes_in_front(folder: Path, text: str, as_solution: bool) -> None:
    problem = read_problems(folder / "problems.jsonl")[0]
    for continues, prepend, expected in ((True, "auto", True), (False, "auto", as_solution), (False, "yes", True)):
        program = assemble(problem, text, continues, prepend)  # type: ignore[arg-type]
        assert program.code.startswith(problem.prompt) is expected is program.prepended
    assert not assemble(problem, text, True, "no").code.startswith(problem.prompt)


def test_a_completion_has_the_imports_of_its_prompt_and_what_was_done_is_counted(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [
        {"task_id": "HumanEval/1", "completion": NEEDS_PROMPT},
        {"task_id": "HumanEval/1", "completion": "    return a + 1\n\n\ndef more(x):\n    if x =="},
        {"task_id": "HumanEval/1", "solution": f"```python\n{ALONE}```\nDone."},
        {"task_id": "HumanEval/1", "solution": NEEDS_PROMPT},
        {"task_id": "HumanEval/1", "solution": "I cannot."},
    ]
    write(folder / "samples.jsonl", rows)
    assert score("--allow-missing") == 0
    assert figures(folder)["passed"] == 3
    assert figures(folder)["answers"] == {"prepended": 3, "cut": 1, "no_code": 1, "text_after_code": 1}
    assert "humaneval: prepended 3, cut 1, no code 1, text after code 1" in capsys.readouterr().out
    lines = [json.loads(line) for line in (folder / "out" / "verdicts.jsonl").read_text().splitlines()]
    assert [line["steps"] for line in lines][1:3] == ["prepended,cut", "text_after_code"]


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


def test_an_interval_stands_beside_each_figure(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    samples(folder, RIGHT)
    assert score() == 0
    wilson = {"low": 0.438503, "high": 1.0, "method": "Wilson over tasks"}
    assert figures(folder)["intervals"] == {"pass@1": wilson}
    said = capsys.readouterr().out
    assert "100.0 [43.9, 100.0]" in said and "Interval: Wilson over tasks." in said
    rows = [
        {"task_id": f"HumanEval/{n}", "completion": f"    return a + {n if place < n else 9}\n"}
        for n in (1, 2, 3)
        for place in range(3)
    ]
    write(folder / "samples.jsonl", rows)
    assert score("--k", "1,3") == 0
    several = figures(folder)["intervals"]
    assert several["pass@1"]["method"].startswith("BCa bootstrap over tasks")
    assert several["pass@1"]["low"] < figures(folder)["pass@1"] < several["pass@1"]["high"]
    assert several["pass@3"] == wilson
    assert '\n "suites": {\n' in (folder / "out" / "metrics.json").read_text()


def test_a_limit_takes_the_same_tasks_and_then_more(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder / "problems.jsonl", [task(number) for number in range(1, 31)])
    samples(folder, RIGHT, tasks=tuple(range(1, 31)))
    taken: list[set[str]] = []
    for limit in (1, 5, 12):
        assert score("--limit", str(limit)) == 0
        lines = (folder / "out" / "verdicts.jsonl").read_text().splitlines()
        taken.append({json.loads(line)["task_id"] for line in lines})
    assert [len(one) for one in taken] == [1, 5, 12] and taken[0] < taken[1] < taken[2]
    assert "Only 12 tasks were scored" in capsys.readouterr().out


def test_each_category_has_its_share_of_a_limit() -> None:
    problems = [
        Problem(
            task_id=str(n),
            suite="s",
            language="python",
            prompt="",
            category="usual" if n % 5 else "rare",
            entry_point="f",
            hidden_tests=["assert f()"],
        )
        for n in range(100)
    ]
    for limit in (10, 25, 50):
        rare = sum(int(name) % 5 == 0 for name in drawn(problems, limit))
        assert abs(rare - limit / 5) <= 1
    assert drawn(problems, 25) == drawn(problems[::-1], 25) < drawn(problems, 26)


def test_a_suite_by_name(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    samples(folder, RIGHT)
    params = yaml.safe_load((Path(__file__).parents[2] / "params.yaml").read_text())
    (folder / "data/files").mkdir(parents=True)
    (folder / "problems.jsonl").rename(folder / "data/files/mine.jsonl")
    params["suites"] = {"humaneval": {"source": "path", "path": "data/files/mine.jsonl"}}
    (folder / "params.yaml").write_text(yaml.safe_dump(params))
    assert score("--problems", "humaneval") == 0
    pinned = json.loads((folder / "out" / "metrics.json").read_text())["problems"]
    assert pinned["name"] == "data/files/mine.jsonl" and pinned["limit"] is None
    capsys.readouterr()
    assert score("--problems", "humanevil") == 2
    assert "nor a suite humanevil. Fix: name a file, or one of humaneval, mbpp, " in capsys.readouterr().err
    assert score("--problems", "micro_python") == 2 and "has no published samples" in capsys.readouterr().err


EVIL = "Task/\x1b]0;owned\x07\x9b2J[red]\u202e"


def test_no_text_of_a_file_reaches_the_terminal_as_it_is(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    write(folder / "problems.jsonl", [task(1) | {"task_id": EVIL}, task(2)])
    samples(folder, RIGHT, tasks=(2,))
    assert score("--allow-missing") == 0
    assert score() == 2
    write(folder / "samples.jsonl", [{"task_id": EVIL + "\nerror: forged", "completion": ""}])
    assert score() == 2
    assert score("--problems", EVIL[5:]) == 2 and score("--" + EVIL[5:]) == 2
    (folder / "scores.csv").write_text(f"{EVIL},b,c\n1,0,{EVIL}\n0,0.5,x\n1,1,x\n")
    main(["compare", "scores.csv", "--a", EVIL, "--b", "b", "--by", "c"])
    said = capfd.readouterr()
    everything = said.out + said.err
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(everything)
    assert "\\u001b]0;owned\\u0007\\u009b2J[red]" in said.out and "\nerror: forged" not in everything


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
