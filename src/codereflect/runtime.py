"""conf/runtime.yaml as typed configuration: how things run, never what is computed.

Nothing here is a dependency of a stage. An environment variable `CODEREFLECT_<KEY>` overrides a key.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from codereflect.configuration import Section, read_yaml
from codereflect.errors import UserError

RUNTIME_FILE = Path("conf/runtime.yaml")
_SPELLINGS = {"on": True, "true": True, "yes": True, "1": True, "off": False, "false": False, "no": False, "0": False}


class Runtime(Section):
    """How things run. `workers` None is one per usable core."""

    workers: int | None = Field(default=None, ge=1)
    threads: int = Field(default=1, ge=1)
    mlflow: bool = True
    progress: Literal["auto", "off"] = "auto"

    def worker_count(self) -> int:
        """Processes that run programs: as configured, else one per usable core."""
        return self.workers or len(os.sched_getaffinity(0))


def load_runtime(path: Path = RUNTIME_FILE, environment: Mapping[str, str] = os.environ) -> Runtime:
    """Read the runtime file (defaults where it is missing) and apply the environment's overrides.

    Raises:
        UserError: the file or a variable holds an unknown key or an impossible value; the sentence names it.
    """
    values: dict[str, Any] = (read_yaml(path) or {}) if path.exists() else {}
    if not isinstance(values, dict):
        raise UserError(f"{path} must be a mapping of keys to values.", f"git checkout -- {path}")
    origin = {key: f"{path}: {key}" for key in values}
    for key in Runtime.model_fields:
        variable = f"CODEREFLECT_{key.upper()}"
        if environment.get(variable):
            values[key] = _from_text(key, environment[variable])
            origin[key] = variable
    try:
        return Runtime.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        key = str(first["loc"][0])
        if first["type"] == "extra_forbidden":
            raise UserError(f"{path}: unknown key {key}.", f"use one of {', '.join(Runtime.model_fields)}") from None
        where = origin.get(key, str(path))
        raise UserError(f"{where}: {first['msg']}, not {first['input']!r}.", f"edit {where.split(':')[0]}") from None


def _from_text(key: str, text: str) -> Any:
    """An environment variable's text as the type of its key; what does not convert is left for validation to refuse."""
    if key in ("workers", "threads"):
        return int(text) if text.strip().isdigit() else text
    return _SPELLINGS.get(text.lower(), text) if key == "mlflow" else text
