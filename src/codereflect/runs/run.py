"""Runs and where to find them: experiments in git, published copies, the workspace, any folder or revision.

A run is four files (see `Run`). They are read when asked for, so that listing a hundred runs is quick.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from codereflect import params as parameters
from codereflect import paths
from codereflect.errors import UserError
from codereflect.runs import history
from codereflect.runs.verdict_table import Row, parse_verdicts

Origin = Literal["experiment", "published", "workspace", "folder", "revision"]
WORKSPACE = "workspace"
HOW_TO_LIST = "codereflect compare --list"


@dataclass(frozen=True)
class Files:
    """The files of one run, in a folder or (with `commit`) in a commit; `params` lies apart in experiments."""

    folder: Path
    params: Path
    commit: str | None = None
    root: Path = Path()

    def read(self, name: str) -> str | None:
        """The text of a file, or None when the run does not have it."""
        path = self.params if name == "params.yaml" else self.folder / name
        if self.commit:
            content = history.read_files(self.root, [(self.commit, path.as_posix())])
            return next((data.decode("utf-8") for data in content.values()), None)
        try:
            return (self.root / path).read_text(encoding="utf-8")
        except (FileNotFoundError, NotADirectoryError):
            return None

    def label(self, name: str) -> str:
        """How the file is named in errors."""
        path = self.params if name == "params.yaml" else self.folder / name
        return f"{self.commit[:7]}:{path.as_posix()}" if self.commit else path.as_posix()


@dataclass(frozen=True)
class Run:
    """One finished run.

    Attributes:
        name: the name it is asked for by.
        origin: where it was found.
        files: params.yaml, metrics.json, verdicts.csv, run.json and cost.json.
        time: of its commit, in seconds since 1970; 0 for folders.
    """

    name: str
    origin: Origin
    files: Files
    time: int = 0

    @cached_property
    def params(self) -> dict[str, Any]:
        """Its params.yaml as plain values; empty when the run has none (other people's verdicts)."""
        text = self.files.read("params.yaml")
        return {} if text is None else _mapping(_yaml(text, self.files.label("params.yaml")))

    @cached_property
    def metrics(self) -> dict[str, Any]:
        """Its metrics.json (nested)."""
        return self._json("metrics.json")

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """Its verdicts.csv.

        Raises:
            UserError: the file is missing or malformed.
        """
        text = self.files.read("verdicts.csv")
        if text is None:
            raise UserError(
                f"{self.files.label('verdicts.csv')} does not exist: the run {self.name} is not finished.", "dvc repro"
            )
        return parse_verdicts(text, self.files.label("verdicts.csv"))

    @cached_property
    def facts(self) -> dict[str, Any]:
        """Its run.json: run key, digests of the code, what it ran with."""
        return self._json("run.json")

    @cached_property
    def machine(self) -> dict[str, Any]:
        """What it ran on, as cost.json says; empty when it does not."""
        return _mapping(self._json("cost.json").get("machine"))

    @property
    def code(self) -> dict[str, str]:
        """SHA-256 of the source files, by path."""
        return _mapping(self.facts.get("code"))

    @property
    def run_key(self) -> str | None:
        """Identity of the computation; None when the run does not say."""
        return self.facts.get("run_key")

    @property
    def method(self) -> str | None:
        """`train.method`."""
        return parameters.flatten(self.params).get("train.method")

    @property
    def seeds(self) -> tuple[int | None, int | None]:
        """(base.seed, train.seed). The base model itself was trained by no train.seed: None, it fits all of them."""
        flat = parameters.flatten(self.params)
        return flat.get("base.seed"), None if self.method == "none" else flat.get("train.seed")

    def _json(self, name: str) -> dict[str, Any]:
        text = self.files.read(name)
        try:
            return _mapping(json.loads(text)) if text is not None else {}
        except ValueError as error:
            raise UserError(f"{self.files.label(name)}: no valid JSON ({error}).", "dvc repro --force report") from None


def _yaml(text: str, where: str) -> Any:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        return YAML(typ="safe", pure=True).load(text)
    except YAMLError as error:
        reason = str(error).splitlines()[0]
        raise UserError(f"{where}: no valid YAML ({reason}).", "take another run, or correct the file") from None


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def list_runs(root: Path = Path()) -> list[Run]:
    """The experiments with verdicts, newest first, then the published runs by name."""
    return [*experiment_runs(root), *published_runs(root)]


def experiment_runs(root: Path = Path()) -> list[Run]:
    """The DVC experiments that hold verdicts, newest first."""
    verdicts = (paths.METRICS / "verdicts.csv").as_posix()
    found = history.experiments(root)
    held = history.read_files(root, [(one.commit, verdicts) for one in found])
    return [_of_commit(one, "experiment", root) for one in found if (one.commit, verdicts) in held]


def published_runs(root: Path = Path()) -> list[Run]:
    """The runs whose files are committed under metrics/published."""
    folders = sorted(path.parent for path in (root / paths.PUBLISHED).glob("*/verdicts.csv"))
    return [_of_folder(path.relative_to(root), path.name, "published", root) for path in folders]


def load_run(name: str, root: Path = Path()) -> Run:
    """The run of a name: `workspace`, an experiment or published run (or the one that a prefix leaves), a folder with
    verdicts.csv, or a git revision.

    Raises:
        UserError: there is none, or several with different run keys.
    """
    if name == WORKSPACE:
        return workspace_run(root)
    known = list_runs(root)
    exact = [run for run in known if run.name == name]
    if exact:
        return _the_one(name, exact)
    if (root / name / "verdicts.csv").is_file():
        return _of_folder(Path(name), Path(name).name or name, "folder", root)
    begun = [run for run in known if run.name.startswith(name)]
    if begun:
        return _the_one(name, begun)
    commit = history.resolve(root, name)
    if commit is None:
        raise UserError(f"There is no run {name}; {describe_known(known)}.", HOW_TO_LIST)
    run = _of_commit(commit, "revision", root)
    if run.files.read("verdicts.csv") is None:
        raise UserError(f"The revision {name} holds no {run.files.folder}/verdicts.csv.", HOW_TO_LIST)
    return run


def workspace_run(root: Path = Path()) -> Run:
    """The run whose results lie in the workspace.

    Raises:
        UserError: nothing was run there.
    """
    run = Run(WORKSPACE, "workspace", Files(paths.METRICS, parameters.PARAMS_FILE, root=root))
    if run.files.read("verdicts.csv") is None:
        raise UserError(f"The workspace has no results: {paths.METRICS}/verdicts.csv does not exist.", "dvc repro")
    return run


def describe_known(runs: Iterable[Run]) -> str:
    """The known runs in words, at most ten of them."""
    names = list(dict.fromkeys(run.name for run in runs))
    if not names:
        return "no run is known here"
    more = f" and {len(names) - 10} more" if len(names) > 10 else ""
    return f"known are {', '.join(names[:10])}{more}"


def _the_one(name: str, candidates: Sequence[Run]) -> Run:
    """The newest of the candidates when all are the same computation."""
    if len(candidates) == 1:
        return candidates[0]
    keys = {run.run_key for run in candidates}
    if len(keys) > 1 or None in keys:
        listing = ", ".join(
            f"{run.name} ({run.files.commit[:7] if run.files.commit else run.origin})" for run in candidates
        )
        raise UserError(
            f"{name} can mean {len(candidates)} different runs: {listing}.", "give the whole name, or the commit"
        )
    return candidates[0]


def _of_commit(commit: history.Experiment, origin: Origin, root: Path) -> Run:
    return Run(commit.name, origin, Files(paths.METRICS, parameters.PARAMS_FILE, commit.commit, root), commit.time)


def _of_folder(folder: Path, name: str, origin: Origin, root: Path) -> Run:
    return Run(name, origin, Files(folder, folder / "params.yaml", root=root))
