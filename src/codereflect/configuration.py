"""What the files of configuration have in common: YAML, read into typed sections."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from codereflect.errors import UserError


class Section(BaseModel):
    """A mapping of such a file: no unknown keys, no silent conversions of types, no infinities."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False, defer_build=True)


def read_yaml(path: Path) -> Any:
    """A YAML file as plain Python values.

    Raises:
        UserError: the file is missing or is no YAML.
    """
    try:
        return parse_yaml(path.read_bytes(), str(path), f"edit {path}")
    except FileNotFoundError:
        raise UserError(
            f"{path} does not exist here.", f"git checkout -- {path}, in the root of the repository"
        ) from None


def parse_yaml(text: bytes | str, where: str, fix: str) -> Any:
    """The same of a file's content.

    Raises:
        UserError: it is no YAML; `where` names the file, `fix` what to do about it.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        return YAML(typ="safe", pure=True).load(text)
    except (YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        raise UserError(f"{where}{line}: not valid YAML ({getattr(error, 'problem', None) or error}).", fix) from None
