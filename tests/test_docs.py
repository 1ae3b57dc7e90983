"""README and docs name only what is there: files, modules, commands and their options, keys of params.yaml."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from ruamel.yaml import YAML

from codereflect.cli.main import COMMANDS, codereflect
from codereflect.params import Params, known_keys

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src/codereflect"
PAGES = [
    ROOT / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
    ROOT / "bench/README.md",
    ROOT / "data/files/README.md",
]
SUFFIXES = (".py", ".md", ".yaml", ".sh", ".svg", ".csv")
# written by code at a place that a user names
WRITTEN = {"training.csv", "validation.csv", "breakdown.csv", "errors.csv", "losses.csv", "verdicts.csv", "card.md"}


def named_so(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


pages = pytest.mark.parametrize("page", PAGES, ids=named_so)


def prose(page: Path) -> str:
    """A page without what code writes into it: that is of its time."""
    return re.sub(r"<!-- (\w+) -->.*?<!-- /\1 -->", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)


def spans(page: Path) -> list[str]:
    """What a page shows as code: between backticks, and the lines of indented and fenced blocks."""
    blocks = re.findall(r"^(?:    [^\n]+|```.*?```)", prose(page), flags=re.DOTALL | re.MULTILINE)
    return re.findall(r"`([^`\n]+)`", prose(page)) + [line for block in blocks for line in block.splitlines()]


def outs() -> Iterator[Path]:
    stages = YAML(typ="safe").load((ROOT / "dvc.yaml").read_text())["stages"].values()
    for out in (out for stage in stages for out in stage.get("outs", []) + stage.get("metrics", [])):
        yield Path(out if isinstance(out, str) else next(iter(out)))


def is_there(name: str, page: Path) -> bool:
    """Whether a name is a file or folder of the repository, of the package or of one of its rooms, or a stage's out."""
    bases = [ROOT, PACKAGE, page.parent, *(path for path in PACKAGE.iterdir() if path.is_dir())]
    if any((base / name).exists() for base in bases):
        return True
    return any(Path(name) == out or Path(name) in out.parents or out in Path(name).parents for out in outs())


def is_path(text: str) -> bool:
    first = text.split("/")[0]
    known = (ROOT / first).exists() or (PACKAGE / first).exists()
    return bool(re.fullmatch(r"[\w.-]+(/[\w.-]+)*/?", text)) and (
        ("/" in text and known) or (text.endswith(SUFFIXES) and text not in WRITTEN)
    )


# a log of decisions names what was there
@pytest.mark.parametrize("page", [page for page in PAGES if page.name != "decisions.md"], ids=named_so)
def test_files_exist(page: Path) -> None:
    links = [link for link in re.findall(r"\]\(([^)#\s]+)", prose(page)) if "://" not in link]
    named = [span for span in re.findall(r"`([^`\n]+)`", prose(page)) if is_path(span)]
    assert [link for link in links if not (page.parent / link).exists()] == []
    assert [name for name in named if not is_there(name, page)] == []


@pages
def test_modules_exist(page: Path) -> None:
    for name, taken in re.findall(r"\bcodereflect((?:\.\w+)+)(?: import ([\w, ]+))?", prose(page)):
        *folders, last = name.strip(".").split(".")
        module = PACKAGE.joinpath(*folders, last).with_suffix(".py")
        if not module.exists() and not (module := PACKAGE.joinpath(*folders, last, "__init__.py")).exists():
            module, taken = PACKAGE.joinpath(*folders).with_suffix(".py"), last
        text = module.read_text(encoding="utf-8")
        assert [one for one in re.findall(r"\w+", taken) if not re.search(rf"\b{one}\b", text)] == [], name


@pages
def test_commands_and_their_options_exist(page: Path) -> None:
    context = click.Context(codereflect)
    for span in spans(page):
        for name, rest in re.findall(r"\bcodereflect ([a-z][a-z-]*)([^|#]*)", span.partition("  #")[0]):
            assert name in COMMANDS, span
            command: Any = codereflect.get_command(context, name)
            options = {option for parameter in command.params for option in parameter.opts} | {"--help"}
            mine = rest.partition("&&")[0].partition("codereflect ")[0]
            assert set(re.findall(r"(?<![\w-])(--?[A-Za-z][\w-]*)", mine)) <= options, span
            if name == "use" and (recipe := re.match(r" ([a-z][\w-]*)", mine)):
                assert (ROOT / f"conf/recipe/{recipe[1]}.yaml").exists(), span


@pages
def test_parameters_exist(page: Path) -> None:
    keys = {re.split(r"[:=\s]", span)[0] for span in spans(page)}
    keys |= set(re.findall(r"-S '?(?:\+\+)?([\w.]+)=", prose(page)))
    dotted = {key for key in keys if key.split(".")[0] in Params.model_fields and re.fullmatch(r"\w+(\.\w+)+", key)}
    files = {key for key in dotted if key.endswith((*SUFFIXES, ".json", ".jsonl")) or not key.islower()}
    assert dotted - files <= set(known_keys())


def file_map() -> Iterator[tuple[Path, str]]:
    """The entries of README's file map, and what is said of each."""
    block = prose(ROOT / "README.md").split("## File map\n")[1].split("\n## ")[0]
    parents: dict[int, Path] = {}
    for line in filter(str.strip, block.splitlines()):
        depth = (len(line) - len(line.lstrip())) // 2
        names, _, about = line.strip().partition("  " if "  " in line.strip() else " ")
        above = next((parents[place] for place in range(depth - 1, 1, -1) if place in parents), ROOT)
        for name in names.split():
            parents[depth] = above / name
            yield above / name, about
        if len(names.split()) > 1:
            del parents[depth]


def test_the_file_map_names_what_is_there() -> None:
    entries = dict(file_map())
    assert [path.relative_to(ROOT).as_posix() for path in entries if not path.exists()] == []
    for path, about in entries.items():
        folder = path if path.is_dir() else path.parent
        assert [name for name in re.findall(r"\b\w+\.py\b", about) if not (folder / name).exists()] == [], path


def test_the_file_map_names_every_room_and_what_people_look_for() -> None:
    entries = set(dict(file_map()))
    rooms = {path.parent for path in PACKAGE.glob("*/__init__.py")}
    assert {room.name for room in rooms - entries} == set()
    top = {path for path in ROOT.iterdir() if path.is_dir() and path.name in "bench conf data docs models stages tests"}
    assert {path.name for path in top - entries} == set()
