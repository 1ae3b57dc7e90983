"""The whole pipeline at smoke size, from fresh clones of HEAD with empty caches: takes minutes."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
ALWAYS = ["train", "generate", "score", "report"]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def run(clone: Path, *command: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """A command in a clone, as a user with an activated environment would run it."""
    return subprocess.run(command, cwd=clone, env=environment(clone, **settings), capture_output=True, text=True)


def environment(clone: Path, **settings: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("DVC_", "CODEREFLECT_", "MLFLOW_"))}
    own = {"PATH": f"{BIN}:{kept['PATH']}", "PYTHONPATH": str(clone / "src"), "CODEREFLECT_MLFLOW": "off"}
    return kept | own | settings


def make_clone(folder: Path) -> Path:
    """A clone whose committed parameters are those of the recipe smoke."""
    subprocess.run(["git", "clone", "-q", str(ROOT), str(folder)], check=True)
    assert run(folder, "codereflect", "use", "smoke").returncode == 0
    for setting in ("user.name=someone", "user.email=someone@example.org"):
        subprocess.run(["git", "-C", str(folder), "config", *setting.split("=")], check=True)
    subprocess.run(["git", "-C", str(folder), "commit", "-qam", "smoke"], check=True)
    return folder


def stages_run(done: subprocess.CompletedProcess[str]) -> list[str]:
    return re.findall(r"Running stage '(\w+)'", done.stdout)


def results(clone: Path, folder: str = "metrics/current") -> dict[str, bytes]:
    """The bytes of every file of the run but the cost."""
    files = (clone / folder).iterdir()
    return {file.name: file.read_bytes() for file in files if file.name != "cost.json"}


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    clone = make_clone(tmp_path_factory.mktemp("first") / "clone")
    done = run(clone, "dvc", "repro")
    assert done.returncode == 0, done.stderr[-3000:]
    assert len(stages_run(done)) == 11
    shutil.copytree(clone / "metrics" / "current", clone.parent / "as it was first")
    return clone


@pytest.fixture(scope="module")
def first_results(first):
    return results(first.parent, "as it was first")


def test_another_clone_gives_the_same_bytes(first, first_results, tmp_path):
    clone = make_clone(tmp_path / "a folder with another name")
    done = run(clone, "dvc", "repro", PYTHONHASHSEED="7", CODEREFLECT_WORKERS="1")
    assert done.returncode == 0, done.stderr[-3000:]
    assert {"metrics.json", "verdicts.csv", "losses.csv", "run.json"} <= set(first_results)
    assert results(clone) == first_results


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("train.method=reflection", ALWAYS),
        ("train.seed=2", ["sft", *ALWAYS]),
        ("generate.max_new_tokens=150", ["generate", "score", "report"]),
        ("sandbox.output_kb=65", ["attempt", "score"]),
    ],
)
def test_only_what_depends_on_a_change_runs(first, change, expected):
    done = run(first, "dvc", "exp", "run", "-S", change)
    assert done.returncode == 0, done.stderr[-3000:]
    ran = stages_run(done)
    assert set(expected) <= set(ran) and set(ran) <= {*expected, "annotate", "assemble", "report"}, ran
    run(first, "git", "checkout", "-q", "params.yaml")
    restored = run(first, "dvc", "repro")
    assert restored.returncode == 0 and not [name for name in stages_run(restored) if name != "report"]


def test_how_it_runs_re_runs_nothing(first, tmp_path):
    runtime = first / "conf" / "runtime.yaml"
    before = runtime.read_text()
    runtime.write_text(re.sub(r"^workers:.*$", "workers: 1", before, flags=re.MULTILINE))
    done = run(first, "dvc", "repro", CODEREFLECT_CACHE=str(tmp_path), CODEREFLECT_WORKERS="1")
    runtime.write_text(before)
    assert done.returncode == 0 and not stages_run(done)


def test_comments_survive_a_changed_parameter(first):
    before = [line for line in (first / "params.yaml").read_text().splitlines() if line.strip().startswith("#")]
    assert run(first, "dvc", "exp", "run", "-S", "train.method=none").returncode == 0
    after = [line for line in (first / "params.yaml").read_text().splitlines() if line.strip().startswith("#")]
    run(first, "git", "checkout", "-q", "params.yaml")
    assert after == before and before


def kill_when(clone: Path, said: str, number: int, wait: float) -> None:
    """Start `dvc repro`, and some seconds after it says something, kill it and all its children."""
    process = subprocess.Popen(
        ["dvc", "repro"], cwd=clone, env=environment(clone), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, start_new_session=True,
    )  # fmt: skip
    assert process.stdout
    for line in process.stdout:
        if said in line:
            time.sleep(wait)
            break
    else:
        pytest.fail(f"dvc repro never said {said!r}")
    os.killpg(process.pid, number)
    process.wait()


def test_killed_and_interrupted_runs_end_the_same(first_results, tmp_path):
    clone = make_clone(tmp_path / "clone")
    kill_when(clone, "Running stage 'base'", signal.SIGKILL, 5)
    assert not (clone / "models" / "base").exists()
    kill_when(clone, "Running stage 'sft'", signal.SIGINT, 4)
    kill_when(clone, "Running stage 'generate'", signal.SIGKILL, 2)
    done = run(clone, "dvc", "repro")
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-3000:]
    assert results(clone) == first_results
    assert not list(clone.glob("*/.*.part"))


def test_sweep_and_compare(first):
    shutil.rmtree(first / "metrics" / "current")
    run(first, "git", "checkout", "-q", ".")
    before = run(first, "git", "status", "--porcelain").stdout
    done = run(first, "codereflect", "sweep", "-S", "train.method=sft,reflection")
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-3000:]
    table = run(first, "codereflect", "compare", "sft", "reflection")
    assert table.returncode == 0, table.stderr
    assert "micro_python" in table.stdout and "pass@1" in table.stdout and "Training noise is not" in table.stdout
    started = time.monotonic()
    again = run(first, "codereflect", "sweep", "-S", "train.method=sft,reflection")
    assert again.returncode == 0 and not stages_run(again), again.stdout
    print(f"a second sweep takes {time.monotonic() - started:.1f} s")
    assert run(first, "git", "status", "--porcelain").stdout == before
