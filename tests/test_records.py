"""Records: one JSON line each, refused with file, line and reason."""

from __future__ import annotations

import pytest

from codereflect.errors import UserError
from codereflect.json_files import dump_json, write_text_atomically
from codereflect.records import Sample, Segment, TrainRow, read_records, write_records


def test_records_round_trip_and_bad_lines_are_named(tmp_path):
    file = tmp_path / "rows.jsonl"
    rows = [
        TrainRow(id=str(n), label="sft", segments=[Segment(kind="p", text="é\u2028\n", supervised=False)])
        for n in (1, 2)
    ]
    write_records(file, rows)
    assert list(read_records(file, TrainRow)) == rows
    with open(file, "a", encoding="utf-8") as stream:
        stream.write('{"schema": "TrainRow/2", "id": 3}\n')
    with pytest.raises(UserError, match=r"rows\.jsonl:3: "):
        list(read_records(file, TrainRow))
    with pytest.raises(UserError, match=r"rows\.jsonl:1: expected a Sample/2, found TrainRow/2"):
        list(read_records(file, Sample))
    assert not [path for path in tmp_path.iterdir() if path != file]
    assert file.exists()


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "rows.jsonl:1: Expecting"),
        ("null", "rows.jsonl:1: "),
        ('{"id": "1"}', "rows.jsonl:1: expected a TrainRow/2, found None"),
        ('{"schema": "TrainRow/1", "id": "1"}', "rows.jsonl:1: expected a TrainRow/2, found TrainRow/1"),
        ('{"schema": "TrainRow/2", "id": "1", "label": "sft"}', "rows.jsonl:1: segments: Field required"),
        ('{"schema": "TrainRow/2", "id": "1", "label": "../x", "segments": []}', "rows.jsonl:1: label: "),
        ('{"schema": "TrainRow/2", "id": "1", "label": "sft", "segments": [], "more": 1}', "rows.jsonl:1: more: "),
    ],
)
def test_a_bad_line_is_refused_with_its_place(tmp_path, line, reason):
    file = tmp_path / "rows.jsonl"
    file.write_text(line + "\n")
    with pytest.raises(UserError) as error:
        list(read_records(file, TrainRow))
    assert reason in str(error.value) and "Fix" in str(error.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(UserError, match=r"none\.jsonl does not exist"):
        list(read_records(tmp_path / "none.jsonl", TrainRow))


def test_canonical_json_has_one_spelling_and_no_nan():
    assert dump_json({"b": 1, "a": ["é", None, True]}) == '{"a":["é",null,true],"b":1}'
    with pytest.raises(ValueError, match="compliant"):
        dump_json({"a": float("nan")})


def test_a_failed_write_keeps_the_old_file(tmp_path, monkeypatch):
    file = tmp_path / "a.txt"
    write_text_atomically(file, "old")

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("codereflect.json_files.os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_text_atomically(file, "new")
    assert file.read_text() == "old" and [path.name for path in tmp_path.iterdir()] == ["a.txt"]
