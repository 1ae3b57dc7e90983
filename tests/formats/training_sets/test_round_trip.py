"""What a round trip of a published training set must keep: line ends, and messages beside a changed one."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codereflect.formats.rows import Tally
from codereflect.formats.training_sets import TrainingItem, read_items, write_training_set
from codereflect.formats.training_sets.item import shown, unshown

ENDINGS = ["", "\n", "\n\n", "\n\n\n", "\r\n", "\n \n"]


def read(form: Any, folder: Path, *rows: Any) -> list[TrainingItem]:
    (folder / "in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return list(read_items(form, folder / "in.jsonl", Tally()))


def written(form: Any, folder: Path, *items: TrainingItem) -> list[Any]:
    write_training_set(form, folder / "out.jsonl", items)
    return [json.loads(line) for line in (folder / "out.jsonl").read_text().split("\n")[:-1]]


def row(form: str, question: str) -> dict[str, Any]:
    if form == "messages":
        answer = {"role": "assistant", "content": "\tx &amp;amp; y\n", "weight": 0.5}
        return {"messages": [{"role": "user", "content": question, "n": 1}, answer]}
    if form == "instruction":
        return {"query": question, "answer": "```python\nx=1\n```", "lang": "python"}
    return {"instruction": question, "response": "r", "category": "bugfix", "source_function": "f"}


@pytest.mark.parametrize("end", ENDINGS)
@pytest.mark.parametrize("form", ["instruction", "messages", "track_b_json"])
def test_the_line_ends_of_a_question_are_kept(tmp_path: Path, form: str, end: str) -> None:
    given_, name = row(form, f"Fix my code:{end}"), "instruction" if form == "messages" else form
    (item,) = read(name, tmp_path, given_)
    assert written(name, tmp_path, item) == [given_]
    # without the row it came from, what is written is read as the same record
    (bare,) = written(name, tmp_path, replace(item, original={}))
    (again,) = read(name, tmp_path, bare)
    assert [again.example and again.example.prompt, again.row] == [item.example and item.example.prompt, item.row]


@given(st.text("a \r\n", max_size=6))
def test_what_is_shown_is_taken_back(text: str) -> None:
    assert shown(unshown(shown(text))) == shown(text)
    assert unshown(shown(text)) in (text, text.removesuffix("\n"))


def test_a_changed_message_leaves_the_others_as_they_were(tmp_path: Path) -> None:
    given_ = {
        "messages": [
            {"role": "user", "content": "a &lt; b?\n\n", "n": 1},
            {"role": "assistant", "content": "\tno\n", "weight": 0.5},
            {"role": "user", "content": "why?"},
            {"role": "assistant", "content": "so ", "weight": 1},
        ]
    }
    (item,) = read("instruction", tmp_path, given_)
    assert item.row is not None
    last = item.row.segments[-1].model_copy(update={"text": "because"})
    changed = item.row.model_copy(update={"segments": [*item.row.segments[:-1], last]})
    (found,) = written("instruction", tmp_path, replace(item, row=changed))
    assert found["messages"][:3] == given_["messages"][:3]
    assert found["messages"][3] == {"role": "assistant", "content": "because", "weight": 1}


def test_a_changed_block_leaves_the_other_messages_of_a_sequence_as_they_were(tmp_path: Path) -> None:
    asked = {"role": "user", "content": "Write f.", "n": 1}
    answer = {"role": "assistant", "content": [{"type": "code", "content": "f"}], "weight": 1}
    (item,) = read("reflection_sequences", tmp_path, {"messages": [asked, answer], "type": "generation"})
    assert item.row is not None
    last = item.row.segments[-1].model_copy(update={"text": "g"})
    changed = item.row.model_copy(update={"segments": [item.row.segments[0], last]})
    (found,) = written("reflection_sequences", tmp_path, replace(item, row=changed))
    assert found == {
        "messages": [asked, {**answer, "content": [{"type": "code", "content": "g"}]}],
        "type": "generation",
    }
