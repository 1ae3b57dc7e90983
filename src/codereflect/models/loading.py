"""Model folders: what the stages hand to each other.

A folder holds a model's weights as transformers saves them, or only `model.json`, which points to a model on a hub or
in a local folder: its weights are not copied. Code that comes with a model is never run.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from codereflect import hub
from codereflect.errors import UserError
from codereflect.json_files import dump_json, write_text_atomically
from codereflect.provenance import tree_digest

POINTER = "model.json"
# How a base model is read, where that is not as its folder says: `chat` and `dtype` of params.yaml.
READING = "reading.json"
DTYPES = {"fp32": "float32", "bf16": "bfloat16"}


def resolve(name: str, revision: str | None) -> dict[str, Any]:
    """What a model name stands for now: its commit on the hub, or the hash of a local folder.

    Returns:
        `{"name", "revision", "sha256", "bytes"}`: revision is a commit for hub models, sha256 the hash of a local
        folder, bytes the size of the weights.

    Raises:
        UserError: there is no such model, it is gated, it needs code of its own, or the hub cannot be reached.
    """
    folder = Path(name).expanduser()
    if folder.is_dir():
        if not (folder / "config.json").exists():
            raise UserError(f"model.name: {name} is a folder without config.json.", "save it with save_pretrained")
        return {"name": str(folder), "revision": None, "sha256": tree_digest([folder]), "bytes": weight_bytes(folder)}
    if folder.is_absolute() or name.startswith((".", "~")):
        raise UserError(f"model.name: there is no folder {name}.", "edit model.name in params.yaml")
    commit, size = _on_hub(name, revision)
    return {"name": name, "revision": commit, "sha256": None, "bytes": size}


def weight_bytes(folder: Path) -> int:
    """The size of a model's weights, as its pointer or its files say; 0 where neither does."""
    if (folder / POINTER).exists():
        return int(json.loads((folder / POINTER).read_text(encoding="utf-8"))["bytes"])
    return _weights({file.name: file.stat().st_size for file in folder.iterdir() if file.is_file()})


def _weights(sizes: Mapping[str, int | None]) -> int:
    """The bytes of the weights among files: in safetensors, else as PyTorch saves them."""
    for suffix in (".safetensors", ".bin"):
        if found := [size or 0 for name, size in sizes.items() if name.endswith(suffix)]:
            return sum(found)
    return 0


def _on_hub(name: str, revision: str | None) -> tuple[str, int]:
    """The commit of a model and the bytes of its weights."""
    back = "edit model.name in params.yaml (micro and smollm2 need no hub)"
    wanted = hub.Wanted("model", name, revision, "model.name", "model.revision", back)

    def question(api: Any) -> Any:
        return api.model_info(name, revision=revision, timeout=hub.ANSWER_SECONDS, files_metadata=True)

    found = hub.ask(wanted, question)
    return str(found.sha), _weights({one.rfilename: one.size for one in found.siblings or ()})


def write_pointer(folder: Path, resolved: dict[str, Any]) -> None:
    """Make `folder` stand for a resolved model without copying its weights."""
    write_text_atomically(folder / POINTER, dump_json(resolved) + "\n")


def write_reading(folder: Path, chat: str, dtype: str) -> None:
    """Say how the model in `folder` is to be read; nothing is written where that is as its files say."""
    if (chat, dtype) != ("auto", "auto"):
        write_text_atomically(folder / READING, dump_json({"chat": chat, "dtype": dtype}) + "\n")


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

    Args:
        folder: of a stage, or any that `save_pretrained` wrote.
        dtype: of the weights; auto is the one that the folder asks for.

    Raises:
        UserError: the model cannot be loaded, or it is to chat and has no chat template.
    """
    import torch
    from transformers import AutoModelForCausalLM

    tokenizer = load_tokenizer(folder)
    name, revision, reading = _found(folder)
    chosen = reading["dtype"] if dtype == "auto" else dtype
    with _told(name):
        model = AutoModelForCausalLM.from_pretrained(
            name, revision=revision, dtype=DTYPES.get(chosen, chosen), trust_remote_code=False
        )
    return model.to("cuda" if torch.cuda.is_available() else "cpu").eval(), tokenizer


def load_tokenizer(folder: Path) -> Any:
    """The tokenizer of a model folder; without its chat template where the model is not to chat (see `load`)."""
    from transformers import AutoTokenizer

    name, revision, reading = _found(folder)
    with _told(name):
        tokenizer = AutoTokenizer.from_pretrained(name, revision=revision, padding_side="left", trust_remote_code=False)
    if reading["chat"] == "no":
        tokenizer.chat_template = None
    if reading["chat"] == "yes" and not tokenizer.chat_template:
        raise UserError(f"model.chat is yes, but {name} has no chat template.", "dvc exp run -S model.chat=auto")
    if tokenizer.eos_token_id is None:
        raise UserError(f"The tokenizer of {name} has no end token.", "edit model.name in params.yaml")
    if tokenizer.pad_token_id is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


def _found(folder: Path) -> tuple[str, str | None, dict[str, str]]:
    """Where the files of a model folder are: name, revision, and how they are to be read."""
    reading = {"chat": "auto", "dtype": "auto"}
    if (folder / READING).exists():
        reading = json.loads((folder / READING).read_text(encoding="utf-8"))
    if not (folder / POINTER).exists():
        return str(folder), None, reading
    pointer = json.loads((folder / POINTER).read_text(encoding="utf-8"))
    if pointer["sha256"] and tree_digest([Path(pointer["name"])]) != pointer["sha256"]:
        raise UserError(
            f"The model folder {pointer['name']} has changed since the stage base.", "dvc repro --force base"
        )
    return pointer["name"], pointer["revision"], reading


def saved_dtype(folder: Path) -> Any:
    """The precision in which a model folder's model answers (a torch.dtype)."""
    import torch
    from transformers import AutoConfig

    name, revision, reading = _found(folder)
    if reading["dtype"] != "auto":
        return getattr(torch, DTYPES[reading["dtype"]])
    with _told(name):
        found = AutoConfig.from_pretrained(name, revision=revision, trust_remote_code=False).dtype
    return getattr(torch, found) if isinstance(found, str) else found or torch.float32


@contextmanager
def _told(name: str) -> Iterator[None]:
    """What transformers says of a model that it cannot read, in one sentence."""
    try:
        yield
    except (OSError, ValueError, KeyError) as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
        if "trust_remote_code" in str(error):
            reason = "it needs Python code of its own, which is never run"
        raise UserError(f"The model {name} cannot be loaded ({reason}).", "edit model.name in params.yaml") from None
