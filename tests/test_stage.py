"""The frame of a stage, the store and records: whole or not at all."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from codereflect import stage as frame
from codereflect.errors import UserError
from codereflect.provenance import code_digests, run_key, tree_digest
from codereflect.records import Sample, Segment, TrainRow, read_records, write_records
from codereflect.store import Store

ROOT = Path(__file__).resolve().parents[1]
OUT = Path("data/out")


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    for name in ("params.yaml", "dvc.yaml", "conf", "stages", "src"):
        source = ROOT / name
        shutil.copytree(source, tmp_path / name) if source.is_dir() else shutil.copy(source, tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CODEREFLECT_CACHE", raising=False)
    monkeypatch.delenv("DVC_ROOT", raising=False)
    return tmp_path


def test_an_out_appears_whole(workspace):
    def body(stage):
        (stage.out(OUT) / "a.txt").write_text("whole")
        assert not OUT.exists()

    frame.run_stage("out", body, [OUT])
    assert (OUT / "a.txt").read_text() == "whole"
    assert [path.name for path in Path("data").iterdir()] == ["out"]


@pytest.mark.parametrize(("error", "code"), [(UserError("Bad.", "good"), 2), (KeyboardInterrupt(), 130)])
def test_a_stage_that_fails_leaves_nothing(workspace, capsys, error, code):
    def body(stage):
        (stage.out(OUT) / "half.txt").write_text("half")
        raise error

    with pytest.raises(SystemExit) as left:
        frame.run_stage("out", body, [OUT])
    assert left.value.code == code and not list(Path("data").iterdir())
    assert "Traceback" not in capsys.readouterr().err


def test_what_a_killed_stage_left_is_removed(workspace):
    leftover = Path("data/.out.123.part")
    leftover.mkdir(parents=True)
    frame.run_stage("out", lambda stage: None, [OUT])
    assert not leftover.exists()


def test_bad_parameters_stop_every_stage_before_it_works(workspace, capsys):
    text = Path("params.yaml").read_text()
    Path("params.yaml").write_text(text.replace("  method: sft", "  method: best"))
    with pytest.raises(SystemExit) as left:
        frame.run_stage("ingest", lambda stage: pytest.fail("it ran"), [OUT])
    assert left.value.code == 2 and "train.method" in capsys.readouterr().err


def test_checkpoints_belong_to_one_computation(workspace):
    OUT.mkdir(parents=True)
    (OUT / "dep").write_text("1")
    keys = set()

    def body(stage):
        keys.add(stage.key(OUT, values=1))
        keys.add(stage.key(OUT, values=2))
        (OUT / "dep").write_text("2")
        keys.add(stage.key(OUT, values=1))
        with stage.work_dir(OUT, values=1) as work:
            (work / "checkpoint").touch()
        assert not work.exists()

    frame.run_stage("other", body, [Path("data/other")])
    assert len(keys) == 3


def test_the_run_key_covers_code_and_parameters_but_not_views(workspace):
    before = run_key({"a": 1})
    assert run_key({"a": 2}) != before
    view = Path("src/codereflect/cli/main.py")
    view.write_text(view.read_text() + "\n")
    assert run_key({"a": 1}) == before
    code = Path("src/codereflect/training/loop.py")
    code.write_text(code.read_text() + "\n")
    assert run_key({"a": 1}) != before
    assert "src/codereflect/teacher/prompts/rules.txt" in code_digests()


def test_a_digest_depends_on_names_and_bytes(tmp_path):
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "a").write_text("1")
    first = tree_digest([tmp_path / "x"])
    (tmp_path / "x" / "a").rename(tmp_path / "x" / "b")
    assert tree_digest([tmp_path / "x"]) != first


def test_the_store_forgets_what_is_damaged(tmp_path):
    store = Store(tmp_path)
    assert store.get("space", "ab12") is None
    store.put("space", "ab12", {"x": [1, "é"]})
    assert store.get("space", "ab12") == {"x": [1, "é"]}
    file = next(tmp_path.rglob("*.json"))
    file.write_text('{"x": [1')
    assert store.get("space", "ab12") is None
    assert Store(None).folder.is_dir()


def test_records_round_trip_and_bad_lines_are_named(tmp_path):
    file = tmp_path / "rows.jsonl"
    rows = [
        TrainRow(id=str(n), label="sft", segments=[Segment(kind="p", text="é\u2028\n", supervised=False)])
        for n in (1, 2)
    ]
    write_records(file, rows)
    assert list(read_records(file, TrainRow)) == rows
    with open(file, "a", encoding="utf-8") as stream:
        stream.write('{"schema": "TrainRow/1", "id": 3}\n')
    with pytest.raises(UserError, match=r"rows\.jsonl:3: "):
        list(read_records(file, TrainRow))
    with pytest.raises(UserError, match=r"rows\.jsonl:1: expected a Sample/1, found TrainRow/1"):
        list(read_records(file, Sample))
    assert not [path for path in tmp_path.iterdir() if path != file]
    assert file.exists()
