"""Published training sets: what a row becomes, a round trip that loses nothing, and what a bad row is told."""

from __future__ import annotations

import html
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codereflect.errors import UserError
from codereflect.formats.rows import Tally
from codereflect.formats.training_sets import (
    FORMS,
    TrainingItem,
    read_annotations,
    read_items,
    read_train_rows,
    read_training_set,
    write_training_set,
)
from codereflect.formats.training_sets.instruction import escaped, unescaped
from codereflect.material import ConcodeClass, Member
from codereflect.records import Segment, Source, TrainRow

NL = "adds one . concode_field_sep int x concode_elem_sep int y concode_field_sep PlaceHolder placeHolder"
META = {
    "nl": NL,
    "code": "int function ( ) { return x + 1 ; }",
    "label": "meta",
    "base_model": "int f() { return x; }",
    "error_analysis": "It adds nothing.",
    "learning_insights": "Read the\n verb.",
}
SFT = {"id": 5, "nl": "adds  one .", "code": "int function ( ) { return 1 ; } ", "label": "sft", "error_analysis": None}


def block(kind: str, text: str) -> dict[str, str]:
    return {"type": kind, "content": text}


SEQUENCE = {
    "messages": [
        {"role": "user", "content": [block("text", "Write f.\n")]},
        {
            "role": "assistant",
            "content": [block("text", "Try:"), block("code", "```python\nf()\n```"), block("execution", "NameError")],
        },
        {"role": "user", "content": [block("text", "Now the answer.")]},
        {"role": "assistant", "content": [block("text", "def f(): pass")]},
    ],
    "type": "reflection",
    "score": 1.5,
}
GENERATION = {"messages": [SEQUENCE["messages"][2], SEQUENCE["messages"][3]], "type": "generation"}
QUERY = {
    "query": "Is a &lt; b &amp;lt; c?\n",
    "answer": "\tYes:\r\n```python\n\tx &lt; 1 &amp;&amp; y\n```\n",
    "resource": "evol",
    "lang": "Python",
    "extra": {"deep": [1, None, "é"]},
}
TURNS = {
    "id": 3,
    "messages": [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "f &gt; g?"},
        {"role": "assistant", "content": "no ", "note": 1},
        {"role": "user", "content": "why?"},
        {"role": "assistant", "content": "```cpp\nx;\n```"},
    ],
}
TRACK_B = {
    "instruction": "Explain this function.",
    "response": "It sums.",
    "category": "explain",
    "source_function": "Batch.total",
    "source_file": "pkg/batch.py",
    "input": "",
}
ROWS = {
    "annotated": [META, SFT, {"nl": "no label", "code": "int function ( ) { }"}],
    "reflection_sequences": [SEQUENCE, GENERATION],
    "instruction": [QUERY, TURNS, {**QUERY, "lang": "cpp"}, {"query": "q", "lang": "java"}],
    "track_b_json": [TRACK_B, {**TRACK_B, "category": "poem", "response": None, "source_file": None}],
}


def put(folder: Path, rows: list[Any], name: str) -> Path:
    path = folder / name
    if name.endswith(".json"):
        path.write_text(json.dumps(rows, indent=2))
    elif name.endswith(".parquet"):
        pq.write_table(pa.Table.from_pylist(rows), path)
    else:
        path.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows))
    return path


def items(form: Any, path: Path) -> list[TrainingItem]:
    return list(read_items(form, path, Tally()))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", ["in.json", "in.jsonl"])
@pytest.mark.parametrize("out", ["out.json", "out.jsonl"])
def test_a_round_trip_loses_nothing(tmp_path: Path, form: Any, name: str, out: str) -> None:
    found = items(form, put(tmp_path, ROWS[form], name))
    assert write_training_set(form, tmp_path / out, found) == len(ROWS[form])
    text = (tmp_path / out).read_text()
    rows = json.loads(text) if out == "out.json" else [json.loads(line) for line in text.splitlines()]
    assert rows == ROWS[form]
    assert [list(row) for row in rows] == [list(row) for row in ROWS[form]]


@pytest.mark.parametrize("form", FORMS)
def test_records_alone_are_written_and_read_again(tmp_path: Path, form: Any) -> None:
    """Without the original row: what the records hold comes back."""
    found = [item for item in items(form, put(tmp_path, ROWS[form], "in.jsonl")) if item.rejected is None]
    bare = [TrainingItem("", item.example, item.annotation, item.row) for item in found]
    assert bare
    write_training_set(form, tmp_path / "in2.jsonl", bare)
    for one, other in zip(found, items(form, tmp_path / "in2.jsonl"), strict=True):
        for left, right in ((one.example, other.example), (one.annotation, other.annotation), (one.row, other.row)):
            assert (left is None) == (right is None)
            named = ("id", "task_id", "example_id", "verdict", "source", "category", "group")
            assert not left or not right or left.model_dump(exclude=set(named)) == right.model_dump(exclude=set(named))


def test_annotated_rows(tmp_path: Path) -> None:
    meta, sft, bare = items("annotated", put(tmp_path, ROWS["annotated"], "a.jsonl"))
    assert meta.example is not None and meta.annotation is not None
    assert meta.example.prompt == "adds one . | int x , int y | PlaceHolder placeHolder\n"
    assert isinstance(meta.example.material, ConcodeClass)
    assert meta.example.material.fields == (Member("int", "x"), Member("int", "y"))
    assert meta.annotation.attempt == META["base_model"] and meta.annotation.example_id == meta.example.task_id
    assert meta.annotation.verdict.category == "not_executed" and not meta.annotation.verdict.sealed
    assert sft.annotation is None and sft.example is not None and sft.example.task_id == "annotated/a/5"
    assert bare.example is not None and bare.annotation is None and bare.example.task_id == "annotated/a/0000003"
    pairs, counts = read_annotations(tmp_path / "a.jsonl")
    assert [annotation.error_analysis for _, annotation in pairs] == ["It adds nothing."]
    assert (counts["rows"], counts["annotations"]) == (3, 1)


def test_a_failed_teacher_is_no_data(tmp_path: Path) -> None:
    failed = {**META, "error_analysis": "API_ERROR: overloaded"}
    path = put(tmp_path, [failed, META], "a.jsonl")
    examples, counts = read_training_set("annotated", path)
    assert len(examples) == 1 and counts["rejected"] == {"the teacher failed (API_ERROR)": 1}
    assert len(read_annotations(path)[0]) == 1


CSV = (
    '\ufeffnl,code,base_model,error_analysis,learning_insights,label\r\n'
    '"a ""b"", c","int function ( ) { }","line 1\r\nline 2\rline 3","=x",é,meta\r\n'
    "\r\n"
    'd,"int function ( ) { } ",,,,sft\r\n'
)  # fmt: skip


def test_csv_is_read_and_written_without_a_loss(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(CSV.encode())
    meta, sft = items("annotated", tmp_path / "a.csv")
    assert meta.annotation is not None and meta.annotation.attempt == "line 1\r\nline 2\rline 3"
    assert sft.where.endswith("a.csv:6") and sft.annotation is None
    write_training_set("annotated", tmp_path / "b.csv", [meta, sft])
    again = items("annotated", tmp_path / "b.csv")
    assert [one.original for one in again] == [meta.original, sft.original]
    write_training_set("annotated", tmp_path / "c.csv", again)
    assert (tmp_path / "c.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()


def test_csv_holds_texts_alone(tmp_path: Path) -> None:
    found = items("annotated", put(tmp_path, [SFT], "a.jsonl"))
    with pytest.raises(UserError, match="row 1: id is a int; CSV holds texts alone"):
        write_training_set("annotated", tmp_path / "b.csv", found)
    assert not (tmp_path / "b.csv").exists()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (b"\n", "empty line where its header"),
        (b"nl,nl\n", r":1: the column 'nl' occurs twice"),
        (b"nl,code\na\n", r":2: 1 values, but the header names 2"),
        (b'nl,code\na,"b\n\nc', r":2: no CSV"),
        (b"nl,code\na,\xff\n", r":2: the text is not UTF-8"),
        (b"nl\na\n", "no usable row"),
        (b"code\na\n", ":2: the key nl is missing"),
        ("nl,code\n".encode("utf-16"), "is UTF-16 text"),
    ],
)
def test_bad_csv(tmp_path: Path, content: bytes, told: str) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(UserError, match=told):
        read_training_set("annotated", tmp_path / "a.csv")


def test_a_sequence_keeps_its_blocks(tmp_path: Path) -> None:
    sequence, plain = items("reflection_sequences", put(tmp_path, ROWS["reflection_sequences"], "r.jsonl"))
    assert sequence.row is not None and sequence.row.label == "sequence"
    assert [(one.kind, one.supervised) for one in sequence.row.segments] == [
        ("prompt", False), ("text", True), ("code", True), ("execution", False), ("prompt", False), ("text", True),
    ]  # fmt: skip
    assert sequence.example is not None
    assert (sequence.example.prompt, sequence.example.reference) == ("Now the answer.\n", "def f(): pass")
    assert plain.row is not None and plain.row.label == "sft"


def test_a_changed_sequence_is_written_as_it_is_now(tmp_path: Path) -> None:
    (found, _) = items("reflection_sequences", put(tmp_path, ROWS["reflection_sequences"], "r.jsonl"))
    assert found.row is not None
    segments = [*found.row.segments[:-1], Segment(kind="text", text="def f(): return 1", supervised=True)]
    changed = TrainingItem(
        "", found.example, None, TrainRow(id="x", label="sequence", segments=segments), None, SEQUENCE
    )
    write_training_set("reflection_sequences", tmp_path / "o.jsonl", [changed])
    written = json.loads((tmp_path / "o.jsonl").read_text())
    assert written["messages"][:3] == SEQUENCE["messages"][:3] and written["score"] == 1.5
    assert written["messages"][3]["content"] == [block("text", "def f(): return 1")]


def test_html_is_unescaped_exactly_once(tmp_path: Path) -> None:
    path = put(tmp_path, [QUERY], "i.jsonl")
    (example,), _ = read_training_set("instruction", path)
    assert example.prompt == "Is a < b &lt; c?\n"
    assert example.reference == "Yes:\n```python\n    x < 1 && y\n```"
    assert (example.language, example.category) == ("python", "evol")


def test_a_changed_text_is_escaped_so_that_it_is_read_as_it_is(tmp_path: Path) -> None:
    (found,) = items("instruction", put(tmp_path, [QUERY], "i.jsonl"))
    assert found.example is not None
    changed = found.example.model_copy(update={"prompt": "print &lt; as it is\n"})
    write_training_set("instruction", tmp_path / "o.jsonl", [TrainingItem("", changed, None, None, None, QUERY)])
    row = json.loads((tmp_path / "o.jsonl").read_text())
    assert row == {**QUERY, "query": "print &amp;lt; as it is"}
    (again,), _ = read_training_set("instruction", tmp_path / "o.jsonl")
    assert again.prompt == changed.prompt


def test_what_no_example_can_carry_is_a_train_row(tmp_path: Path) -> None:
    path = put(tmp_path, ROWS["instruction"], "i.jsonl")
    examples, counts = read_training_set("instruction", path)
    assert len(examples) == 1 and counts["rows"] == 4
    assert counts["rejected"] == {
        "language cpp": 1, "no reference": 1, "several turns (only the TrainRow has them)": 1,
    }  # fmt: skip
    rows, counts = read_train_rows("instruction", path)
    assert [row.id for row in rows] == ["instruction/i/0000001", "instruction/i/3", "instruction/i/0000003"]
    assert counts["rejected"] == {"no reference": 1}
    turns = [(one.kind, one.text, one.supervised) for one in rows[1].segments]
    assert turns[:3] == [("system", "Be brief.\n", False), ("prompt", "f > g?\n", False), ("reference", "no", True)]


@pytest.mark.parametrize(
    ("answer", "lang", "reason"),
    [
        ("```java\nx\n```", None, None),
        ("text\n  ```py\nx\n```", None, None),
        ("no fence", None, "no language is named"),
        ("```sql\nx\n```", None, "language sql"),
        ("```sql\nx\n```", "JAVA", None),
    ],
)
def test_languages(tmp_path: Path, answer: str, lang: str | None, reason: str | None) -> None:
    row = {"query": "q", "answer": answer} | ({"lang": lang} if lang else {})
    (item,) = items("instruction", put(tmp_path, [row], "i.jsonl"))
    assert item.rejected == reason and (item.example is None) == (reason is not None)


def test_track_b(tmp_path: Path) -> None:
    first, second = items("track_b_json", put(tmp_path, ROWS["track_b_json"], "train.json"))
    assert first.example is not None and second.example is not None
    assert (first.example.task, first.example.category, first.example.entry_point) == ("explain", "explain", "total")
    assert first.example.source == Source(file="pkg/batch.py", function="Batch.total")
    assert (second.example.task, second.rejected) == ("instruction", "no reference")
    other = {**TRACK_B, "category": "bugfix", "instruction": "Fix it."}
    same, alike = items("track_b_json", put(tmp_path, [TRACK_B, other], "test.json"))
    assert same.example and alike.example and same.example.group == alike.example.group == first.example.group


def test_parquet_of_the_hub(tmp_path: Path) -> None:
    forms: dict[Any, Any] = {
        "instruction": {**QUERY, "extra": {"deep": ["é", None]}},
        "reflection_sequences": SEQUENCE,
    }
    for form, row in forms.items():
        path = put(tmp_path, [row, row], f"{form}.parquet")
        found = items(form, path)
        assert found[1].where == f"{path}[1]"
        write_training_set(form, tmp_path / "o.json", found)
        assert json.loads((tmp_path / "o.json").read_text()) == [row, row]


BAD: dict[Any, list[tuple[Any, str]]] = {
    "annotated": [
        ({**META, "label": "rl"}, "label is 'rl'"),
        ({**META, "base_model": None}, "the key base_model is missing"),
        ({**META, "nl": 1}, "nl is a int"),
        ({**META, "nl": "concode_field_sep" * 3}, "4 parts"),
        ({**META, "id": []}, "id is neither"),
        ([], "expected an object"),
        ({**META, "code": "\ud800"}, "half a character"),
    ],
    "reflection_sequences": [
        ({}, "messages is no list"),
        ({"messages": []}, "the roles are not user and assistant in turns"),
        ({"messages": SEQUENCE["messages"][:3]}, "the roles are not"),
        ({"messages": SEQUENCE["messages"][1:]}, "the roles are not"),
        ({"messages": [{"role": "tool", "content": "x"}]}, r"messages\[0\] has the role 'tool'"),
        ({"messages": [{"role": "user", "content": []}]}, r"messages\[0\] holds no list of blocks"),
        ({"messages": [{"role": "user", "content": [block("image", "x")]}]}, r"content\[0\] has the type 'image'"),
        ({"messages": [{"role": "user", "content": [{"type": "text"}]}]}, r"content\[0\] holds a NoneType"),
        ({**SEQUENCE, "type": 1}, "type is a int"),
    ],
    "instruction": [
        ({"answer": "x"}, "the key query is missing"),
        ({"messages": "x"}, "messages is no list"),
        ({"messages": [{"role": "user", "content": "x"}]}, "do not end in an answer"),
        ({"messages": [{"role": "assistant", "content": "x"}]}, "do not end in an answer"),
        ({"messages": [{"role": "user", "content": [1]}]}, r"messages\[0\] holds a list"),
        ({"messages": [{"role": [], "content": "x"}]}, r"messages\[0\] has the role"),
        ({**QUERY, "lang": 1}, "lang is a int"),
    ],
    "track_b_json": [
        ({**TRACK_B, "category": None}, "the key category is missing"),
        ({**TRACK_B, "instruction": {}}, "instruction is a dict"),
        ({**TRACK_B, "source_file": 1}, "source_file is a int"),
    ],
}


@pytest.mark.parametrize(("form", "row", "told"), [(form, *pair) for form, pairs in BAD.items() for pair in pairs])
def test_bad_rows_are_named_or_counted(tmp_path: Path, form: Any, row: Any, told: str) -> None:
    good = ROWS[form][0]
    with pytest.raises(UserError, match=rf"r\.jsonl:2: .*{told}"):
        read_training_set(form, put(tmp_path, [good, row], "r.jsonl"))
    examples, counts = read_training_set(form, put(tmp_path, [good, row], "r.jsonl"), max_bad_rows=1)
    assert len(examples) == 1 and sum(counts["bad"].values()) == 1
    with pytest.raises(UserError, match=rf"r\.json\[1\]: .*{told}"):
        read_training_set(form, put(tmp_path, [good, row], "r.json"))


def test_repeated_ids_and_useless_files(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r":2: the id 'annotated/r/5' was there already"):
        read_training_set("annotated", put(tmp_path, [SFT, SFT], "r.jsonl"))
    with pytest.raises(UserError, match="no usable row"):
        read_training_set("instruction", put(tmp_path, [{**QUERY, "lang": "go"}], "r.jsonl"))


def test_a_name_without_a_form_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"ends in none of"):
        write_training_set("instruction", tmp_path / "x.txt", [])
    assert list(tmp_path.iterdir()) == []


def test_half_a_character_beside_what_is_read_is_kept(tmp_path: Path) -> None:
    row = {**QUERY, "note": "\ud83d"}
    found = items("instruction", put(tmp_path, [row], "r.jsonl"))
    write_training_set("instruction", tmp_path / "o.jsonl", found)
    assert json.loads((tmp_path / "o.jsonl").read_text()) == row


TEXT = st.text(st.sampled_from('&lt;gamp#x3 \t\r\n<>"é`') | st.characters(exclude_categories=["Cs"]), max_size=24)
VALUE = st.recursive(st.none() | st.booleans() | st.integers() | TEXT, lambda one: st.lists(one, max_size=2))
EXTRA = st.dictionaries(st.sampled_from(["u", "v", "id2", "é"]), VALUE, max_size=3)
TURN = st.tuples(
    TEXT, st.lists(st.tuples(st.sampled_from(["text", "code", "execution"]), TEXT), min_size=1, max_size=3)
)
DRAWN = {
    "annotated": st.fixed_dictionaries(
        {"nl": TEXT, "code": TEXT},
        optional={"label": st.sampled_from(["sft", None]), "base_model": TEXT | st.none()},
    )
    | st.fixed_dictionaries(dict.fromkeys(["nl", "code", *list(META)[3:]], TEXT) | {"label": st.just("meta")}),
    "instruction": st.fixed_dictionaries({"query": TEXT}, optional={"answer": TEXT | st.none(), "resource": TEXT})
    | st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=3).map(
        lambda pairs: {
            "messages": [
                {"role": role, "content": text}
                for pair in pairs
                for role, text in zip(("user", "assistant"), pair, strict=True)
            ]
        }
    ),
    "reflection_sequences": st.lists(TURN, min_size=1, max_size=3).map(
        lambda turns: {
            "messages": [
                message
                for asked, blocks in turns
                for message in (
                    {"role": "user", "content": asked},
                    {"role": "assistant", "content": [block(*one) for one in blocks]},
                )
            ]
        }
    ),
    "track_b_json": st.fixed_dictionaries(
        {"instruction": TEXT, "category": TEXT},
        optional={"response": TEXT | st.none(), "source_function": TEXT, "source_file": TEXT | st.none()},
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_drawn_rows_lose_nothing(tmp_path_factory: pytest.TempPathFactory, form: Any) -> None:
    @settings(max_examples=60, deadline=None)
    @given(st.lists(st.tuples(DRAWN[form], EXTRA), min_size=1, max_size=4))
    def check(drawn: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
        folder = tmp_path_factory.mktemp("drawn")
        rows = [{**extra, **row} for row, extra in drawn]
        found = items(form, put(folder, rows, "in.json"))
        write_training_set(form, folder / "out.jsonl", found)
        assert [json.loads(line) for line in (folder / "out.jsonl").read_text().split("\n")[:-1]] == rows

    check()


@pytest.mark.parametrize("form", FORMS)
def test_no_row_gives_a_traceback(tmp_path_factory: pytest.TempPathFactory, form: Any) -> None:
    known = st.sampled_from(sorted({key for row in ROWS[form] for key in row}))
    junk = st.recursive(
        VALUE,
        lambda one: (
            st.dictionaries(st.sampled_from(["role", "content", "type"]), one, max_size=3) | st.lists(one, max_size=3)
        ),
        max_leaves=5,
    )

    @settings(max_examples=60, deadline=None)
    @given(st.sampled_from(ROWS[form]), st.dictionaries(known, junk, max_size=3))
    def check(row: dict[str, Any], changes: dict[str, Any]) -> None:
        path = put(tmp_path_factory.mktemp("fuzz"), [row | changes], "r.json")
        try:
            found = items(form, path)
            write_training_set(form, path.with_name("o.json"), found)
            assert json.loads(path.with_name("o.json").read_text()) == [row | changes]
            read_training_set(form, path)
        except UserError as error:
            assert str(path) in error.message

    check()


@given(TEXT, st.sampled_from(["user", "assistant"]))
def test_what_is_escaped_is_read_as_it_was(text: str, role: str) -> None:
    as_read = unescaped(text, role)
    assert unescaped(escaped(as_read, role), role) == unescaped(html.escape(as_read), role)
    if role == "user":
        assert unescaped(escaped(text, role), role) == text


def test_an_item_without_records_is_a_defect_of_the_caller(tmp_path: Path) -> None:
    for form in FORMS:
        with pytest.raises(ValueError):
            write_training_set(form, tmp_path / "x.json", [TrainingItem("", None)])  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())
