"""What a model name stands for, and plain sentences where it stands for nothing."""

from __future__ import annotations

import contextlib
import json

import pytest
from hub_stand_in import COMMIT, Repository, running
from tiny import model, tokenizer

from codereflect.errors import UserError
from codereflect.models.loading import hand_on, load, resolve, write_pointer


@pytest.fixture
def saved(tmp_path):
    folder = tmp_path / "saved"
    tokens = tokenizer()
    model(tokens).save_pretrained(folder)
    tokens.save_pretrained(folder)
    return folder


def test_a_local_folder_is_pointed_to_and_not_copied(saved, tmp_path):
    pointer = tmp_path / "base"
    pointer.mkdir()
    write_pointer(pointer, resolve(str(saved), None))
    assert [file.name for file in pointer.iterdir()] == ["model.json"]
    loaded, tokens = load(pointer)
    assert loaded.num_parameters() == model(tokenizer()).num_parameters() and tokens.padding_side == "left"


def test_a_folder_that_changed_is_refused(saved, tmp_path):
    pointer = tmp_path / "base"
    pointer.mkdir()
    write_pointer(pointer, resolve(str(saved), None))
    (saved / "generation_config.json").write_text("{}")
    with pytest.raises(UserError, match="has changed since the stage base"):
        load(pointer)


def test_a_folder_without_a_model_is_refused(tmp_path):
    with pytest.raises(UserError, match=r"config\.json"):
        resolve(str(tmp_path), None)


@pytest.mark.parametrize(("file", "kind"), [("config.json", "AutoConfig"), ("tokenizer_config.json", "AutoTokenizer")])
def test_code_of_a_model_is_never_run(file, kind, saved, monkeypatch):
    """Also not where somebody, or a pipe, would answer yes."""
    (saved / "own.py").write_text(f"open({str(saved / 'ran')!r}, 'w')\nclass Own:\n    pass\n")
    told = json.loads((saved / file).read_text())
    told["auto_map"] = {kind: ["own.Own", None] if kind == "AutoTokenizer" else "own.Own"}
    told["model_type" if kind == "AutoConfig" else "tokenizer_class"] = "Own"
    (saved / file).write_text(json.dumps(told))
    monkeypatch.setattr("builtins.input", lambda *_: "y")
    with (
        contextlib.suppress(UserError) if kind == "AutoTokenizer" else pytest.raises(UserError, match="code of its own")
    ):
        load(saved)
    assert not (saved / "ran").exists()


def test_a_model_is_handed_on_whole(saved, tmp_path):
    hand_on(saved, tmp_path / "next")
    assert {file.name for file in saved.iterdir()} == {file.name for file in (tmp_path / "next").iterdir()}


def test_offline_is_told_at_once(monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(UserError, match="HF_HUB_OFFLINE=1"):
        resolve("someone/something", None)


@pytest.fixture
def hub(monkeypatch):
    for server in running(monkeypatch):
        server.repositories["models/someone/public"] = Repository()
        server.repositories["models/someone/gated"] = Repository(gated="all")
        yield server


def test_a_hub_model_is_pinned_to_its_commit(hub):
    assert resolve("someone/public", None) == {"name": "someone/public", "revision": COMMIT, "sha256": None, "bytes": 0}


@pytest.mark.parametrize(
    ("name", "revision", "words"),
    [
        ("someone/gated", None, "gated"),
        ("someone/missing", None, "no model someone/missing"),
        ("someone/public", "gone", "no revision gone"),
        ("not a name!", None, "no model not a name!"),
    ],
)
def test_what_the_hub_refuses_is_told_in_a_sentence(hub, name, revision, words):
    with pytest.raises(UserError, match=words):
        resolve(name, revision)


def test_a_hub_that_cannot_be_reached_is_told_in_a_sentence(hub, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(UserError, match="cannot be asked for someone/public .ConnectError"):
        resolve("someone/public", None)


def test_a_hub_that_does_not_answer_is_not_waited_for(hub, monkeypatch):
    monkeypatch.setattr("codereflect.hub.ANSWER_SECONDS", 0.3)
    hub.faults["/api/"] = lambda: "slow"
    with pytest.raises(UserError, match="cannot be asked for someone/public"):
        resolve("someone/public", None)
