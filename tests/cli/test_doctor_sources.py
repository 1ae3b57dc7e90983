"""`codereflect doctor` says what params.yaml needs from a hub or a file, and whether it can be had."""

from __future__ import annotations

import time

import pytest
from hub_stand_in import COMMIT, Repository, running, sha256
from pipeline import ROOT, command, make_repository

from codereflect.cli.doctor_sources import look_at_sources, needed_sources
from codereflect.corpora.python_package.tree import tree_digest
from codereflect.corpora.sources import resolve
from codereflect.corpus_params import FileSource, PackageSource
from codereflect.params import load_params

NONE = {"hub": None, "revision": None, "files": None, "path": None, "sha256": None}
SET = FileSource.model_validate(NONE | {"source": "hub", "hub": "owner/set", "files": "*.json"})
PINNED = SET.model_copy(update={"revision": COMMIT})


@pytest.fixture
def hub(monkeypatch):
    for server in running(monkeypatch):
        server.repositories["datasets/owner/set"] = Repository({"a.json": b"{}\n" * 100}, card={"license": "mit"})
        yield server


def only(source, folder, **options):
    (finding,) = look_at_sources({"corpus.concode": source}, folder, **options)
    assert finding.what == "corpus.concode" and (finding.good or finding.fix)
    return finding


def params(**changes):
    loaded = load_params(ROOT / "params.yaml")
    corpus = loaded.corpus.model_copy(update={"name": changes.get("corpus", "micro")})
    tested = loaded.eval.model_copy(update={"suites": changes.get("suites", "default")})
    return loaded.model_copy(update={"corpus": corpus, "eval": tested})


@pytest.mark.parametrize(
    ("changes", "keys"),
    [
        ({}, []),
        ({"corpus": "concode"}, ["corpus.concode"]),
        ({"corpus": "python_package"}, ["corpus.python_package"]),
        ({"suites": ["micro_python", "humaneval", "mbpp_repair"]}, ["suites.humaneval", "suites.mbpp"]),
        ({"suites": ["concode"]}, ["corpus.concode"]),
        ({"corpus": "concode", "suites": ["concode_dev"]}, ["corpus.concode", "suites.concode_dev"]),
        ({"corpus": "mbpp"}, ["suites.mbpp"]),
        ({"corpus": "mbpp", "suites": ["humaneval"]}, ["suites.humaneval", "suites.mbpp"]),
    ],
)
def test_what_is_needed_follows_from_the_parameters(changes, keys):
    assert list(needed_sources(params(**changes))) == keys


def test_nothing_is_needed_for_what_is_generated(tmp_path):
    (finding,) = look_at_sources({}, tmp_path)
    assert finding.good and "none needed" in finding.found


def test_a_data_set_that_can_be_had(hub, tmp_path):
    before = only(SET, tmp_path)
    assert before.good and before.found == "owner/set at 0123456, 1 file, 0.3 kB, licence mit; to be fetched"
    assert not [path for method, path, _ in hub.seen if "/resolve/" in path]
    resolve("corpus.concode", SET, tmp_path)
    assert only(SET, tmp_path).found.endswith("; fetched")


def test_offline_is_said(hub, tmp_path, monkeypatch):
    only(PINNED, tmp_path)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert "HF_HUB_OFFLINE=1 forbids asking the hub" in only(SET, tmp_path).found
    listed = only(PINNED, tmp_path)
    assert not listed.good and "not fetched, and HF_HUB_OFFLINE=1" in listed.found


def test_what_was_fetched_serves_offline(hub, tmp_path, monkeypatch):
    resolve("corpus.concode", PINNED, tmp_path)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert only(PINNED, tmp_path).good


def test_a_gated_set_needs_a_token(hub, tmp_path, monkeypatch):
    hub.repositories["datasets/owner/set"].gated = "files"
    assert "gated" in only(SET, tmp_path).found and not only(SET, tmp_path).good
    monkeypatch.setenv("HF_TOKEN", "hf_any")
    assert only(SET, tmp_path).good


def test_hubs_that_do_not_answer_are_waited_for_together(hub, tmp_path):
    hub.faults["/api/"] = lambda: "slow"
    started = time.monotonic()
    findings = look_at_sources({f"suites.{number}": SET for number in range(6)}, None, seconds=0.5)
    assert time.monotonic() - started < 2
    assert len(findings) == 6 and not any(finding.good for finding in findings)


def test_a_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    source = SET.model_copy(update={"source": "path", "path": "dev.json"})
    assert "dev.json does not exist" in only(source, None).found
    (tmp_path / "dev.json").write_bytes(b"{}\n")
    pinned = sha256(b"{}\n")
    assert f"sha256={pinned}" in only(source, None).fix
    assert only(source.model_copy(update={"sha256": pinned}), None).found == "dev.json, 0.0 kB, as pinned"


def test_packages(tmp_path):
    values = {"source": "package", "packages": ["verl==0.9.1"], "sha256": None, "path": None}
    assert only(PackageSource.model_validate(values), None).found == "verl==0.9.1 from the package index (not checked)"
    tree = PackageSource.model_validate(values | {"source": "path", "path": str(tmp_path)})
    assert "holds no Python files" in only(tree, None).found
    (tmp_path / "a.py").write_text("def f():\n    return 1\n")
    assert f"sha256=[{tree_digest(tmp_path)}]" in only(tree, None).fix
    pinned = tree.model_copy(update={"sha256": [tree_digest(tmp_path)]})
    assert only(pinned, None).found == f"{tmp_path}, as pinned"
    assert not only(tree.model_copy(update={"path": str(tmp_path / "no")}), None).good


def test_the_command_shows_it(hub, tmp_path):
    root = make_repository(tmp_path)
    assert "none needed" in command(root, "doctor").stdout
    text = (root / "params.yaml").read_text().replace("  suites: default\n", "  suites: [humaneval]\n")
    (root / "params.yaml").write_text(text)
    done = command(root, "doctor", HF_ENDPOINT=hub.address)
    assert done.returncode == 2 and "suites.humaneval" in done.stderr and "Traceback" not in done.stderr
    assert "there is no data set openai/openai_humaneval" in " ".join(done.stdout.split())
