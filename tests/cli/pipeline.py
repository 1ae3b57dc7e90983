"""A pipeline of three small stages with the real parameters file, for tests of the commands."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

DVC_YAML = """\
stages:
  base:
    cmd: python stages/tiny.py base
    deps: [stages/tiny.py]
    params: [base.seed]
    outs: [data/base]
  train:
    cmd: python stages/tiny.py train
    deps: [stages/tiny.py, data/base]
    params: [train]
    outs: [data/train]
  report:
    cmd: python stages/tiny.py report
    deps: [stages/tiny.py, data/train]
    params: [{params.yaml: }]
    outs: [{metrics/current: {cache: false}}]
"""

TINY = """\
import json, os, sys, time
from pathlib import Path
from codereflect.params import load_params
from codereflect.provenance import code_digests, run_key

name, params = sys.argv[1], load_params()
with open(os.environ["TINY_LOG"], "a") as log:
    log.write(f"{name} {params.train.method} {params.train.seed}\\n")
if name == "train" and params.train.seed == 99:
    sys.exit("error: seed 99 is unlucky. Fix: choose another")
time.sleep(float(os.environ.get("TINY_SLEEP", 0)))
out = Path("metrics/current" if name == "report" else f"data/{name}")
out.mkdir(parents=True)
(out / "x.json").write_text(json.dumps([params.base.seed, params.train.seed]))
if name == "report":
    values = params.model_dump()
    run = {"run_key": run_key(values), "code": code_digests(), "sandbox_level": "full"}
    (out / "run.json").write_text(json.dumps(run))
    (out / "metrics.json").write_text(json.dumps({"micro_python": {"pass@1": params.train.seed / 10}}))
    (out / "losses.csv").write_text("step,tokens,split,label,segment,loss\\n2,20,train,sft,all,1.5\\n")
    (out / "verdicts.csv").write_text("suite,task_id\\n")
    (out / "cost.json").write_text(json.dumps({"date": "2026-01-02T03:04:05+00:00", "seconds": {"train": 1.5}}))
"""


def environment(folder: Path) -> dict[str, str]:
    """An environment in which the commands find this package and nothing of the caller's."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("DVC_", "CODEREFLECT_", "MLFLOW_"))}
    own = {"PYTHONPATH": str(ROOT / "src"), "TINY_LOG": str(folder / "log.txt"), "GIT_CONFIG_GLOBAL": os.devnull}
    return kept | own


def make_repository(folder: Path) -> Path:
    """A git and DVC repository with the tiny pipeline, committed; returns its root."""
    root = folder / "repository"
    (root / "stages").mkdir(parents=True)
    (root / "stages" / "tiny.py").write_text(TINY)
    (root / "dvc.yaml").write_text(DVC_YAML)
    (root / ".gitignore").write_text("/data\nmlflow.db\nmlruns\n.codereflect\n__pycache__\n")
    shutil.copy(ROOT / "params.yaml", root)
    shutil.copytree(ROOT / "conf", root / "conf")
    (root / ".dvc").mkdir()
    (root / ".dvc" / "config").write_text("[core]\n    analytics = false\n")
    (root / ".dvc" / ".gitignore").write_text("/config.local\n/tmp\n/cache\n")
    git(root, "init", "-q")
    git(root, "config", "user.name", "someone")
    git(root, "config", "user.email", "someone@example.org")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "start")
    return root


def git(root: Path, *arguments: str) -> str:
    """Run git in a repository; returns what it prints."""
    done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, text=True, check=True)
    return done.stdout


def command(root: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run `codereflect ARGUMENTS` in a folder."""
    return subprocess.run(
        [sys.executable, "-m", "codereflect.cli.main", *arguments],
        cwd=root,
        env=environment(root.parent) | variables,
        capture_output=True,
        text=True,
        timeout=100,
    )


def stages_run(root: Path) -> list[str]:
    """What the stages logged: `STAGE METHOD SEED`, in the order of running."""
    log = root.parent / "log.txt"
    return log.read_text().splitlines() if log.exists() else []
