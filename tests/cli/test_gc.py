"""`codereflect gc` deletes what the store wrote, nothing else."""

from __future__ import annotations

import os
import time

import pytest
from click.testing import CliRunner

from codereflect.cli.gc import entries, gc
from codereflect.store import Store, digest

LONG_AGO = time.time() - 40 * 86400


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CODEREFLECT_CACHE", str(tmp_path / "cache"))
    store = Store.default()
    for age in ("old", "new"):
        store.put("replies", digest(age), {"age": age})
        (store.work_dir("runs", digest(age)) / "weights").write_bytes(b"x" * 1000)
    for path in (store.folder / "replies").rglob(f"{digest('old')}*"):
        os.utime(path, (LONG_AGO, LONG_AGO))
    os.utime(store.folder / "runs" / digest("old") / "weights", (LONG_AGO, LONG_AGO))
    (store.folder / "notes").mkdir()
    (store.folder / "notes" / "mine.txt").write_text("kept")
    (store.folder / "mine.txt").write_text("kept")
    return store


def invoke(*arguments: str) -> str:
    done = CliRunner().invoke(gc, list(arguments), catch_exceptions=False)
    assert done.exit_code == 0
    return done.output


def test_dry_says_and_deletes_nothing(store):
    before = sorted(store.folder.rglob("*"))
    assert "2 entries unused for 30 days would be deleted, 1.0 KB" in invoke("--dry")
    assert sorted(store.folder.rglob("*")) == before


def test_old_entries_go_new_ones_stay(store):
    assert "2 entries unused for 30 days deleted" in invoke()
    assert store.get("replies", digest("old")) is None
    assert store.get("replies", digest("new")) == {"age": "new"}
    assert not (store.folder / "runs" / digest("old")).exists()
    assert (store.folder / "runs" / digest("new") / "weights").exists()


def test_all_deletes_everything_of_the_store_and_nothing_else(store):
    invoke("--all")
    assert list(entries(store.folder)) == []
    assert (store.folder / "notes" / "mine.txt").read_text() == (store.folder / "mine.txt").read_text() == "kept"


def test_a_store_that_is_off_or_missing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CODEREFLECT_CACHE", "off")
    assert "Store (off): 0 entries" in invoke()
    monkeypatch.setenv("CODEREFLECT_CACHE", str(tmp_path / "none"))
    assert "0 entries" in invoke("--all")


def test_copies_of_killed_experiments_go_unless_they_are_in_use(tmp_path, monkeypatch, store):
    copies = tmp_path / ".dvc" / "tmp" / "exps" / "standalone"
    for name in ("tmpdead", "tmpbusy", "tmpyoung"):
        (copies / name / "src").mkdir(parents=True)
        (copies / name / "src" / "x").write_bytes(b"x" * 500)
    for name in ("tmpdead", "tmpbusy"):
        os.utime(copies / name, (LONG_AGO, LONG_AGO))
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.chdir(copies / "tmpbusy" / "src")
        os.write(writer, b"x")
        time.sleep(60)
        os._exit(0)
    os.read(reader, 1)
    try:
        assert "Copies of killed experiments: 500 bytes deleted" in invoke()
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)
    assert sorted(path.name for path in copies.iterdir()) == ["tmpbusy", "tmpyoung"]
