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
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        return YAML(typ="safe", pure=True).load(path)
    except FileNotFoundError:
        raise UserError(
            f"{path} does not exist here.", f"git checkout -- {path}, in the root of the repository"
        ) from None
    except (YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path}:{mark.line + 1}" if mark else str(path)
        raise UserError(
            f"{where}: not valid YAML ({getattr(error, 'problem', None) or error}).", f"edit {path}"
        ) from None
