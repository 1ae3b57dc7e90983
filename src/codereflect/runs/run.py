"""Runs and where to find them: experiments in git, published copies, the workspace, any folder or revision.

A run is the files of `RUN_FILES`, all but verdicts.csv optional. They are read when asked for, so that listing a
hundred runs is quick; those of many experiments are read ahead by one git process.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from codereflect import params as parameters
from codereflect import paths
from codereflect.configuration import parse_yaml
from codereflect.errors import UserError
from codereflect.runs import history
from codereflect.runs.older_params import in_words_of_today
from codereflect.runs.verdict_lines import parse_verdict_lines
from codereflect.runs.verdict_table import Row, parse_verdicts
from codereflect.store import digest

Origin = Literal["experiment", "published", "workspace", "folder", "revision"]
# run.json says whose result it is.
RUN_FILES = (
    "params.yaml", "metrics.json", "head.json", "verdicts.csv", "breakdown.csv", "errors.csv", "losses.csv",
    "training.csv", "validation.csv", "card.md", "run.json", "cost.json",
)  # fmt: skip
# Those that a comparison looks at in every run that it may choose from.
_COMPARED = ("params.yaml", "verdicts.csv", "run.json")
WORKSPACE = "workspace"
HOW_TO_LIST = "codereflect compare --list"


@dataclass(frozen=True)
class Files:
    """The files of one run, in a folder or (with `commit`) in a commit; `params` lies apart in experiments.

    `verdicts`: the file of verdicts, a table or the lines of `codereflect score`. `held`: what was read ahead, by name;
    None is a file that the run does not have.
    """

    folder: Path
    params: Path
    commit: str | None = None
    root: Path = Path()
    verdicts: str = "verdicts.csv"
    held: dict[str, bytes | None] = field(default_factory=dict, compare=False, repr=False)

    def place(self, name: str) -> Path:
        """Where a file lies, relative to the root."""
        return self.params if name == "params.yaml" else self.folder / name

    def data(self, name: str) -> bytes | None:
        """The bytes of a file, or None when the run does not have it."""
        if name in self.held:
            return self.held[name]
        path = self.place(name)
        if self.commit:
            return history.read_files(self.root, [(self.commit, path.as_posix())]).get((self.commit, path.as_posix()))
        try:
            return (self.root / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def label(self, name: str) -> str:
        """How the file is named in errors."""
        path = self.place(name).as_posix()
        return f"{self.commit[:7]}:{path}" if self.commit else path


@dataclass(frozen=True)
class Run:
    """One finished run.

    Attributes:
        name: the name it is asked for by.
        origin: where it was found.
        files: see `RUN_FILES`.
        time: of its commit, in seconds since 1970; 0 for folders.
    """

    name: str
    origin: Origin
    files: Files
    time: int = 0

    def text(self, name: str) -> str | None:
        """The text of a file, or None when the run does not have it.

        Raises:
            UserError: it is not UTF-8.
        """
        data = self.files.data(name)
        try:
            return None if data is None else data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise UserError(f"{self.files.label(name)}: not UTF-8 ({error.reason}).", self._fix) from None

    def json(self, name: str) -> dict[str, Any]:
        """A JSON file of the run; an empty mapping when the run has none.

        Raises:
            UserError: the file is no JSON object.
        """
        text = self.text(name)
        try:
            value = {} if text is None else json.loads(text)
        except ValueError as error:
            raise UserError(f"{self.files.label(name)}: no valid JSON ({error}).", self._fix) from None
        if not isinstance(value, dict):
            raise UserError(f"{self.files.label(name)}: no JSON object.", self._fix)
        return value

    @cached_property
    def params(self) -> dict[str, Any]:
        """Its params.yaml in the words of today; empty when the run has none (other people's verdicts).

        Raises:
            UserError: the file is no YAML.
        """
        data = self.files.data("params.yaml")
        values = None if data is None else parse_yaml(data, self.files.label("params.yaml"), self._fix)
        return in_words_of_today(values if isinstance(values, dict) else {})

    @cached_property
    def metrics(self) -> dict[str, Any]:
        """Its metrics.json (nested)."""
        return self.json("metrics.json")

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """Its verdicts.

        Raises:
            UserError: the file is missing or malformed.
        """
        text = self.text(self.files.verdicts)
        label = self.files.label(self.files.verdicts)
        if text is None:
            raise UserError(f"{label} does not exist: the run {self.name} is not finished.", "dvc repro")
        return (parse_verdict_lines if label.endswith(".jsonl") else parse_verdicts)(text, label)

    @cached_property
    def facts(self) -> dict[str, Any]:
        """Its run.json: run key, digests of the code, what it ran with."""
        return self.json("run.json")

    @cached_property
    def cost(self) -> dict[str, Any]:
        """Its cost.json: seconds by stage, machine, day, commit."""
        return self.json("cost.json")

    @property
    def machine(self) -> dict[str, Any]:
        """What it ran on; empty when it does not say."""
        return _mapping(self.cost.get("machine"))

    @property
    def code(self) -> dict[str, str]:
        """SHA-256 of the source files, by path."""
        return _mapping(self.facts.get("code"))

    @property
    def run_key(self) -> str | None:
        """Identity of the computation; None when the run does not say."""
        key = self.facts.get("run_key")
        return key if isinstance(key, str) else None

    @property
    def method(self) -> str | None:
        """`train.method`."""
        return parameters.flatten(self.params).get("train.method")

    @property
    def seeds(self) -> tuple[int | None, int | None]:
        """(base.seed, train.seed). The base model itself was trained by no train.seed: None, it fits all of them."""
        flat = parameters.flatten(self.params)
        return flat.get("base.seed"), None if self.method == "none" else flat.get("train.seed")

    @property
    def _fix(self) -> str:
        """What to do about a damaged file."""
        ways = {"experiment": f"dvc exp remove {self.name}", "workspace": "dvc repro --force report"}
        return ways.get(self.origin, "take another run, or correct the file")


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def run_name(params: dict[str, Any], run_key: str, prefix: str = "") -> str:
    """`METHOD-b<base seed>-s<training seed>-<7 hex of the run key>`: says what it is, and differs when that differs."""
    method, base, train = params["train"]["method"], params["base"]["seed"], params["train"]["seed"]
    return f"{prefix + '-' if prefix else ''}{method}-b{base}-s{train}-{run_key[:7]}"


def all_runs(root: Path = Path()) -> list[Run]:
    """Every run that is known here: experiments, newest first, published runs by name, the workspace's if it holds."""
    workspace = current_run(root)
    return [*experiments(root), *published_runs(root), *([workspace] if workspace else [])]


def list_runs(root: Path = Path()) -> list[Run]:
    """The experiments with verdicts, newest first, then the published runs by name."""
    return [*experiment_runs(root), *published_runs(root)]


def experiments(root: Path = Path(), names: Iterable[str] = RUN_FILES) -> list[Run]:
    """The DVC experiments of all baselines, newest first, finished or not, with the named files read ahead."""
    runs = [_of_commit(one, "experiment", root) for one in history.experiments(root)]
    places = {name: runs[0].files.place(name).as_posix() for name in ("params.yaml", *names)} if runs else {}
    commits = [run.files.commit or "" for run in runs]
    held = history.read_files(root, [(commit, path) for commit in commits for path in places.values()])
    for run, commit in zip(runs, commits, strict=True):
        run.files.held.update({name: held.get((commit, path)) for name, path in places.items()})
    return [run for run in runs if run.files.held["params.yaml"] is not None]


def experiment_runs(root: Path = Path()) -> list[Run]:
    """The DVC experiments that hold verdicts, newest first."""
    return [run for run in experiments(root, _COMPARED) if run.files.held["verdicts.csv"] is not None]


def published_runs(root: Path = Path()) -> list[Run]:
    """The runs whose files are committed under metrics/published."""
    folders = sorted(path.parent for path in (root / paths.PUBLISHED).glob("*/verdicts.csv"))
    files = [Files(path, path / "params.yaml", root=root) for path in (one.relative_to(root) for one in folders)]
    return [Run(one.folder.name, "published", one) for one in files]


def workspace_run(root: Path = Path()) -> Run:
    """The run whose results lie in the workspace.

    Raises:
        UserError: nothing was run there.
    """
    run = Run(WORKSPACE, "workspace", Files(paths.METRICS, parameters.PARAMS_FILE, root=root))
    if run.files.data("verdicts.csv") is None:
        raise UserError(f"The workspace has no results: {paths.METRICS}/verdicts.csv does not exist.", "dvc repro")
    return run


def current_run(root: Path = Path(), name: str | None = None) -> Run | None:
    """The workspace's run; None when there is none, or when params.yaml is no longer what made it.

    `name` is that of the experiment that runs there; without one it is the workspace's own, under `run_name`. That
    params.yaml belongs to the run is seen from the run key, which is a digest of the parameters and of the code that
    run.json lists.
    """
    origin: Origin = "experiment" if name else "workspace"
    run = Run(WORKSPACE, origin, Files(paths.METRICS, parameters.PARAMS_FILE, root=root))
    if not run.facts or not (root / parameters.PARAMS_FILE).exists():
        return None
    params = parameters.load_params(root / parameters.PARAMS_FILE).model_dump()
    key = digest({"params": params, "code": run.facts.get("code")})
    return replace(run, name=name or run_name(params, key)) if key == run.run_key else None


def load_run(name: str, root: Path = Path()) -> Run:
    """The run of a name: `workspace`, an experiment or published run (or the one that a prefix leaves), a folder with
    verdicts.csv or verdicts.jsonl, such a file, or a git revision.

    Raises:
        UserError: there is none, or several with different run keys.
    """
    if name == WORKSPACE:
        return workspace_run(root)
    known = list_runs(root)
    exact = [run for run in known if run.name == name]
    if exact:
        return _the_one(name, exact)
    if (found := _of_path(name, root)) is not None:
        return found
    begun = [run for run in known if run.name.startswith(name)]
    if begun:
        return _the_one(name, begun)
    commit = history.resolve(root, name)
    if commit is None and (root / name).exists():
        raise UserError(f"{name} holds no verdicts.csv or verdicts.jsonl.", f"codereflect score ... --out {name}")
    if commit is None:
        raise UserError(f"There is no run {name}; {describe_known(known)}.", HOW_TO_LIST)
    run = _of_commit(commit, "revision", root)
    if run.files.data("verdicts.csv") is None:
        raise UserError(f"The revision {name} holds no {run.files.folder}/verdicts.csv.", HOW_TO_LIST)
    return run


def _of_path(name: str, root: Path) -> Run | None:
    """A folder with verdicts or a file of them, under the folder's name, or the file's where that says more."""
    path = Path(name)
    if path.suffix in (".csv", ".jsonl") and (root / path).is_file():
        own = path.parent.name if path.stem == "verdicts" else path.stem
        return Run(own or name, "folder", Files(path.parent, path.parent / "params.yaml", None, root, path.name))
    held = [file for file in ("verdicts.csv", "verdicts.jsonl") if (root / path / file).is_file()]
    return Run(path.name or name, "folder", Files(path, path / "params.yaml", None, root, held[0])) if held else None


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
