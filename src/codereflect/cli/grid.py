"""`-S KEY=V1,V2 -S KEY=V3,V4` as a list of complete, validated parameter sets."""

from __future__ import annotations

import copy
import difflib
import io
import itertools
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from codereflect.corpus_params import override
from codereflect.errors import UserError
from codereflect.params import Params, known_keys, validate

_BARE = re.compile(r"[A-Za-z_][\w./-]*")


@dataclass(frozen=True)
class Combination:
    """One experiment: what is changed (dotted keys), and all parameters that result."""

    changes: dict[str, Any]
    params: dict[str, Any]

    def overrides(self) -> list[str]:
        """The changes as arguments of `dvc exp run`."""
        values = {override(key): hydra(value) for key, value in self.changes.items()}
        return [argument for key, value in values.items() for argument in ("-S", f"{key}={value}")]

    def words(self) -> str:
        """The changes as the user would type them."""
        return " ".join(f"{key}={hydra(value)}" for key, value in self.changes.items())


def combinations(base: dict[str, Any], settings: Sequence[str]) -> list[Combination]:
    """The product of all values, each a whole validated parameter set.

    Keys that early stages read vary slowest, so that what they compute is there for the next experiment; methods vary
    fastest, so that the arms of one seed stand side by side early.

    Raises:
        UserError: a setting is malformed or names an unknown key, or a combination is impossible.
    """
    axes = sorted((_axis(setting) for setting in settings), key=lambda axis: _depth(axis[0]))
    keys = [key for key, _ in axes]
    if twice := {key for key in keys if keys.count(key) > 1}:
        raise UserError(f"-S names {min(twice)} twice.", f"give all values at once: -S {min(twice)}=V1,V2")
    found: dict[str, Combination] = {}
    for values in itertools.product(*(values for _, values in axes)):
        changes = dict(zip(keys, values, strict=True))
        params = _checked(base, changes)
        found.setdefault(json.dumps(params, sort_keys=True), Combination(changes, params))
    return list(found.values())


def hydra(value: Any) -> str:
    """A value in the grammar of `dvc exp run -S` (Hydra's overrides)."""
    if isinstance(value, list):
        return "[" + ",".join(hydra(item) for item in value) + "]"
    if isinstance(value, str) and not (_BARE.fullmatch(value) and isinstance(_scalar(value), str)):
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
    return value if isinstance(value, str) else json.dumps(value)


def _axis(setting: str) -> tuple[str, list[Any]]:
    key, equals, text = setting.partition("=")
    key = key.strip().removeprefix("++")
    leaves = _leaves()
    if not equals or not text:
        raise UserError(f"-S {setting} gives no value.", f"-S {key or 'KEY'}=VALUE, or -S KEY=VALUE1,VALUE2")
    if key not in leaves:
        section = key in known_keys()
        near = [leaf for leaf in leaves if leaf.startswith(key + ".")][:1] or difflib.get_close_matches(
            key, leaves, n=1
        )
        hint = f"-S {near[0]}={'VALUE' if section else text}" if near else "see params.yaml"
        raise UserError(f"-S {setting}: {key} is {'a section' if section else 'no key'} of params.yaml.", hint)
    values = [_scalar(part) for part in split_values(text)]
    return key, [value for number, value in enumerate(values) if value not in values[:number]]


def split_values(text: str) -> list[str]:
    """Split at commas that stand outside of brackets and quotes."""
    parts, depth, quote = [""], 0, ""
    for letter in text:
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        depth += (not quote) * ((letter in "[{") - (letter in "]}"))
        if letter == "," and depth == 0 and not quote:
            parts.append("")
        else:
            parts[-1] += letter
    return parts


def _scalar(text: str) -> Any:
    """A value as YAML reads it; malformed YAML is kept as text, which validation then refuses by its key."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        return YAML(typ="safe", pure=True).load(io.StringIO(text))
    except YAMLError:
        return text


def _leaves() -> list[str]:
    keys = known_keys()
    return [key for key in keys if not any(other.startswith(key + ".") for other in keys)]


def _depth(key: str) -> tuple[int, bool, bool, str]:
    """How late in the pipeline a key first matters. Sections stand in params.yaml in that order."""
    sections = list(Params.model_fields)
    seed = key.endswith(".seed")
    return sections.index(key.split(".")[0]), key == "train.method", not seed, key


def _checked(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    where = " ".join(f"-S {key}={hydra(value)}" for key, value in changes.items())
    try:
        return validate(_changed(base, changes), where or "params.yaml").model_dump()
    except UserError as error:
        raise UserError(error.message, "give -S other values, or set the other key with -S too") from None


def _changed(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    values = copy.deepcopy(base)
    for key, value in changes.items():
        *sections, leaf = key.split(".")
        target = values
        for section in sections:
            target = target.setdefault(section, {})
        target[leaf] = value
    return values
