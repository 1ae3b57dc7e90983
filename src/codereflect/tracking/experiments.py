"""Finished runs as git and the working tree hold them: DVC experiments, published runs, the workspace.

A DVC experiment is a git commit under `refs/exps/<2 hex>/<38 hex of its baseline>/<name>` that holds params.yaml and
metrics/current/.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from codereflect import paths
from codereflect.errors import UserError
from codereflect.params import PARAMS_FILE, validate
from codereflect.runs import history
from codereflect.store import digest

# What a run folder holds; run.json says whose result it is.
RUN_FILES = ("metrics.json", "verdicts.csv", "losses.csv", "run.json", "cost.json")

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
    found = history.experiments(root)
    places = {name: (paths.METRICS / name).as_posix() for name in names}
    asked = (PARAMS_FILE.as_posix(), *places.values())
    held = history.read_files(root, [(one.commit, path) for one in found for path in asked])
    runs = []
    for one in found:
        params = held.get((one.commit, asked[0]))
        if params is not None:
            files = {name: held[one.commit, path] for name, path in places.items() if (one.commit, path) in held}
            runs.append(RunFolder(one.name, "experiment", _yaml(params), files, one.commit))
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
