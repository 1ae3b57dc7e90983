"""Finished runs as git and the working tree hold them."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from codereflect.errors import UserError
from codereflect.params import load_params
from codereflect.runs.run import RUN_FILES, all_runs, current_run, experiments, published_runs, run_name
from codereflect.store import digest

ROOT = Path(__file__).resolve().parents[2]
CODE = {"src/x.py": "0" * 64}


def git(root: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path):
    """A repository with one commit, a run in the workspace and no experiment yet."""
    git(tmp_path, "init", "-q")
    git(tmp_path, "config", "user.name", "someone")
    git(tmp_path, "config", "user.email", "someone@example.org")
    shutil.copy(ROOT / "params.yaml", tmp_path)
    write_run(tmp_path / "metrics" / "current", key(tmp_path))
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "start")
    return tmp_path


def key(root: Path) -> str:
    return digest({"params": load_params(root / "params.yaml").model_dump(), "code": CODE})


def write_run(folder: Path, run_key: str, score: float = 0.5) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "run.json").write_text(json.dumps({"run_key": run_key, "code": CODE}))
    (folder / "metrics.json").write_text(json.dumps({"score": score}))
    (folder / "verdicts.csv").write_bytes("task\nzürich\n\n".encode())


def add_experiment(root: Path, name: str) -> str:
    baseline = git(root, "rev-parse", "HEAD")
    git(root, "commit", "-q", "--allow-empty", "-m", name)
    commit = git(root, "rev-parse", "HEAD")
    git(root, "update-ref", f"refs/exps/{baseline[:2]}/{baseline[2:]}/{name}", commit)
    git(root, "reset", "-q", "--soft", baseline)
    return commit


def test_experiments_with_their_files_and_parameters(repository):
    commit = add_experiment(repository, "arm-one")
    git(repository, "update-ref", "refs/exps/exec/EXEC_HEAD", commit)
    (run,) = experiments(repository)
    assert (run.name, run.files.commit, run.origin) == ("arm-one", commit, "experiment")
    assert run.params["train"]["seed"] == 1 and run.run_key == key(repository)
    assert run.files.data("verdicts.csv") == "task\nzürich\n\n".encode()
    assert run.files.data("losses.csv") is None


def test_only_the_files_that_are_asked_for(repository):
    add_experiment(repository, "one")
    (run,) = experiments(repository, ["run.json"])
    assert set(run.files.held) == {"params.yaml", "run.json"}


def test_an_experiment_without_results_is_no_error(repository):
    git(repository, "rm", "-q", "-r", "metrics")
    add_experiment(repository, "foreign")
    (run,) = experiments(repository)
    assert not any(run.files.data(name) for name in RUN_FILES[1:]) and run.run_key is None


def test_no_repository_no_experiments(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    assert experiments(tmp_path) == [] and all_runs(tmp_path) == []


def test_published_runs(repository):
    folder = repository / "metrics" / "published" / "sft-1"
    write_run(folder, "c" * 64)
    shutil.copy(repository / "params.yaml", folder)
    (run,) = published_runs(repository)
    assert (run.name, run.origin, run.run_key) == ("sft-1", "published", "c" * 64)
    assert run.params["base"]["seed"] == 1


def test_the_workspace_run_is_named_like_an_experiment(repository):
    run = current_run(repository)
    assert run is not None and run.name == f"sft-b1-s1-{key(repository)[:7]}"
    named = current_run(repository, "arm")
    assert named is not None and named.name == "arm"


def test_a_workspace_whose_parameters_have_changed_since_is_no_run(repository):
    text = (repository / "params.yaml").read_text()
    (repository / "params.yaml").write_text(text.replace("base_share: 0.6", "base_share: 0.7"))
    assert text != (repository / "params.yaml").read_text()
    assert current_run(repository) is None


def test_all_runs_in_order(repository):
    add_experiment(repository, "one")
    write_run(repository / "metrics" / "published" / "two", "c" * 64)
    assert [run.origin for run in all_runs(repository)] == ["experiment", "published", "workspace"]


def test_damaged_files_are_named(repository):
    (repository / "metrics" / "current" / "run.json").write_text("{")
    with pytest.raises(UserError, match=r"metrics/current/run\.json: no valid JSON"):
        current_run(repository)


def test_names_say_what_a_run_is():
    params = {"train": {"method": "sft", "seed": 2}, "base": {"seed": 3}}
    assert run_name(params, "0123456789") == "sft-b3-s2-0123456"
    assert run_name(params, "0123456789", "try") == "try-sft-b3-s2-0123456"
