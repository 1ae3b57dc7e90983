"""`codereflect doctor` names what is missing and what corrects it."""

from __future__ import annotations

import subprocess
import sys
import time
from importlib import metadata

import pytest
from pipeline import ROOT, command, environment, make_repository

from codereflect.cli import doctor


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_whole_repository_is_fit(tmp_path):
    root = make_repository(tmp_path)
    lock = [f"{name}=={metadata.version(name)}" for name in ("click", "pydantic", "torch")]
    (root / "requirements.lock").write_text("".join(line.split("+")[0] + "\n" for line in lock))
    started = time.perf_counter()
    done = command(root, "doctor", HF_TOKEN="hf_secret")
    assert time.perf_counter() - started < 6
    assert "hf_secret" not in done.stdout + done.stderr and "HF_TOKEN" in done.stdout
    missing = [line for line in done.stdout.splitlines() if line.startswith("missing")]
    # A machine that cannot confine programs is told so; everything else must be there.
    assert all("sandbox" in line for line in missing)
    assert done.returncode == (2 if missing else 0)


def test_an_empty_folder_is_not(tmp_path):
    done = command(tmp_path, "doctor", GIT_CEILING_DIRECTORIES=str(tmp_path))
    assert done.returncode == 2
    assert "git init" in done.stdout and "requirements.lock" in done.stdout
    assert done.stderr.startswith("error: the pipeline cannot run yet: packages, git, DVC, parameters")
    assert "Traceback" not in done.stderr


def test_packages_other_than_pinned(here):
    (here / "requirements.lock").write_text("click==0.1\nno-such-package==1.0\n")
    finding = doctor.packages()
    assert not finding.good and finding.fix == "make setup"
    assert "1 missing: no-such-package" in finding.found
    assert f"click {metadata.version('click')} (pinned: 0.1)" in finding.found


def test_names_are_compared_as_the_index_does(here):
    (here / "requirements.lock").write_text(f"ruamel-yaml=={metadata.version('ruamel.yaml')}\n")
    assert doctor.packages().good


def test_a_broken_parameters_file_is_a_finding(here):
    (here / "params.yaml").write_text("train: [")
    finding = doctor.parameters()
    assert not finding.good and finding.found.startswith("params.yaml:1")


def test_changed_sources_are_said(tmp_path, monkeypatch):
    root = make_repository(tmp_path)
    monkeypatch.chdir(root)
    assert "differ" not in doctor.repository().found
    (root / "dvc.yaml").write_text("stages: {}\n")
    assert "differ" in doctor.repository().found


def test_it_does_not_import_torch(tmp_path):
    code = "import sys; from codereflect.cli import doctor; doctor.torch(); sys.exit('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], env=environment(tmp_path), cwd=ROOT)
    assert done.returncode == 0
