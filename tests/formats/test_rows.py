"""Rows of foreign files: every line end, coding, packing and damage; bad rows are counted, or named and refused."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codereflect.errors import UserError
from codereflect.formats import row_files
from codereflect.formats.rows import Names, Row, Tally, malformed, parsed, read_rows, text_field

ROWS = [{"a": "é\u2028x"}, {"a": "2"}, {"a": ""}]
LINES = [json.dumps(row, ensure_ascii=False) for row in ROWS]


def parsed_rows(path: Path, parse: Callable[[Row], str], tally: Tally) -> Iterator[str]:
    return parsed(read_rows(path, tally), parse, tally)


def values(path: Path, tally: Tally | None = None) -> list[Any]:
    return [row.value for row in read_rows(path, tally)]


def put(folder: Path, content: bytes | str, name: str = "r.jsonl") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\n\n", "\r\n\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("last", [True, False])
@pytest.mark.parametrize("packed", [True, False])
def test_line_ends_marks_and_packing(tmp_path: Path, end: str, mark: bytes, last: bool, packed: bool) -> None:
    content = mark + (end.join(LINES) + (end if last else "")).encode()
    # a gzip stream is told by its first bytes, whatever the name
    path = put(tmp_path, gzip.compress(content) if packed else content, "r.json")
    assert values(path) == ROWS


@pytest.mark.parametrize(("end", "third"), [("\n", 3), ("\r\n", 3), ("\r", 3), ("\n\n", 5)])
def test_places_are_the_lines_that_an_editor_shows(tmp_path: Path, end: str, third: int) -> None:
    assert [row.where.rpartition(":")[2] for row in read_rows(put(tmp_path, end.join(LINES)))][-1] == str(third)


def test_a_crlf_across_chunks_is_one_line_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = "\r\n".join(LINES * 3)
    path = put(tmp_path, content)
    for size in range(1, 24):
        monkeypatch.setattr(row_files, "CHUNK", size)
        assert [row.where.rpartition(":")[2] for row in read_rows(path)] == list("123456789")


@pytest.mark.parametrize("coding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le"])
@pytest.mark.parametrize("packed", [True, False])
def test_other_codings_are_named(tmp_path: Path, coding: str, packed: bool) -> None:
    content = "\n".join(LINES).encode(coding)
    path = put(tmp_path, gzip.compress(content) if packed else content, "r.jsonl.gz" if packed else "r.jsonl")
    with pytest.raises(UserError, match=r"UTF-(16|32).* text, not UTF-8\. Fix: iconv -f UTF-"):
        values(path, Tally(100))


@pytest.mark.parametrize(
    "content",
    # without the time in them, which would be in the names of the tests
    [b"", b"\n \r\n\t", b"\xef\xbb\xbf", gzip.compress(b"", mtime=0), gzip.compress(b"\n", mtime=0)],
)
@pytest.mark.parametrize("name", ["r.jsonl", "r.json", "r.json.gz"])
def test_empty_files(tmp_path: Path, content: bytes, name: str) -> None:
    path = put(tmp_path, content, name)
    if content == b"" or not (name.endswith(".gz") and not content.startswith(b"\x1f\x8b")):
        with pytest.raises(UserError, match="is empty"):
            values(path)
    else:
        with pytest.raises(UserError, match="gzip data are damaged"):
            values(path)


def test_a_cut_gzip_stream_is_refused_however_many_bad_rows_are_allowed(tmp_path: Path) -> None:
    noise = random.Random(1)
    lines = "".join(json.dumps({"a": noise.random()}) + "\n" for _ in range(20_000))
    packed = gzip.compress(lines.encode())
    for cut in (3, 11, len(packed) // 2, len(packed) - 1):
        with pytest.raises(UserError, match=r"r\.jsonl\.gz:\d+: the gzip data are damaged"):
            values(put(tmp_path, packed[:cut], "r.jsonl.gz"), Tally(10**9))
    spoilt = packed[:5000] + b"\0" * 50 + packed[5050:]
    with pytest.raises(UserError, match=r"r\.jsonl\.gz:\d+: "):
        values(put(tmp_path, spoilt, "r.jsonl.gz"))


def test_huge_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_files, "LINE_LIMIT", 100)
    monkeypatch.setattr(row_files, "CHUNK", 64)
    for size in (101, 128, 500, 5000):
        path = put(tmp_path, "\r\n".join([LINES[1], '"' + "x" * size + '"', LINES[1], "y" * size]))
        with pytest.raises(UserError, match=r"r\.jsonl:2: the line is longer than"):
            values(path)
        tally = Tally(2)
        found = list(read_rows(path, tally))
        assert [row.where.rpartition(":")[2] for row in found] == ["1", "3"] and tally.bad.total() == 2


def test_a_list_on_one_huge_line_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_files, "LINE_LIMIT", 100)
    path = put(tmp_path, json.dumps(list(range(200))), "r.json")
    assert values(path) == list(range(200))
    monkeypatch.setattr(row_files, "LIST_LIMIT", 100)
    with pytest.raises(UserError, match="write it as JSON lines"):
        values(path)


def test_a_list_that_does_not_fit_into_memory_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path) -> bytes:
        raise MemoryError

    monkeypatch.setattr(row_files, "whole", full)
    with pytest.raises(UserError, match=r"r\.json: the list does not fit into the memory .* read row by row"):
        values(put(tmp_path, "[1]", "r.json"))


LISTS = {
    "[]": [],
    " \n[ ]\n": [],
    "[1]": [1],
    '\ufeff[{"a": 1},\r\n [2, [3]] , null]': [{"a": 1}, [2, [3]], None],
}


@pytest.mark.parametrize("text", LISTS)
def test_lists(tmp_path: Path, text: str) -> None:
    assert values(put(tmp_path, text, "r.json")) == LISTS[text]


@pytest.mark.parametrize("text", ["[", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "[1] 2", "[1]]", "[1]\n[2]", '["a\nb"]'])
def test_bad_lists_are_refused_at_their_line(tmp_path: Path, text: str) -> None:
    with pytest.raises(UserError, match=r"r\.json:\d+: no JSON \("):
        values(put(tmp_path, text, "r.json"), Tally(9))


def test_a_bad_element_of_a_list_has_its_index(tmp_path: Path) -> None:
    path = put(tmp_path, '[{"a": "x"}, {"a": 1}]', "r.json")
    with pytest.raises(UserError, match=r"r\.json\[1\]: a is a int, not a text"):
        list(parsed_rows(path, lambda row: text_field(row, "a"), Tally()))


MIXED = ['{"a": "1"}', "{", "[]", '{"a": 2}', "{}", '{"a": "3"}', "nonsense", b'{"a": "\xff"}', "[" * 100_000]


def mixed(folder: Path) -> Path:
    return put(folder, b"\n".join(one if isinstance(one, bytes) else one.encode() for one in MIXED))


def test_bad_rows_are_counted_by_reason(tmp_path: Path) -> None:
    tally = Tally(7)
    assert list(parsed_rows(mixed(tmp_path), lambda row: text_field(row, "a"), tally)) == ["1", "3"]
    assert tally.counts() == {
        "rows": 9,
        "bad": {
            "a is a int, not a text": 1,
            "expected an object, found a list": 1,
            "no JSON": 2,
            "no JSON that can be read (nested too deep, or a number with too many digits)": 1,
            "the key a is missing": 1,
            "the text is not UTF-8": 1,
        },
        "rejected": {},
    }
    assert "r.jsonl:2: no JSON (" in tally.places["no JSON"]


@pytest.mark.parametrize(("limit", "line"), [(0, 2), (1, 3), (2, 4), (3, 5), (4, 7), (6, 9)])
def test_the_row_above_the_limit_stops(tmp_path: Path, limit: int, line: int) -> None:
    with pytest.raises(UserError) as caught:
        list(parsed_rows(mixed(tmp_path), lambda row: text_field(row, "a"), Tally(limit)))
    assert f"r.jsonl:{line}: " in caught.value.message
    assert (f"bad row {limit + 1}, {limit} are allowed" in caught.value.message) == (limit > 0)


def test_repeated_ids_are_bad_rows(tmp_path: Path) -> None:
    names = Names()

    def parse(row: Row) -> str:
        names.add(row.value, row.where)
        return row.value

    tally = Tally(1)
    assert list(parsed_rows(put(tmp_path, '"x"\n"y"\n"x"\n'), parse, tally)) == ["x", "y"]
    assert tally.bad == {"repeated id": 1}
    assert "r.jsonl:3: the id 'x' was there already" in tally.places["repeated id"] and ":1)" in str(tally.places)


def test_an_error_of_ours_is_no_bad_row(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        list(parsed_rows(put(tmp_path, "1"), lambda row: 1 // 0, Tally(9)))


def parquet(folder: Path, columns: dict[str, Any], name: str = "r.parquet") -> Path:
    pq.write_table(pa.table(columns), folder / name, row_group_size=2)
    return folder / name


def test_parquet(tmp_path: Path) -> None:
    columns = {
        "a": ["x", None, "é"],
        "n": [1, 2, 3],
        "m": [[{"role": "user", "content": "q"}], [], None],
        "t": [datetime(2026, 1, 2), None, None],
        "d": [Decimal("1.50"), None, None],
    }
    rows = list(read_rows(parquet(tmp_path, columns)))
    assert [row.where for row in rows] == [f"{tmp_path / 'r.parquet'}[{index}]" for index in range(3)]
    assert rows[0].value == {
        "a": "x", "n": 1, "m": columns["m"][0], "t": "2026-01-02T00:00:00", "d": "1.50",
    }  # fmt: skip
    assert rows[1].value == {"a": None, "n": 2, "m": [], "t": None, "d": None}
    json.dumps([row.value for row in rows])


def test_parquet_is_told_by_its_first_bytes(tmp_path: Path) -> None:
    assert values(parquet(tmp_path, {"a": ["x"]}, "r.data")) == [{"a": "x"}]


@pytest.mark.parametrize("cut", [0, 3, 40, -1])
def test_damaged_parquet(tmp_path: Path, cut: int) -> None:
    path = parquet(tmp_path, {"a": ["x" * 100, "y"]})
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(UserError, match="no Parquet that can be read"):
        values(path, Tally(9))


def test_parquet_with_bytes_is_refused(tmp_path: Path) -> None:
    nested = pa.array([[{"b": b"1"}]], pa.list_(pa.struct([("b", pa.binary())])))
    with pytest.raises(UserError, match="column m holds bytes"):
        values(parquet(tmp_path, {"a": ["x"], "m": nested}))


ODD_COLUMNS = {
    "column m holds bytes": pa.array([b"1"]).dictionary_encode(),
    "column m has two fields of one name": pa.StructArray.from_arrays([pa.array([1]), pa.array([2])], names="aa"),
    "column m holds a value that cannot be read .*date": pa.array([2**62], pa.timestamp("us")),
    "column m holds a value that cannot be read .*days": pa.array([2**30], pa.date32()),
}


@pytest.mark.parametrize("told", ODD_COLUMNS)
def test_parquet_with_odd_columns_is_refused(tmp_path: Path, told: str) -> None:
    with pytest.raises(UserError, match=rf"r\.parquet: {told}"):
        values(parquet(tmp_path, {"a": ["x"], "m": ODD_COLUMNS[told]}), Tally(9))


def test_parquet_with_a_column_twice_is_refused(tmp_path: Path) -> None:
    pq.write_table(pa.Table.from_arrays([pa.array(["x"]), pa.array(["y"])], names=["a", "a"]), tmp_path / "r.parquet")
    with pytest.raises(UserError, match="column a is there twice"):
        values(tmp_path / "r.parquet")


def test_missing_files_and_folders(tmp_path: Path) -> None:
    for path, told in ((tmp_path / "no.jsonl", "does not exist"), (tmp_path, "is no file")):
        with pytest.raises(UserError, match=told):
            values(path)


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=200) | st.text(max_size=80).map(lambda text: ("[" + text).encode("utf-8", "replace")),
    st.sampled_from(["r.json", "r.jsonl", "r.json.gz", "r.parquet", "r.csv"]),
    st.sampled_from([b"", b"\xef\xbb\xbf", b"\x1f\x8b", b"PAR1", b"[", b'{"a": 1}\n']),
    st.integers(0, 3),
)
def test_no_file_gives_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, name: str, start: bytes, limit: int
) -> None:
    path = put(tmp_path_factory.mktemp("fuzz"), start + content, name)
    tally = Tally(limit)
    try:
        for _ in parsed_rows(path, lambda row: text_field(row, "a"), tally):
            pass
    except UserError as error:
        assert str(path) in error.message
    assert tally.bad.total() <= limit + 1


@settings(max_examples=100, deadline=None)
@given(st.lists(st.recursive(st.integers() | st.text(), lambda one: st.lists(one, max_size=3)), max_size=6))
def test_lists_and_lines_say_the_same(tmp_path_factory: pytest.TempPathFactory, rows: list[Any]) -> None:
    folder = tmp_path_factory.mktemp("same")
    one = put(folder, json.dumps(rows, indent=1), "r.json")
    many = put(folder, "".join(json.dumps(row) + "\n" for row in rows), "r.jsonl")
    assert values(one) == rows
    if rows:
        assert values(many) == rows


def test_the_reason_is_counted_without_what_differs() -> None:
    tally = Tally(2)
    for place in "12":
        tally.refuse(malformed(place, f"key {place} is odd", "a key is odd"))
    assert tally.bad == {"a key is odd": 2}
