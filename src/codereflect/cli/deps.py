"""codereflect deps [--check]: what the stages import, written into dvc.yaml.

A stage depends on its script and on all that it imports (`imports`). A folder of which nearly all is imported, and
something of each folder in it, stands for its files. What else dvc.yaml says (data, parameters, comments) stays as it
is, and so does a stage that names the whole package.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from codereflect.errors import UserError
from codereflect.imports import TEXTS, Code
from codereflect.terminal import say

DVC_YAML = Path("dvc.yaml")
PACKAGE = Path("src/codereflect")
# share of a folder's lines that is imported where the folder is named instead of its files
NEARLY_ALL = 0.7
_ITEM = "      - "


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; exit with 2 where dvc.yaml says otherwise.")
def deps(check: bool) -> None:
    """Write the code that each stage imports into dvc.yaml."""
    if not DVC_YAML.exists():
        raise UserError("There is no dvc.yaml here.", "run it in the root of the repository")
    before = DVC_YAML.read_text(encoding="utf-8")
    after = with_deps(before, Path())
    changed = [f"{stage} ({told})" for stage, told in _differences(before, after)]
    if check and changed:
        raise UserError(f"dvc.yaml does not say what these stages import: {'; '.join(changed)}.", "codereflect deps")
    if after != before:
        DVC_YAML.write_text(after, encoding="utf-8")
    say(f"dvc.yaml: changed are {'; '.join(changed)}." if changed else "dvc.yaml says what the stages import.")


def with_deps(text: str, root: Path) -> str:
    """The text of a dvc.yaml in which every stage names the code that it imports.

    Args:
        text: of dvc.yaml, in the layout of this repository: two spaces, one dependency a line.
        root: of the repository.
    """
    code = Code(root / PACKAGE)
    lines: list[str] = []
    stage = ""
    for line in text.splitlines():
        if line.startswith("  ") and line[2:3].isalpha() and line.endswith(":"):
            stage = line.strip(" :")
        if line == f"{_ITEM}{PACKAGE.as_posix()}":
            stage = ""
        if stage and line.startswith(f"{_ITEM}{PACKAGE.as_posix()}/"):
            continue
        lines.append(line)
        if stage and line == f"{_ITEM}stages/{stage}.py":
            script = root / "stages" / f"{stage}.py"
            lines += [f"{_ITEM}{path.relative_to(root).as_posix()}" for path in folded(code, script)]
    return "\n".join(lines) + "\n"


def folded(code: Code, script: Path) -> list[Path]:
    """What a script imports, as folders and files, sorted."""
    return sorted(_named(code.package, frozenset(code.files(script)), is_root=True))


def _named(folder: Path, imported: frozenset[Path], is_root: bool = False) -> Iterator[Path]:
    inside = [file for file in imported if folder in file.parents]
    below = {folder / file.relative_to(folder).parts[0] for file in inside if file.parent != folder}
    if not is_root and below == _folders(folder) and _lines(inside) >= NEARLY_ALL * _lines(_files(folder)):
        yield folder
        return
    yield from (file for file in inside if file.parent == folder)
    for each in below:
        yield from _named(each, imported)


def _folders(folder: Path) -> set[Path]:
    """The folders in a folder: one that is left out whole is left out on purpose."""
    return {folder / file.relative_to(folder).parts[0] for file in _files(folder) if file.parent != folder}


def _files(folder: Path) -> Iterator[Path]:
    return (file for file in folder.rglob("*") if file.suffix in TEXTS | {".py"})


def _lines(files: Iterable[Path]) -> int:
    return sum(file.read_bytes().count(b"\n") for file in files)


def _differences(before: str, after: str) -> Iterator[tuple[str, str]]:
    """Stages with what is missing in the first text and what is there for nothing."""
    old, new = _code_deps(before), _code_deps(after)
    for stage in new:
        missing, stale = sorted(new[stage] - old[stage]), sorted(old[stage] - new[stage])
        told = [f"missing {', '.join(missing)}"] * bool(missing) + [f"not imported {', '.join(stale)}"] * bool(stale)
        if told:
            yield stage, "; ".join(told)


def _code_deps(text: str) -> dict[str, set[str]]:
    from ruamel.yaml import YAML

    stages = YAML(typ="safe", pure=True).load(text)["stages"]
    return {name: {dep for dep in stage["deps"] if dep.startswith("src/")} for name, stage in stages.items()}
