"""dvc.yaml declares what its stages read: modules by import, prompts beside them, parameters with comments."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest
from ruamel.yaml import YAML

from codereflect.cli.deps import with_deps
from codereflect.corpus_specs import CORPORA
from codereflect.imports import Code
from codereflect.params import known_keys
from codereflect.training_params import MethodName

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "codereflect"
METHODS = get_args(MethodName)
STAGES = YAML(typ="safe").load(ROOT / "dvc.yaml")["stages"]
# Where work is kept, and the module whose code is in its keys.
KEPT = {
    "answers": "codereflect.generation.engines.local",
    "verdicts": "codereflect.grading.check",
    "base checkpoints": "codereflect.training.base",
    "checkpoints": "codereflect.training.methods.supervised",
    "micro suites": "codereflect.corpora.micro",
    "repair suites": "codereflect.tasks.suite_repair",
    "mined rows": "codereflect.corpora.python_package.mined_rows",
}
# A stage that writes its outs.
WRITES = """\
from pathlib import Path
for out in {outs}:
    file = Path(out) if Path(out).suffix else Path(out, "file")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(out)
"""


def test_stages_declare_the_code_that_they_import_and_no_other():
    text = (ROOT / "dvc.yaml").read_text()
    assert with_deps(text, ROOT) == text, "codereflect deps"


def test_the_pipeline_can_be_read():
    assert len((ROOT / "dvc.yaml").read_text().splitlines()) < 450
    assert all(f"stages/{name}.py" in stage["deps"] or name == "report" for name, stage in STAGES.items())
    assert {"src/codereflect", "stages"} <= set(STAGES["report"]["deps"])


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


# stages that run programs; what is kept of running them, and of training
GRADED = {"ingest", "suites", "attempt", "score"}
RUN = {"verdicts", "repair suites", "mined rows"}
TRAINED = {"base checkpoints", "checkpoints"}


@pytest.mark.parametrize(
    ("file", "old", "new", "run", "lost"),
    [
        ("teacher/rules/prompts/rules.txt", "\n", "\n; said\n", {"annotate"}, set()),
        ("teacher/prompts/reflection.txt", "\n", " .\n", {"assemble"}, set()),
        ("scoring/codebleu.py", "import", "import this\nimport", {"score"}, set()),
        ("grading/check.py", "\n", "\n# said\n", GRADED, set()),
        ("grading/check.py", "NOTHING_RUN = ", "NOTHING_RUN = 1 or ", GRADED, {"verdicts", "mined rows"}),
        ("training/methods/supervised.py", "import json", "import json, this", {"sft", "train"}, {"checkpoints"}),
        ("training/base.py", "END =", "OTHER = END =", {"base", "sft", "train"}, {"base checkpoints"}),
        ("training/loop.py", "import", "import this\nimport", {"base", "sft", "train"}, TRAINED),
        ("sandbox/engine/wire.py", "import", "import this\nimport", GRADED, RUN),
        ("sandbox/java/host/Runner.java", "import", "// said\nimport", GRADED, RUN),
        ("generation/engines/local.py", "import re", "import re, this", {"attempt", "generate"}, {"answers"}),
        ("generation/kept_answers.py", "SPACE =", "OTHER = SPACE =", {"attempt", "generate"}, set()),
        ("store.py", "import json", "import json, this", set(), set()),
        ("report/card.py", "import", "import this\nimport", set(), set()),
    ],
)  # fmt: skip
def test_a_change_of_code_runs_what_imports_it_and_keeps_what_does_not(workspace, file, old, new, run, lost):
    package = workspace / "src" / "codereflect"
    before = {name: Code(package).digest(module) for name, module in KEPT.items()}
    changed = package / file
    assert old in changed.read_text()
    changed.write_text(changed.read_text().replace(old, new, 1))
    after = {name: Code(package).digest(module) for name, module in KEPT.items()}
    assert {name for name in KEPT if before[name] != after[name]} == lost
    assert {stage for stage in STAGES if declares(stage, f"src/codereflect/{file}")} == run | {"report"}


def declares(stage: str, file: str) -> bool:
    return any(file == dep or file.startswith(f"{dep}/") for dep in STAGES[stage]["deps"])


@pytest.mark.parametrize(
    ("key", "run"),
    [
        ("generate.temperature", {"generate"}),
        ("generate.samples", {"generate"}),
        ("generate.strategies", {"generate", "score"}),
        ("attempt.max_new_tokens", {"attempt"}),
        ("reflection.supervise", {"assemble"}),
        ("train.reflection.fraction", {"train"}),
        ("train.sft", {"sft", "train"}),
        ("train.lora.rank", {"sft", "train"}),
        ("train.method", {"needs", "train"}),
        ("score.k", {"score"}),
        ("sandbox.memory_mb", GRADED),
        ("teacher.name", {"annotate"}),
    ],
)  # fmt: skip
def test_a_change_of_a_parameter_runs_what_declares_it(key, run):
    assert key in known_keys()
    named = {stage: [name for name in STAGES[stage].get("params", []) if isinstance(name, str)] for stage in STAGES}
    declared = {stage: [one for name in names for one in resolved(name)] for stage, names in named.items()}
    found = {stage for stage in STAGES if any(key == name or key.startswith(f"{name}.") for name in declared[stage])}
    assert found == run


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
    assert changed(workspace, "min_delta: 0.001", "min_delta: 0.002") == ["report", "sft", "train"]
    assert changed(workspace, "method: sft", "method: none") == ["needs", "report", "train"]
    assert changed(workspace, "method: none", "method: reflection") == ["needs", "report", "train"]
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
