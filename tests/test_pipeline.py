"""dvc.yaml declares what its stages read: modules by import, prompts beside them, parameters with comments."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest
from ruamel.yaml import YAML

from codereflect.corpus_specs import CORPORA
from codereflect.params import known_keys
from codereflect.training_params import MethodName

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "codereflect"
METHODS = get_args(MethodName)
STAGES = YAML(typ="safe").load(ROOT / "dvc.yaml")["stages"]
# What all stages share. The run key covers it; a change of it re-runs nothing by itself (docs/architecture.md).
FRAME = {
    "params",
    "corpus_params",
    "sandbox_params",
    "training_params",
    "configuration",
    "errors",
    "paths",
    "progress",
    "runtime",
    "hub",
}
FRAME |= {"stage", "provenance", "store", "__init__"}
# Looks at results, changes none.
VIEWS = {"tracking"}
# How modules name the texts beside them.
READS_TEXTS = re.compile(r"\.txt|\.html|prompts|host\b")
# A stage that writes its outs.
WRITES = """\
from pathlib import Path
for out in {outs}:
    file = Path(out) if Path(out).suffix else Path(out, "file")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(out)
"""


def module_file(name: str) -> Path | None:
    """The file of a dotted module of the package, or None."""
    base = ROOT / "src" / Path(*name.split("."))
    return next((file for file in (base.with_suffix(".py"), base / "__init__.py") if file.exists()), None)


def imported(file: Path) -> set[Path]:
    """Files of the package that a file imports, inside functions too; packages' __init__ included."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    parents = {".".join(name.split(".")[:size]) for name in names for size in range(1, name.count(".") + 2)}
    return {found for name in parents if name.startswith("codereflect") and (found := module_file(name))}


def closure(script: Path) -> set[Path]:
    """Everything of the package that a script imports, directly or not, frame and views left out."""
    seen: set[Path] = set()
    waiting = [script]
    while waiting:
        for file in imported(waiting.pop()) - seen:
            seen.add(file)
            place = file.relative_to(PACKAGE)
            if not (len(place.parts) == 1 and place.stem in FRAME) and place.parts[0] not in VIEWS:
                waiting.append(file)
    places = {file: file.relative_to(PACKAGE) for file in seen}
    return {
        file
        for file, place in places.items()
        if not (len(place.parts) == 1 and place.stem in FRAME)
        and place.parts[0] not in VIEWS
        and not (place.stem == "__init__" and not _has_code(file))
    }


def _has_code(file: Path) -> bool:
    return any(not isinstance(node, ast.Expr) for node in ast.parse(file.read_text()).body)


def declared(stage: str) -> list[Path]:
    return [ROOT / dep for dep in STAGES[stage]["deps"]]


def covers(deps: list[Path], file: Path) -> bool:
    return any(file == dep or dep in file.parents for dep in deps)


@pytest.mark.parametrize("stage", STAGES)
def test_what_a_stage_imports_is_declared(stage):
    script = ROOT / "stages" / f"{stage}.py"
    deps = declared(stage)
    assert covers(deps, script)
    missing = sorted(str(file.relative_to(ROOT)) for file in closure(script) if not covers(deps, file))
    assert not missing


@pytest.mark.parametrize("stage", STAGES)
def test_what_a_stage_declares_it_imports(stage):
    files = closure(ROOT / "stages" / f"{stage}.py")
    code = [dep for dep in declared(stage) if PACKAGE in dep.parents]
    stale = [str(dep.relative_to(ROOT)) for dep in code if not any(covers([dep], file) for file in files)]
    assert not stale


def package_of(file: Path) -> Path:
    """The nearest folder above that is a package: a folder of prompts belongs to it."""
    return next(folder for folder in file.parents if (folder / "__init__.py").exists())


@pytest.mark.parametrize("stage", STAGES)
def test_texts_beside_imported_modules_are_declared(stage):
    readers = {file for file in closure(ROOT / "stages" / f"{stage}.py") if READS_TEXTS.search(file.read_text())}
    folders = {file.parent for file in readers} - {PACKAGE}
    every = {file for folder in folders for file in folder.rglob("*") if file.suffix in {".txt", ".html", ".json"}}
    texts = {file for file in every if package_of(file) in folders}
    assert [str(text) for text in texts if not covers(declared(stage), text)] == []
    assert texts or stage not in {"annotate", "assemble"}


def outs_of(stage: str) -> list[str]:
    return [out if isinstance(out, str) else next(iter(out)) for out in STAGES[stage]["outs"]]


def test_outs_of_one_stage_feed_the_next():
    outs = {out for stage in STAGES for out in outs_of(stage)}
    read = {dep for stage in STAGES.values() for dep in stage["deps"] if dep.startswith(("data/", "models/"))}
    # A dependency inside an out stops `dvc exp run --temp` where dvc.lock names a folder that the cache does not have.
    assert read and read - {"data/files"} <= outs


@pytest.mark.parametrize("stage", STAGES)
def test_parameters_exist_and_stages_are_described(stage):
    keys = set(known_keys())
    named = [key for name in STAGES[stage].get("params", []) if isinstance(name, str) for key in resolved(name)]
    assert STAGES[stage]["desc"]
    assert all(key in keys for key in named), named


def resolved(name: str) -> list[str]:
    """What DVC may make of the name of a parameter."""
    return [name.replace("${train.method}", method) for method in METHODS] if "${" in name else [name]


def test_ingest_depends_on_the_suites_that_corpora_are_parts_of_and_on_no_other():
    named = {key for key in STAGES["ingest"]["params"] if key.startswith("suites")}
    assert named == {f"suites.{corpus.part_of}" for corpus in CORPORA.values() if corpus.part_of} == {"suites.mbpp"}


def test_a_method_depends_on_what_all_share_and_on_its_own_section():
    sections = {f"train.{method}" for method in METHODS}
    shared = {key for key in known_keys() if key.startswith("train.") and key.count(".") == 1} - sections
    of_sft, of_train = (
        {key for key in STAGES[name]["params"] if key.startswith("train.")} for name in ("sft", "train")
    )
    assert of_sft == shared - {"train.method", "train.init"} | {"train.sft"}
    assert of_train == shared | {"train.${train.method}"}


def keys_without_comment(lines: list[str]) -> list[str]:
    """Keys with a value of their own whose line does not follow a comment."""
    values = [number for number, line in enumerate(lines) if re.match(r" +\w+:", line)]
    sections = {number for number in values if lines[number].rstrip().endswith(":") and not is_list(lines, number)}
    return [lines[n].strip() for n in values if n not in sections and not lines[n - 1].strip().startswith("#")]


def is_list(lines: list[str], number: int) -> bool:
    return lines[number + 1].strip().startswith("-")


def test_every_key_of_params_has_a_comment():
    lines = (ROOT / "params.yaml").read_text().splitlines()
    assert keys_without_comment(lines) == []
    assert keys_without_comment(["a:", "  # said", "  b: 1", "  c: 2", "  d:", "    - 1"]) == ["c: 2", "d:"]


def test_a_list_stands_last_in_its_section():
    """`dvc exp run -S` would drop a comment that follows one."""
    lines = [line for line in (ROOT / "params.yaml").read_text().splitlines() if line.strip()]
    after = [lines[n + 1] for n in range(len(lines) - 1) if lines[n].strip().startswith("- ")]
    assert after and all(line.strip().startswith("- ") or not line.startswith(" ") for line in after)


def test_the_report_is_made_anew_in_a_new_clone() -> None:
    """All other dependencies may be as dvc.lock has them, and cost.json would be that of who committed it."""
    readers = [name for name, stage in STAGES.items() if "data/machine" in stage["deps"]]
    assert readers == ["report"], "nothing that is computed may depend on it"
    beside = {out for stage in STAGES if "data/machine" in outs_of(stage) for out in outs_of(stage)}
    assert beside == {"data/machine"}, "nothing that is computed may be made anew with it"


@pytest.mark.slow
def test_of_what_a_clone_has_made_only_the_note_on_its_machine_and_the_report_are_made_again(workspace: Path) -> None:
    """An experiment starts from the committed dvc.lock, which names another machine's note: no cache here has it."""
    with_quick_stages(workspace)
    assert sorted(repro(workspace)) == sorted(STAGES)
    lock = workspace / "dvc.lock"
    outs = [out for stage in YAML(typ="safe").load(lock)["stages"].values() for out in stage["outs"]]
    own = next(out["md5"] for out in outs if out["path"] == "data/machine")
    lock.write_text(lock.read_text().replace(own, f"{0:032x}.dir"))
    for folder in ("data", "models"):  # metrics are in git
        shutil.rmtree(workspace / folder)
    (workspace / "data" / "files").mkdir(parents=True)
    assert sorted(repro(workspace)) == ["machine", "report"]


@pytest.mark.slow
def test_a_key_of_one_method_re_runs_no_other(workspace: Path) -> None:
    """Outs of the quick stages never change: only what reads the parameter itself runs."""
    with_quick_stages(workspace)
    repro(workspace)
    assert changed(workspace, "fraction: 0.1", "fraction: 0.2") == ["report"]
    assert changed(workspace, "early_stopping: sft", "early_stopping: mean") == ["report", "sft", "train"]
    assert changed(workspace, "method: sft", "method: none") == ["report", "train"]
    assert changed(workspace, "method: none", "method: reflection") == ["report", "train"]
    assert changed(workspace, "fraction: 0.2", "fraction: 0.3") == ["report", "train"]


def changed(folder: Path, old: str, new: str) -> list[str]:
    """The stages that run after a change of params.yaml."""
    text = (folder / "params.yaml").read_text()
    assert text.count(f" {old}\n") == 1
    (folder / "params.yaml").write_text(text.replace(f" {old}\n", f" {new}\n"))
    return sorted(repro(folder))


def with_quick_stages(folder: Path) -> None:
    """Let each stage write its outs and compute nothing."""
    for name in STAGES:
        (folder / "stages" / f"{name}.py").write_text(WRITES.format(outs=outs_of(name)))
    shutil.copy(ROOT / "requirements.lock", folder)
    (folder / "data" / "files").mkdir(parents=True)
    (folder / ".dvc").mkdir()
    (folder / ".dvc" / "config").write_text("[core]\n    analytics = false\n    no_scm = true\n")


def repro(folder: Path) -> list[str]:
    """Run `dvc repro` in a folder; the stages that it ran."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("DVC_")}
    path = f"{Path(sys.executable).parent}:{kept['PATH']}"
    command = [sys.executable, "-m", "dvc", "repro"]
    done = subprocess.run(command, cwd=folder, env=kept | {"PATH": path}, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return re.findall(r"Running stage '(\w+)'", done.stdout)
