"""Finished runs as git and the working tree hold them: DVC experiments, published runs, the workspace.

A DVC experiment is a git commit under `refs/exps/<2 hex>/<38 hex of its baseline>/<name>` that holds params.yaml and
metrics/current/. Everything is read through two git processes; importing DVC would cost more than reading all runs.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from codereflect import paths
from codereflect.errors import UserError
from codereflect.params import PARAMS_FILE, validate
from codereflect.store import digest

# What a run folder holds; run.json says whose result it is.
RUN_FILES = ("metrics.json", "verdicts.csv", "losses.csv", "run.json", "cost.json")
_EXPERIMENT = re.compile(r"refs/exps/[0-9a-f]{2}/[0-9a-f]{38}/(?P<name>.+)")

Origin = Literal["experiment", "published", "workspace"]


@dataclass(frozen=True)
class RunFolder:
    """The files of one finished run by name, with its parameters.

    `commit` is the git commit that holds the files, None for those in the working tree.
    """

    name: str
    origin: Origin
    params: dict[str, Any]
    files: dict[str, bytes]
    commit: str | None = None

    def json(self, name: str) -> dict[str, Any]:
        """A JSON file of the run; an empty mapping when the run has none.

        Raises:
            UserError: the file is no JSON object.
        """
        try:
            value = json.loads(self.files.get(name, b"{}"))
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise UserError(f"{name} of run {self.name} is damaged.", f"remove the run: dvc exp remove {self.name}")
        return value

    @property
    def run_key(self) -> str | None:
        """Identity of the run; None when it was made by something else."""
        key = self.json("run.json").get("run_key")
        return key if isinstance(key, str) else None


def run_name(params: dict[str, Any], run_key: str, prefix: str = "") -> str:
    """`METHOD-b<base seed>-s<training seed>-<7 hex of the run key>`: says what it is, and differs when that differs."""
    method, base, train = params["train"]["method"], params["base"]["seed"], params["train"]["seed"]
    return f"{prefix + '-' if prefix else ''}{method}-b{base}-s{train}-{run_key[:7]}"


def all_runs(root: Path = Path()) -> list[RunFolder]:
    """Every finished run that is known here: experiments (newest first), published runs, the workspace."""
    workspace = workspace_run(root)
    return [*experiments(root), *published_runs(root), *([workspace] if workspace else [])]


def experiments(root: Path = Path(), names: Iterable[str] = RUN_FILES) -> list[RunFolder]:
    """The DVC experiments of all baselines, newest first, with the named files; none outside of a git repository."""
    commits = list(_experiment_commits(root))
    wanted = [paths.METRICS / name for name in names]
    asked = [f"{commit}:./{path.as_posix()}" for _, commit in commits for path in (PARAMS_FILE, *wanted)]
    contents = iter(_git_files(root, asked))
    runs = []
    for name, commit in commits:
        params = next(contents)
        files = {path.name: content for path in wanted if (content := next(contents)) is not None}
        if params is not None:
            runs.append(RunFolder(name, "experiment", _yaml(params), files, commit))
    return runs


def published_runs(root: Path = Path()) -> list[RunFolder]:
    """The committed copies under metrics/published, by name."""
    folders = sorted(path.parent for path in (root / paths.PUBLISHED).glob("*/run.json"))
    return [_folder(folder, "published", folder / PARAMS_FILE.name, folder.name) for folder in folders]


def workspace_run(root: Path = Path(), name: str | None = None) -> RunFolder | None:
    """The run in metrics/current; None when there is none, or when params.yaml is no longer what made it.

    `name` defaults to `run_name`. That params.yaml belongs to the run is seen from the run key, which is a digest of
    the parameters and of the code that run.json lists.
    """
    folder = root / paths.METRICS
    if not (folder / "run.json").exists() or not (root / PARAMS_FILE).exists():
        return None
    run = _folder(folder, "workspace", root / PARAMS_FILE, name or "")
    params = validate(run.params, PARAMS_FILE.name).model_dump()
    key = digest({"params": params, "code": run.json("run.json").get("code")})
    return replace(run, name=name or run_name(params, key)) if key == run.run_key else None


def _folder(folder: Path, origin: Origin, params: Path, name: str) -> RunFolder:
    files = {file: (folder / file).read_bytes() for file in RUN_FILES if (folder / file).exists()}
    values = _yaml(params.read_bytes()) if params.exists() else {}
    return RunFolder(name, origin, values, files)


def _yaml(text: bytes) -> dict[str, Any]:
    from ruamel.yaml import YAML

    return YAML(typ="safe", pure=True).load(text.decode()) or {}


def _experiment_commits(root: Path) -> Iterator[tuple[str, str]]:
    """(name, commit) of every experiment, newest first."""
    listing = ["for-each-ref", "--sort=-committerdate", "--format=%(objectname) %(refname)", "refs/exps"]
    done = subprocess.run(["git", "-C", str(root), *listing], capture_output=True, text=True)
    if done.returncode:
        return
    for line in done.stdout.splitlines():
        commit, ref = line.split(" ", 1)
        if match := _EXPERIMENT.fullmatch(ref):
            yield match["name"], commit


def _git_files(root: Path, asked: list[str]) -> Iterator[bytes | None]:
    """The contents of `commit:path` objects in order; None for those that do not exist."""
    if not asked:
        return
    command = ["git", "-C", str(root), "cat-file", "--batch"]
    names = "".join(f"{name}\n" for name in asked).encode()
    done = subprocess.run(command, input=names, capture_output=True, check=True)
    rest = memoryview(done.stdout)
    for _ in asked:
        end = bytes(rest[:4096]).index(b"\n")
        header, rest = bytes(rest[:end]), rest[end + 1 :]
        if header.endswith(b" missing"):
            yield None
            continue
        size = int(header.rsplit(b" ", 1)[1])
        yield bytes(rest[:size])
        rest = rest[size + 1 :]
