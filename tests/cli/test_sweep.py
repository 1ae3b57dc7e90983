"""`codereflect sweep`, end to end on a pipeline of three small stages."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pipeline import command, environment, git, make_repository, stages_run

from codereflect.cli import sweep as sweep_module
from codereflect.cli.grid import Combination

ARMS = ("-S", "train.method=sft,reflection")


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    root = make_repository(tmp_path_factory.mktemp("sweep"))
    (root / "params.yaml").write_text((root / "params.yaml").read_text().replace("rows: 1000", "rows: 999"))
    return root, command(root, "sweep", *ARMS, CODEREFLECT_MLFLOW="off")


def test_runs_every_arm_and_leaves_the_workspace_alone(swept):
    root, done = swept
    assert done.returncode == 0, done.stderr
    assert [line.split()[:2] for line in stages_run(root)][:5] == [
        ["base", "sft"],
        ["train", "sft"],
        ["report", "sft"],
        ["train", "reflection"],
        ["report", "reflection"],
    ]
    refs = git(root, "for-each-ref", "--format=%(refname)", "refs/exps").split()
    assert sorted(ref.rsplit("/", 1)[1][:-8] for ref in refs) == ["reflection-b1-s1", "sft-b1-s1"]
    assert git(root, "status", "--short").split() == ["M", "params.yaml"]
    assert "experiment 2 of 2" in done.stderr and "Running stage 'train'" in done.stderr
    for ref in refs:
        assert "rows: 999" in git(root, "show", f"{ref}:params.yaml")


def test_a_second_sweep_runs_nothing_and_says_so(swept):
    root, _ = swept
    before = stages_run(root)
    done = command(root, "sweep", *ARMS, CODEREFLECT_MLFLOW="off")
    assert done.returncode == 0
    assert "Nothing to run: all 2 experiments are there" in done.stdout
    assert stages_run(root) == before


def test_results_of_another_baseline_count(swept):
    root, _ = swept
    git(root, "commit", "-q", "--allow-empty", "-m", "another baseline")
    done = command(root, "sweep", *ARMS, "--dry")
    assert done.stdout.count(" there ") == 2


def test_changed_code_is_another_experiment(swept):
    root, _ = swept
    yaml = root / "dvc.yaml"
    text = yaml.read_text()
    yaml.write_text(text + "# changed\n")
    done = command(root, "sweep", *ARMS, "--dry")
    yaml.write_text(text)
    assert done.stdout.count(" to run ") == 2
    assert "differ from the last commit" in done.stderr


@pytest.mark.slow
def test_a_failing_stage_is_named_with_its_own_sentence(swept):
    root, _ = swept
    done = command(root, "sweep", "-S", "train.seed=99", CODEREFLECT_MLFLOW="off")
    assert done.returncode == 2
    last = done.stderr.strip().splitlines()[-1]
    assert "stopped in stage train: seed 99 is unlucky. Fix: choose another" in last


def test_untracked_sources_are_refused(swept):
    root, _ = swept
    stray = root / "stages" / "stray.py"
    stray.write_text("")
    done = command(root, "sweep")
    stray.unlink()
    assert done.returncode == 2
    assert done.stderr == (
        "error: stages/stray.py is not in git: experiments run in a copy of the tracked files. "
        "Fix: git add stages/stray.py\n"
    )


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_sweep_goes_on(swept, number):
    root, _ = swept
    seed = 40 + number
    arguments = ["sweep", "-S", f"train.seed={seed}"]
    variables = environment(root.parent) | {"TINY_SLEEP": "30", "CODEREFLECT_MLFLOW": "off"}
    running = subprocess.Popen(
        [sys.executable, "-m", "codereflect.cli.main", *arguments],
        cwd=root,
        env=variables,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    _until(lambda: f"train sft {seed}" in stages_run(root))
    children = _descendants(running.pid)
    if number == signal.SIGKILL:
        for child in children:
            os.kill(child, number)
    running.send_signal(number)
    running.wait(20)
    _until(lambda: not any(Path(f"/proc/{child}").exists() for child in children))
    assert git(root, "status", "--short").split() == ["M", "params.yaml"]
    done = command(root, *arguments, CODEREFLECT_MLFLOW="off")
    assert done.returncode == 0, done.stderr
    assert stages_run(root)[-2:] == [f"train sft {seed}", f"report sft {seed}"]


def test_without_git_or_commit(tmp_path):
    root = make_repository(tmp_path)
    git_folder = root / ".git"
    git_folder.rename(root / "away")
    done = command(root, "sweep")
    assert done.returncode == 2 and "no git repository" in done.stderr and done.stderr.count("\n") == 1
    git(root, "init", "-q")
    done = command(root, "sweep")
    assert done.returncode == 2 and "no commit yet" in done.stderr and done.stderr.count("\n") == 1


def _until(condition, seconds: float = 30) -> None:
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.05)


def _descendants(parent: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[1]) == parent:
            child = int(stat.parent.name)
            found += [child, *_descendants(child)]
    return found


def test_a_machine_where_git_knows_nobody(tmp_path, monkeypatch):
    from codereflect.cli import dvc_runs

    monkeypatch.chdir(tmp_path)
    git(tmp_path, "init", "-q")
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
        monkeypatch.setenv(name, os.devnull)
    home = dvc_runs._identity()["XDG_CONFIG_HOME"]
    assert "email" in (Path(home) / "git" / "config").read_text()
    git(tmp_path, "config", "user.name", "someone")
    git(tmp_path, "config", "user.email", "someone@example.org")
    assert dvc_runs._identity() == {}


def test_the_first_experiment_is_no_measure_of_the_pace(monkeypatch, capsys):
    now = [0.0]
    monkeypatch.setattr(sweep_module.time, "monotonic", lambda: now[0])
    clock = sweep_module.Clock(4)
    one = sweep_module.Planned("one", "k", Combination({}, {}), None)
    told = []
    for number, moment in enumerate((0.0, 600.0, 660.0, 720.0), start=1):
        now[0] = moment
        clock.announce(number, one)
        told.append(capsys.readouterr().err.strip().partition("one")[2].strip())
    assert told == [
        "",
        "(10 min 00 s so far, at most 30 min 00 s to go)",
        "(11 min 00 s so far, about 2 min 00 s to go)",
        "(12 min 00 s so far, about 1 min 00 s to go)",
    ]


def test_names_say_what_else_is_swept(tmp_path):
    changes = {
        "train.method": "sft",
        "train.learning_rate": 0.001,
        "eval.suites": ["humaneval"],
        "corpus.name": "a/../b",
    }
    params = {"train": {"method": "sft", "seed": 1}, "base": {"seed": 1}}
    (one,) = sweep_module.plan([Combination(changes, params)], "try", tmp_path)
    assert one.name == f"try-learning_rate_0.001-suites__humaneval_-name_a_._b-sft-b1-s1-{one.key[:7]}"
    (plain,) = sweep_module.plan([Combination({"train.seed": 1}, params)], "", tmp_path)
    assert plain.name == f"sft-b1-s1-{plain.key[:7]}"
