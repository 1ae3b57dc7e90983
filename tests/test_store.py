"""The store: whole values or none, folders by key."""

from __future__ import annotations

import os

import pytest

from codereflect import paths
from codereflect.store import Store, digest

KEY = "ab12"


def test_the_store_forgets_what_is_damaged(tmp_path):
    store = Store(tmp_path)
    assert store.get("space", "ab12") is None
    store.put("space", "ab12", {"x": [1, "é"]})
    assert store.get("space", "ab12") == {"x": [1, "é"]}
    file = next(tmp_path.rglob("*.json"))
    file.write_text('{"x": [1')
    assert store.get("space", "ab12") is None
    assert Store(None).folder.is_dir()


def test_a_value_that_cannot_be_written_leaves_nothing(tmp_path):
    store = Store(tmp_path)
    with pytest.raises(ValueError, match="NaN|nan|compliant"):
        store.put("space", "ab12", {"x": float("nan")})
    assert store.get("space", "ab12") is None
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_the_next_write_of_a_key_removes_what_a_killed_one_left(tmp_path):
    store = Store(tmp_path)
    store.put("answers", KEY, "first")
    folder = next(tmp_path.rglob("*.json")).parent
    other = folder / "another.part"
    for name in (f"{KEY}.killed.part", other.name):
        (folder / name).write_text("ha")
    store.put("answers", KEY, "second")
    assert store.get("answers", KEY) == "second"
    assert {path.name for path in folder.iterdir()} == {f"{KEY}.json", other.name}


def test_two_writers_of_a_key_do_not_disturb_each_other(tmp_path, monkeypatch):
    store, rename = Store(tmp_path), os.replace

    def overtaken(scratch, target):
        monkeypatch.setattr(os, "replace", rename)
        Store(tmp_path).put("answers", KEY, "value")
        rename(scratch, target)

    monkeypatch.setattr(os, "replace", overtaken)
    store.put("answers", KEY, "value")
    assert store.get("answers", KEY) == "value" and not list(tmp_path.rglob("*.part"))


def test_a_folder_belongs_to_its_key(tmp_path):
    store = Store(tmp_path)
    (store.work_dir("runs", "a") / "checkpoint").touch()
    assert not list(store.work_dir("runs", "b").iterdir())
    store.drop("runs", "b")
    assert [file.name for file in store.work_dir("runs", "a").iterdir()] == ["checkpoint"]
    store.drop("runs", "a")
    store.drop("runs", "a")
    assert not (tmp_path / "runs" / "a").exists()


def test_keys_do_not_depend_on_the_order_of_names():
    assert digest({"a": 1, "b": [2, "é"]}) == digest({"b": [2, "é"], "a": 1})
    assert digest({"a": 1}) != digest({"a": 1.0}) != digest({"a": "1"})


@pytest.mark.parametrize(("setting", "expected"), [("", "here/.codereflect"), ("there", "here/there"), ("off", None)])
def test_where_the_store_lies(tmp_path, monkeypatch, setting, expected):
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.delenv("DVC_ROOT", raising=False)
    monkeypatch.setenv("CODEREFLECT_CACHE", setting)
    assert paths.cache() == (tmp_path / expected if expected else None)


def test_a_copy_of_the_repository_shares_the_originals_store(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CODEREFLECT_CACHE", raising=False)
    monkeypatch.setenv("DVC_ROOT", "/original")
    assert str(paths.cache()) == "/original/.codereflect"


def test_off_keeps_nothing_beyond_the_store(monkeypatch):
    monkeypatch.setenv("CODEREFLECT_CACHE", "off")
    store = Store.default()
    store.put("space", "ab12", 1)
    assert store.get("space", "ab12") == 1 and Store.default().get("space", "ab12") is None


def test_a_cached_value_is_made_once(tmp_path):
    made = []

    def make():
        made.append(1)
        return {"x": 1}

    assert Store(tmp_path).cached("space", "ab12", make) == Store(tmp_path).cached("space", "ab12", make) == {"x": 1}
    assert made == [1]
