"""CONCODE as a corpus: what a row becomes, which rows are refused, and that nothing is lost."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codereflect.corpora.concode import concode_examples, read_concode, return_kind
from codereflect.errors import UserError
from codereflect.formats.rows import Tally
from codereflect.material import ConcodeClass, Member
from codereflect.programs.java_class.concode_class import (
    ELEMENT_SEPARATOR,
    FIELD_SEPARATOR,
    cleaned,
    parse_context,
    read_class,
    text_of,
)

EMPTY = "PlaceHolder placeHolder"
NL = (
    f"adds a  tag {FIELD_SEPARATOR} List<Tag> chain {ELEMENT_SEPARATOR} byte buf[] {ELEMENT_SEPARATOR}"
    f" Map<String,? extends Tag> byName {FIELD_SEPARATOR} void adjust {ELEMENT_SEPARATOR} void adjust"
)
CODE = "boolean function ( Tag t ) { return chain . add ( t ) ; }"
ROW = {"nl": NL, "code": CODE}


def put(folder: Path, *rows: Any, name: str = "dev.json") -> Path:
    path = folder / name
    text = "".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows)
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return path


def test_a_row_becomes_an_example(tmp_path: Path) -> None:
    (one,), counts = read_concode(put(tmp_path, ROW))
    assert one.prompt == (
        "adds a tag | List<Tag> chain , byte buf[] , Map<String,? extends Tag> byName | void adjust , void adjust\n"
    )
    assert (one.task_id, one.reference, one.category) == ("concode/dev/0000001", CODE, "boolean")
    assert (one.corpus, one.language, one.task, one.entry_point) == ("concode", "java", "java_method", "function")
    assert one.hidden_tests is None and (one.source.file, one.source.line) == ("dev.json", 1)
    parts = one.material
    assert (
        isinstance(parts, ConcodeClass)
        and one.grader == "text"
        and parts.fields is not None
        and parts.fields[2] == Member("Map<String,? extends Tag>", "byName")
    )
    assert parts.methods == (Member("void", "adjust"),) * 2
    assert counts == {"rows": 1, "bad": {}, "rejected": {}, "examples": 1, "categories": {"boolean": 1}}


@pytest.mark.parametrize("name", ["dev.json", "dev.jsonl", "dev.json.gz", "list.json", "dev.parquet"])
def test_files_of_every_form_say_the_same(tmp_path: Path, name: str) -> None:
    rows = [{**ROW, "id": number} for number in (7, 8)]
    if name == "list.json":
        path = tmp_path / name
        path.write_text(json.dumps(rows))
    elif name == "dev.parquet":
        path = tmp_path / name
        pq.write_table(pa.Table.from_pylist(rows), path)
    else:
        path = put(tmp_path, *rows, name=name)
    examples, _ = read_concode(path)
    stem = name.split(".")[0]
    assert [one.task_id for one in examples] == [f"concode/{stem}/7", f"concode/{stem}/8"]
    assert {(one.prompt, one.reference, one.group) for one in examples} == {
        (cleaned(NL) + "\n", CODE, examples[0].group)
    }


def test_rows_without_a_reference_are_counted_whatever_is_allowed(tmp_path: Path) -> None:
    rows = [ROW, {"nl": "x", "code": ""}, {"nl": "x"}, {"nl": "x", "code": " \n"}, {"nl": "x", "code": None}]
    examples, counts = read_concode(put(tmp_path, *rows, {"nl": "x", "code": "int other ( ) { }"}))
    assert len(examples) == 1
    assert counts["rejected"] == {"no reference": 4, "the reference is no method named function": 1}


def test_a_file_without_any_reference_says_what_to_do(tmp_path: Path) -> None:
    path = put(tmp_path, *[{"nl": "x", "code": ""}] * 3, name="test.json")
    with pytest.raises(UserError, match=r"no reference in any of its 3 rows.*score on dev or on a held-out slice"):
        read_concode(path)
    with pytest.raises(UserError, match="holds no usable row"):
        read_concode(put(tmp_path, {"nl": "x", "code": "int other ( ) { }"}))


BAD = {
    '{"code": "int function ( ) { }"}': "the key nl is missing",
    '{"nl": 1, "code": "int function ( ) { }"}': "nl is a int",
    '{"nl": "x", "code": ["int function ( ) { }"]}': "code is a list",
    json.dumps({"nl": FIELD_SEPARATOR * 3, "code": CODE}): "4 parts, expected at most 3",
    json.dumps({**ROW, "id": True}): "id is neither",
    json.dumps({**ROW, "id": "\ud800"}): "half a character",
    "[1]": "expected an object",
    "{": "no JSON",
}


@pytest.mark.parametrize("line", BAD)
def test_bad_rows_are_named_or_counted(tmp_path: Path, line: str) -> None:
    path = put(tmp_path, ROW, line, ROW, name="dev.jsonl")
    with pytest.raises(UserError) as caught:
        read_concode(path)
    assert f"{path}:2: " in caught.value.message and BAD[line] in caught.value.message
    examples, counts = read_concode(path, max_bad_rows=1)
    assert len(examples) == 2 and sum(counts["bad"].values()) == 1 and counts["rows"] == 3


def test_repeated_ids(tmp_path: Path) -> None:
    path = put(tmp_path, {**ROW, "id": 1}, {**ROW, "id": 2}, {**ROW, "id": 1})
    with pytest.raises(UserError, match=r":3: the id 'concode/dev/1' was there already \(.*:1\)"):
        read_concode(path)


def test_rows_are_streamed(tmp_path: Path) -> None:
    path = put(tmp_path, ROW, "{", name="dev.jsonl")
    rows = concode_examples(path, Tally())
    assert next(rows).category == "boolean"
    with pytest.raises(UserError, match=":2: no JSON"):
        next(rows)


def test_a_group_is_the_same_task_of_the_same_class(tmp_path: Path) -> None:
    other_code = {**ROW, "code": "void function ( ) { }"}
    upper = {**ROW, "nl": NL.replace("adds a  tag", "Adds a tag .")}
    other_class = {**ROW, "nl": NL.replace("chain", "links")}
    examples, _ = read_concode(put(tmp_path, ROW, other_code, upper, other_class))
    groups = [one.group for one in examples]
    assert len(set(groups[:3])) == 1 and groups[3] != groups[0]
    reordered, _ = read_concode(put(tmp_path, other_class, ROW, name="train.json"))
    assert [one.group for one in reordered] == [groups[3], groups[0]]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("void", "void"),
        ("Boolean", "boolean"),
        ("long", "integer"),
        ("java.math.BigDecimal", "float"),
        ("String", "text"),
        ("String [ ]", "array"),
        ("List < String >", "collection"),
        ("Map < String , int [ ] >", "collection"),
        ("< T extends Comparable < T > > List < T >", "collection"),
        ("< T > T", "object"),
        ("", "object"),
    ],
)
def test_kinds_of_results(kind: str, expected: str) -> None:
    assert return_kind(kind) == expected


@pytest.mark.parametrize(
    "text",
    [
        NL,
        "a",
        f"a {FIELD_SEPARATOR} {EMPTY} {FIELD_SEPARATOR} {EMPTY}",
        f"a {FIELD_SEPARATOR} {EMPTY} {ELEMENT_SEPARATOR} int x {FIELD_SEPARATOR} int f {ELEMENT_SEPARATOR} {EMPTY}",
        f"a {FIELD_SEPARATOR} int x",
        f"a {FIELD_SEPARATOR} word {FIELD_SEPARATOR} void $$_hidden {ELEMENT_SEPARATOR} int f",
    ],
)
def test_parts_lose_nothing(text: str) -> None:
    parts = read_class(text)
    assert text_of(parts).split() == text.split()
    assert ConcodeClass.model_validate_json(parts.model_dump_json()) == parts


WORD = st.text("abC<>[],$._ ", min_size=1, max_size=8).map(lambda text: "".join(text.split()) or "w")
MEMBERS = st.lists(st.tuples(WORD, WORD).map(lambda pair: Member(*pair)), max_size=4).map(tuple)


@given(st.lists(WORD, max_size=4).map(" ".join), MEMBERS, MEMBERS)
def test_every_class_can_be_written_and_read(text: str, fields: Any, methods: Any) -> None:
    parts = ConcodeClass(description=text, fields=fields, methods=methods)
    assert read_class(text_of(parts)) == parts
    known = parse_context(text_of(parts))
    assert set(known.fields) <= set(fields) and set(known.methods) <= set(methods)
