"""codereflect use RECIPE [--scale micro|gpu]

A recipe is a file in conf/recipe/: what it changes against the recipe `micro`, which names every key. What `use`
writes therefore depends on the recipe alone, never on what params.yaml held before; the difference is shown. What else
was added to `suites`, where a suite's file is, stays.
"""

from __future__ import annotations

import difflib
import io
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedSeq
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.representer import RoundTripRepresenter

from codereflect.configuration import read_yaml
from codereflect.errors import UserError
from codereflect.json_files import write_text_atomically
from codereflect.params import PARAMS_FILE, flatten, validate
from codereflect.terminal import say

RECIPES = Path("conf/recipe")
COMPLETE = "micro"
SCALE = "micro"


@dataclass(frozen=True)
class Recipe:
    """A recipe file: one line about it, its values at scale micro, and what other scales change on top."""

    name: str
    about: str
    params: dict[str, Any]
    scales: dict[str, dict[str, Any]]

    def scale_names(self) -> list[str]:
        """The scales that this recipe has."""
        return [SCALE, *(name for name in self.scales if name != SCALE)]


@click.command()
@click.argument("recipe", required=False)
@click.option("--scale", default=SCALE, show_default=True, help="Size of the computation: micro, or gpu.")
@click.option("--list", "listing", is_flag=True, help="List the recipes and their scales.")
def use(recipe: str | None, scale: str, listing: bool) -> None:
    """Write a recipe into params.yaml and show the difference."""
    if listing:
        _print_recipes()
        return
    if recipe is None:
        raise UserError(f"No recipe is named; known: {', '.join(recipe_names())}.", "codereflect use --list")
    before = _text_of(PARAMS_FILE)
    after = merged(before, recipe_values(recipe, scale, read_yaml(PARAMS_FILE)))
    if after == before:
        say(f"params.yaml already is recipe {recipe} at scale {scale}.")
        return
    write_text_atomically(PARAMS_FILE, after)
    # both as written here: `dvc exp run -S` indents lists otherwise
    say("".join(_difference(merged(before, {}), after)), end="")
    say(f"params.yaml is now recipe {recipe} at scale {scale}. Next: dvc repro, or codereflect sweep --help")


def recipe_names() -> list[str]:
    """The recipes in conf/recipe."""
    return sorted(path.stem for path in RECIPES.glob("*.yaml"))


def read_recipe(name: str) -> Recipe:
    """A recipe by name.

    Raises:
        UserError: there is none of that name, or its file has other keys than about, params and scales.
    """
    known = recipe_names()
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"codereflect use {near[0]}" if near else "codereflect use --list"
        raise UserError(f"There is no recipe {name}; known: {', '.join(known) or 'none'}.", hint)
    path = RECIPES / f"{name}.yaml"
    values = read_yaml(path) or {}
    unknown = set(values) - {"about", "params", "scales"}
    if unknown:
        raise UserError(f"{path}: unknown key {min(unknown)}; a recipe has about, params and scales.", f"edit {path}")
    return Recipe(name, str(values.get("about", "")), values.get("params") or {}, values.get("scales") or {})


def recipe_values(name: str, scale: str, current: dict[str, Any]) -> dict[str, Any]:
    """All parameters of a recipe at a scale, dotted keys, validated; `current` holds keys that no recipe names.

    Raises:
        UserError: unknown recipe or scale, or the recipe is not a valid set of parameters.
    """
    recipe = read_recipe(name)
    if scale not in recipe.scale_names():
        known = ", ".join(recipe.scale_names())
        fix = f"codereflect use {name} --scale {SCALE}"
        raise UserError(f"Recipe {name} has no scale {scale}; it has: {known}.", fix)
    values = flatten(current) | flatten(read_recipe(COMPLETE).params) | flatten(recipe.params)
    values |= flatten(recipe.scales.get(scale) or {})
    validate(unflatten(values), str(RECIPES / f"{name}.yaml"))
    return values


def unflatten(values: dict[str, Any]) -> dict[str, Any]:
    """Dotted keys as nested mappings."""
    nested: dict[str, Any] = {}
    for key, value in values.items():
        *sections, leaf = key.split(".")
        target = nested
        for section in sections:
            target = target.setdefault(section, {})
        target[leaf] = value
    return nested


def merged(text: str, values: dict[str, Any]) -> str:
    """The text of a params file with other values: comments, order and block style stay, unchanged keys untouched."""
    yaml = YAML()
    yaml.Representer = _PlainScalars
    yaml.width = 4096
    yaml.indent(mapping=2, sequence=4, offset=2)
    document = yaml.load(text) or {}
    for key, value in values.items():
        *sections, leaf = key.split(".")
        target = document
        for section in sections:
            target = target.setdefault(section, {})
        if leaf not in target or target[leaf] != value:
            _replace(target, leaf, value)
    stream = io.StringIO()
    yaml.dump(document, stream)
    return stream.getvalue()


def _replace(section: Any, key: str, value: Any) -> None:
    """Set a key and keep what follows it (blank lines, comments): ruamel hangs that on a list's last item."""
    tail = None
    old = section.get(key)
    if isinstance(old, CommentedSeq) and old:
        tail = (old.ca.items.pop(len(old) - 1, None) or [None])[0]
    elif key in section.ca.items:
        tail = section.ca.items.pop(key)[2]
    section[key] = CommentedSeq(value) if isinstance(value, list) else value
    if tail is not None and isinstance(value, list):
        section[key].ca.items[len(value) - 1] = [tail, None, None, None]
    elif tail is not None:
        section.ca.items[key] = [None, None, tail, None]


class _PlainScalars(RoundTripRepresenter):
    """Writes 0.00002 rather than 2e-05, which YAML 1.1 readers take for a string, and null rather than nothing."""

    def plain(self, number: float) -> ScalarNode:
        text = format(Decimal(repr(number)), "f")
        return self.represent_scalar("tag:yaml.org,2002:float", text if "." in text else text + ".0")

    def null(self, _: None) -> ScalarNode:
        return self.represent_scalar("tag:yaml.org,2002:null", "null")


_PlainScalars.add_representer(float, _PlainScalars.plain)
_PlainScalars.add_representer(type(None), _PlainScalars.null)


def _text_of(path: Path) -> str:
    read_yaml(path)
    return path.read_text(encoding="utf-8")


def _difference(before: str, after: str) -> list[str]:
    old, new = before.splitlines(True), after.splitlines(True)
    return list(difflib.unified_diff(old, new, "params.yaml", "params.yaml (new)", n=1))


def _print_recipes() -> None:
    for name in recipe_names():
        recipe = read_recipe(name)
        say(f"{name:22} scales: {', '.join(recipe.scale_names()):12} {recipe.about}")
