"""The whole pipeline at smoke size, from fresh clones of HEAD with empty caches: takes minutes."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest

from codereflect.params import read_yaml
from codereflect.training_params import MethodName

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
ALWAYS = ["train", "generate", "score", "report"]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def run(clone: Path, *command: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """A command in a clone, as a user with an activated environment would run it."""
    return subprocess.run(command, cwd=clone, env=environment(clone, **settings), capture_output=True, text=True)


def environment(clone: Path, **settings: str) -> dict[str, str]:
    ours = ("DVC_", "CODEREFLECT_", "MLFLOW_", "OMP_", "TOKENIZERS_")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(ours)}
    own = {
        "PATH": f"{BIN}:{kept['PATH']}",
        "PYTHONPATH": f"{clone / 'src'}:{ROOT / 'tests' / 'recorder'}",
        "READS": str(reads_of(clone)),
        "CODEREFLECT_MLFLOW": "off",
    }
    return kept | own | settings


def reads_of(clone: Path) -> Path:
    """Where the stages of a clone leave which parameters they read (tests/recorder)."""
    return clone.with_name(f"{clone.name} reads")


def make_clone(folder: Path) -> Path:
    """A clone whose committed parameters are those of the recipe smoke, with several batches of answers a suite."""
    subprocess.run(["git", "clone", "-q", str(ROOT), str(folder)], check=True)
    assert run(folder, "codereflect", "use", "smoke").returncode == 0
    edit(folder / "params.yaml", r"(?s)(\ngenerate:.*?batch_size: )\d+", r"\g<1>8")
    for setting in ("user.name=someone", "user.email=someone@example.org"):
        subprocess.run(["git", "-C", str(folder), "config", *setting.split("=")], check=True)
    subprocess.run(["git", "-C", str(folder), "commit", "-qam", "smoke"], check=True)
    return folder


def edit(file: Path, pattern: str, replacement: str) -> None:
    text, changes = re.subn(pattern, replacement, file.read_text())
    assert changes == 1, f"{pattern} occurs {changes} times in {file.name}"
    file.write_text(text)


def stages_run(done: subprocess.CompletedProcess[str]) -> list[str]:
    return re.findall(r"Running stage '(\w+)'", done.stdout)


def results(folder: Path, *left_out: str) -> dict[str, bytes]:
    """The bytes of every file of the run but the cost."""
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.name not in {"cost.json", *left_out}}


def leftovers(clone: Path) -> list[Path]:
    return [*clone.glob("*/.*.part"), *clone.glob(".codereflect/**/*.part")]


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    clone = make_clone(tmp_path_factory.mktemp("first") / "clone")
    done = run(clone, "dvc", "repro")
    assert done.returncode == 0, done.stderr[-3000:]
    assert len(stages_run(done)) == 14 and not leftovers(clone)
    shutil.copytree(clone / "metrics" / "current", clone.parent / "as it was first")
    return clone


@pytest.fixture(scope="module")
def first_results(first):
    return first.parent / "as it was first"


def test_another_clone_gives_the_same_bytes(first, first_results, tmp_path):
    clone = make_clone(tmp_path / "a folder with another name")
    done = run(clone, "dvc", "repro", PYTHONHASHSEED="7", CODEREFLECT_WORKERS="1", OMP_NUM_THREADS="2")
    assert done.returncode == 0, done.stderr[-3000:]
    assert {"metrics.json", "verdicts.csv", "losses.csv", "run.json"} <= set(results(first_results))
    assert results(clone / "metrics" / "current") == results(first_results)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("train.method=reflection", ["needs", "sft", *ALWAYS]),
        ("train.reflection.fraction=0.2", ["report"]),
        ("train.seed=2", ["sft", *ALWAYS]),
        ("generate.max_new_tokens=150", ["generate", "score", "report"]),
        ("sandbox.output_kb=65", ["ingest", "suites", "attempt", "score", "report"]),
        ("eval.suites=[micro_python]", ["suites", "prepare", "generate", "score", "report"]),
    ],
)
def test_only_what_depends_on_a_change_runs(first, change, expected):
    done = run(first, "dvc", "exp", "run", "-S", change)
    assert done.returncode == 0, done.stderr[-3000:]
    assert sorted(stages_run(done)) == sorted(expected)
    run(first, "git", "checkout", "-q", "params.yaml")
    restored = run(first, "dvc", "repro")
    assert restored.returncode == 0 and not [name for name in stages_run(restored) if name != "report"]


def kept(clone: Path) -> dict[str, int]:
    """When each kept answer and verdict was written."""
    spaces = ("answers", "verdicts", "corpora", "suites")
    return {
        file.name: file.stat().st_mtime_ns for name in spaces for file in clone.glob(f".codereflect/{name}/*/*.json")
    }


@pytest.mark.parametrize(
    ("file", "change", "expected"),
    [
        ("grading/check.py", ("\nNOTHING_RUN", "\n# said\nNOTHING_RUN"), ["ingest", "suites", "attempt", "score"]),
        ("teacher/rules/prompts/rules.txt", (r"\A", "; said\n"), ["annotate", "assemble"]),
        ("scoring/codebleu.py", (r"\Z", "\nUNUSED = 1\n"), ["score"]),
    ],
)
def test_a_change_of_code_runs_what_imports_it_and_makes_nothing_kept_anew(first, file, change, expected):
    before = kept(first)
    edit(first / "src" / "codereflect" / file, *change)
    done = run(first, "dvc", "repro")
    after = kept(first)
    run(first, "git", "checkout", "-q", "src")
    assert run(first, "dvc", "repro").returncode == 0
    assert done.returncode == 0, done.stderr[-3000:]
    assert sorted(stages_run(done)) == sorted([*expected, "report"])
    assert before and after == before


def test_how_it_runs_re_runs_nothing(first, tmp_path):
    runtime = first / "conf" / "runtime.yaml"
    before = runtime.read_text()
    edit(runtime, r"(?m)^workers:.*$", "workers: 1")
    edit(runtime, r"(?m)^threads:.*$", "threads: 2")
    started = time.monotonic()
    done = run(first, "dvc", "repro", CODEREFLECT_CACHE=str(tmp_path), CODEREFLECT_WORKERS="1")
    print(f"dvc repro with nothing to do takes {time.monotonic() - started:.1f} s")
    runtime.write_text(before)
    assert done.returncode == 0 and not stages_run(done)


def test_comments_survive_a_changed_parameter(first):
    before = [line for line in (first / "params.yaml").read_text().splitlines() if line.strip().startswith("#")]
    assert run(first, "dvc", "exp", "run", "-S", "train.method=none").returncode == 0
    after = [line for line in (first / "params.yaml").read_text().splitlines() if line.strip().startswith("#")]
    run(first, "git", "checkout", "-q", "params.yaml")
    assert after == before and before


def test_a_stage_reads_no_parameter_that_it_does_not_declare(first):
    read: dict[str, set[str]] = {}
    for file in reads_of(first).iterdir():
        read.setdefault(file.name.split(".")[0], set()).update(json.loads(file.read_text()))
    stages = read_yaml(first / "dvc.yaml")["stages"]
    assert set(read) == set(stages)
    assert "train.method" in read["train"] and "train.budget.amount" in read["sft"] and "score.k" in read["score"]
    undeclared = {}
    # What `${train.method}` stands for: the runs above trained by several methods.
    stages["train"]["params"] += [f"train.{method}" for method in get_args(MethodName)]
    # The stage report declares the whole file.
    for stage in set(stages) - {"report"}:
        declared = stages[stage].get("params", [])
        undeclared[stage] = [
            key for key in read[stage] if not any(key == name or key.startswith(f"{name}.") for name in declared)
        ]
    assert not {stage: keys for stage, keys in undeclared.items() if keys}


def stop_when(clone: Path, reached: Callable[[], object], number: int = signal.SIGKILL) -> None:
    """Start `dvc repro`, and as soon as something is reached, send a signal to it and all its children."""
    with open(clone / ".git" / "output", "w+") as output:
        process = subprocess.Popen(
            ["dvc", "repro"],
            cwd=clone,
            env=environment(clone, CODEREFLECT_WORKERS="1"),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        while not reached():
            if process.poll() is not None:
                output.seek(0)
                pytest.fail(f"dvc repro ended too early: {output.read()[-3000:]}")
            time.sleep(0.01)
        os.killpg(process.pid, number)
        process.wait()


def checkpoints(clone: Path) -> dict[int, int]:
    """When each whole checkpoint was written, by its step."""
    found = {}
    for mark in clone.glob(".codereflect/runs/*/checkpoint-*/complete"):
        try:
            found[int(mark.parent.name.rsplit("-", 1)[1])] = mark.stat().st_mtime_ns
        except FileNotFoundError:
            continue
    return found


def stop_twice_in_training(clone: Path, first_signal: int) -> None:
    """Stop after a checkpoint, go on, stop after a later one: the former was not written again."""
    stop_when(clone, lambda: checkpoints(clone), first_signal)
    before = checkpoints(clone)
    seen: list[dict[int, int]] = []

    def later() -> bool:
        seen.append(checkpoints(clone))
        return max(seen[-1], default=0) > max(before)

    stop_when(clone, later)
    step = max(before)
    assert all(one.get(step, before[step]) == before[step] for one in seen), "training began anew"


def answers(clone: Path) -> dict[str, int]:
    """When each answer was written."""
    return {file.name: file.stat().st_mtime_ns for file in clone.glob(".codereflect/answers/*/*.json")}


def test_killed_and_interrupted_runs_go_on_and_end_the_same(first_results, tmp_path):
    clone = make_clone(tmp_path / "clone")
    edit(clone / "src/codereflect/training/loop.py", r"(?m)^CHECKPOINT_STEPS = \d+$", "CHECKPOINT_STEPS = 2")
    stop_twice_in_training(clone, signal.SIGKILL)
    assert not (clone / "models" / "base").exists() and (clone / "data" / "prepared").exists()
    stop_when(clone, lambda: answers(clone))
    tried = answers(clone)
    stop_twice_in_training(clone, signal.SIGINT)
    assert tried.items() <= answers(clone).items(), "attempts were generated again"
    attempted = set(answers(clone))
    assert (clone / "models" / "base").exists() and not (clone / "models" / "sft").exists()
    stop_when(clone, lambda: len(set(answers(clone)) - attempted) >= 2)
    kept = answers(clone)
    assert not (clone / "data" / "generated").exists()
    done = run(clone, "dvc", "repro")
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-3000:]
    assert stages_run(done) == ["generate", "score", "report"]
    assert kept.items() <= answers(clone).items(), "answers were generated again"
    # The interval of the checkpoints is part of the code, and run.json names the code.
    assert results(clone / "metrics" / "current", "run.json") == results(first_results, "run.json")
    assert not leftovers(clone) and not checkpoints(clone)


def test_sweep_and_compare(first):
    shutil.rmtree(first / "metrics" / "current")
    run(first, "git", "checkout", "-q", ".")
    assert run(first, "git", "status", "--porcelain").stdout == ""
    done = run(first, "codereflect", "sweep", "-S", "train.method=sft,reflection")
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-3000:]
    table = run(first, "codereflect", "compare", "sft", "reflection")
    assert table.returncode == 0, table.stderr
    assert "micro_python" in table.stdout and "pass@1" in table.stdout and "Training noise is not" in table.stdout
    started = time.monotonic()
    again = run(first, "codereflect", "sweep", "-S", "train.method=sft,reflection")
    assert again.returncode == 0 and not stages_run(again), again.stdout
    print(f"a second sweep takes {time.monotonic() - started:.1f} s and says: {again.stdout.strip().splitlines()[-1]}")
    assert run(first, "git", "status", "--porcelain").stdout == ""
