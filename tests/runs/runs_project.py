"""A small repository with runs: published folders and DVC-like experiments, made of random verdicts."""

from __future__ import annotations

import hashlib
import json
import random
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

HEADER = "suite,strategy,task_id,sample_index,category,outcome,error_class,passed,exact,syntax\n"


def verdicts_text(rate: float, key: str, tasks: int = 120) -> str:
    """Verdicts with some tasks harder than others (the same ones in every run)."""
    lines = [HEADER]
    draw = random.Random(key)
    for task in range(tasks):
        hard = random.Random(f"task {task}").random()
        passed = int(0.6 * hard + 0.4 * draw.random() < rate)
        outcome = "pass" if passed else "fail"
        category = ("strings", "numbers")[task % 2]
        lines.append(f"micro_python,default,p/{task},0,{category},{outcome},,{passed},{passed},1\n")
    for task in range(tasks // 4):
        exact = int(draw.random() < rate / 2)
        lines.append(f"micro_java,default,j/{task},0,strings,,,,{exact},1\n")
    return "".join(lines)


class Project:
    """A repository under `root` and ways to put runs into it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.clock = 1_700_000_000

    def git(self, *arguments: str, env: Mapping[str, str] | None = None) -> str:
        """Run git in the repository."""
        identity = ["-c", "user.name=t", "-c", "user.email=t@t", "-c", "core.hooksPath=/dev/null"]
        done = subprocess.run(
            ["git", *identity, *arguments], cwd=self.root, capture_output=True, text=True, check=True, env=env
        )
        return done.stdout.strip()

    def files(self, method: str, base: int, train: int, rate: float, **changes: Any) -> dict[str, str]:
        """The files of a run, `changes` being further parameters (section__key)."""
        params: dict[str, Any] = {
            "model": {"name": "micro"},
            "base": {"seed": base},
            "train": {"method": method, "seed": train, "learning_rate": 0.0015},
            "score": {"k": [1]},
        }
        code = {"src/a.py": "a" * 64, "src/b.py": changes.pop("code", "b" * 64)}
        for key, value in changes.items():
            section, name = key.split("__")
            params.setdefault(section, {})[name] = value
        key = hashlib.sha256(json.dumps([params, code], sort_keys=True).encode()).hexdigest()
        facts = {"run_key": key, "code": code, "method": method, "sandbox_level": "full"}
        return {
            "params.yaml": _yaml(params),
            "verdicts.csv": verdicts_text(rate, f"{method} {base} {train}"),
            "metrics.json": json.dumps({"micro_java": {"bleu": 40.0 + train, "exact_match": 0.2}}),
            "run.json": json.dumps(facts),
            "cost.json": json.dumps({"machine": {"processor": "one"}, "seconds": 1.5}),
        }

    def publish(self, name: str, *arguments: Any, **changes: Any) -> Path:
        """Write a run into metrics/published."""
        folder = self.root / "metrics" / "published" / name
        _write(folder, self.files(*arguments, **changes))
        return folder

    def experiment(self, name: str, *arguments: Any, **changes: Any) -> str:
        """Commit a run where DVC keeps experiments; later ones are newer. Returns the commit."""
        files = self.files(*arguments, **changes)
        entries = []
        for file, text in files.items():
            blob = subprocess.run(
                ["git", "hash-object", "-w", "--stdin"],
                cwd=self.root,
                input=text,
                text=True,
                capture_output=True,
                check=True,
            ).stdout.strip()
            entries.append((file if file == "params.yaml" else f"metrics/current/{file}", blob))
        index = {"GIT_INDEX_FILE": str(self.root / ".git" / "scratch-index"), "PATH": "/usr/bin:/bin"}
        for path, blob in entries:
            self.git("update-index", "--add", "--cacheinfo", f"100644,{blob},{path}", env=index)
        self.clock += 60
        dates = {"GIT_AUTHOR_DATE": f"{self.clock} +0000", "GIT_COMMITTER_DATE": f"{self.clock} +0000"}
        tree = self.git("write-tree", env=index)
        commit = self.git("commit-tree", tree, "-m", name, env={**index, **dates})
        self.git("update-ref", f"refs/exps/ab/{'c' * 38}/{name}", commit)
        (self.root / ".git" / "scratch-index").unlink()
        return commit


def _yaml(value: Any) -> str:
    import io

    stream = io.StringIO()
    YAML().dump(value, stream)
    return stream.getvalue()


def _write(folder: Path, files: Mapping[str, str]) -> None:
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """An empty repository, entered."""
    monkeypatch.chdir(tmp_path)
    subprocess.run(["git", "init", "-q", "-b", "main", str(tmp_path)], check=True)
    return Project(tmp_path)
