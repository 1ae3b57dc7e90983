"""Model folders: what the stages hand to each other.

A folder holds a model's weights as transformers saves them, or adapters of a base model, or only `model.json`, which
points to a model on a hub or in a local folder: its weights are not copied.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

from codereflect import hub
from codereflect.errors import UserError
from codereflect.json_files import dump_json, write_text_atomically
from codereflect.provenance import tree_digest

POINTER = "model.json"


def resolve(name: str, revision: str | None) -> dict[str, Any]:
    """What a model name stands for now: its commit on the hub, or the hash of a local folder.

    Returns:
        `{"name", "revision", "sha256"}`: revision is a commit for hub models, sha256 the hash of a local folder.

    Raises:
        UserError: there is no such model, it is gated, or the hub cannot be reached.
    """
    folder = Path(name).expanduser()
    if folder.is_dir():
        if not (folder / "config.json").exists():
            raise UserError(f"model.name: {name} is a folder without config.json.", "save it with save_pretrained")
        return {"name": str(folder), "revision": None, "sha256": tree_digest([folder])}
    return {"name": name, "revision": _hub_commit(name, revision), "sha256": None}


def _hub_commit(name: str, revision: str | None) -> str:
    back = "edit model.name in params.yaml (micro needs no download)"
    wanted = hub.Wanted("model", name, revision, "model.name", "model.revision", back)
    return str(hub.ask(wanted, lambda api: api.model_info(name, revision=revision, timeout=hub.ANSWER_SECONDS)).sha)


def write_pointer(folder: Path, resolved: dict[str, Any]) -> None:
    """Make `folder` stand for a resolved model without copying its weights."""
    write_text_atomically(folder / POINTER, dump_json(resolved) + "\n")


def hand_on(source: Path, target: Path) -> None:
    """Make `target` hold the same model as `source`: hard links where possible, so that no space is taken."""

    def link(origin: str, copy: str) -> None:
        try:
            os.link(origin, copy)
        except OSError:
            shutil.copy2(origin, copy)

    shutil.copytree(source, target, copy_function=link, dirs_exist_ok=True)


def load(folder: Path, dtype: str = "auto") -> tuple[Any, Any]:
    """The model (in evaluation mode, on the GPU if there is one) and its tokenizer (padding on the left).

    Raises:
        UserError: the model cannot be loaded, or only by code of its own: that would run here, unconfined.
    """
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    name, revision = str(folder), None
    if (folder / POINTER).exists():
        pointer = json.loads((folder / POINTER).read_text(encoding="utf-8"))
        name, revision = pointer["name"], pointer["revision"]
        if pointer["sha256"] and tree_digest([Path(name)]) != pointer["sha256"]:
            raise UserError(f"The model folder {name} has changed since the stage base.", "dvc repro --force base")
    # not left to its default, which asks on the terminal whether to run what the model brings
    options: dict[str, Any] = {"revision": revision, "trust_remote_code": False}
    try:
        tokenizer = AutoTokenizer.from_pretrained(name, padding_side="left", **options)
        model = AutoModelForCausalLM.from_pretrained(name, dtype=dtype, **options)
    except ValueError as error:
        if "trust_remote_code" not in str(error):
            raise
        text = f"The model {name} needs Python code of its own to be loaded, and such code is never run."
        raise UserError(text, "set model.name in params.yaml to a model that transformers knows by itself") from None
    except OSError as error:
        reason = str(error).splitlines()[0]
        raise UserError(f"The model {name} cannot be loaded ({reason}).", "edit model.name in params.yaml") from None
    if tokenizer.pad_token_id is None:
        tokenizer.pad_token = tokenizer.eos_token
    return model.to("cuda" if torch.cuda.is_available() else "cpu").eval(), tokenizer
