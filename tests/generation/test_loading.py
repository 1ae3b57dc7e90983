"""What a model name stands for, and plain sentences where it stands for nothing."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from tiny import model, tokenizer

from codereflect.errors import UserError
from codereflect.generation.loading import hand_on, load, resolve, write_pointer

COMMIT = "0123456789abcdef0123456789abcdef01234567"


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


def test_a_model_is_handed_on_whole(saved, tmp_path):
    hand_on(saved, tmp_path / "next")
    assert {file.name for file in saved.iterdir()} == {file.name for file in (tmp_path / "next").iterdir()}


def test_offline_is_told_at_once(monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(UserError, match="HF_HUB_OFFLINE=1"):
        resolve("someone/something", None)


class Hub(BaseHTTPRequestHandler):
    """Answers as the hub does: one public model, one gated, nothing else."""

    def do_GET(self):  # noqa: N802
        if "/someone/public/revision/gone" in self.path:
            return self._say(404, "RevisionNotFound")
        if "/someone/public" in self.path:
            return self._say(200, None, {"id": "someone/public", "sha": COMMIT})
        if "/someone/gated" in self.path:
            return self._say(403, "GatedRepo")
        return self._say(401, "RepoNotFound")

    def _say(self, status, code, body=None):
        data = json.dumps(body or {"error": "no"}).encode()
        self.send_response(status)
        if code:
            self.send_header("X-Error-Code", code)
            self.send_header("X-Error-Message", "no")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


@pytest.fixture
def hub(monkeypatch):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    from huggingface_hub import HfApi

    address = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setattr("huggingface_hub.HfApi", lambda: HfApi(endpoint=address))
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    yield address
    server.shutdown()


def test_a_hub_model_is_pinned_to_its_commit(hub):
    assert resolve("someone/public", None) == {"name": "someone/public", "revision": COMMIT, "sha256": None}


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


def test_a_hub_that_cannot_be_reached_is_told_in_a_sentence(monkeypatch):
    from huggingface_hub import HfApi

    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.setattr("huggingface_hub.HfApi", lambda: HfApi(endpoint="http://127.0.0.1:9"))
    with pytest.raises(UserError, match="cannot be asked"):
        resolve("someone/public", None)
