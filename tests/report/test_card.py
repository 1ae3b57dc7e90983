"""Cards say what was counted, the same way every time, and Markdown shows what they say."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from codereflect.json_files import dump_json
from codereflect.report.card import markdown

ROOT = Path(__file__).resolve().parents[2]
CARD = {
    "name": "concode",
    "licence": None,
    "source": {"source": "hub", "revision": "0" * 40, "sha256": {"data/a_b.gz": "ab", "data/b.json": "cd"}},
    "rejected": {"no code": 2, "empty": 0},
    "dropped": {},
    "contamination": {"columns": ["suite", "n-gram", "AST"], "rows": [["humaneval", 1234, 0.00123], ["mbpp", 0, None]]},
    "prepared": {"base": {"java_method": 10}, "plain": {"java_method": 0, "repair": 7}},
}


def tables(text):
    """The cells of every table that a Markdown reader shows."""
    html = MarkdownIt("commonmark").enable("table").render(text)
    return [
        [
            [
                unescape(re.sub(r"<[^>]+>", "", cell))
                for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
            ]
            for row in re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)
        ]
        for table in re.findall(r"<table>(.*?)</table>", html, re.DOTALL)
    ]


def shuffled(value):
    """The same card, its keys the other way round."""
    if isinstance(value, dict):
        return {key: shuffled(value[key]) for key in reversed(value)}
    return value


def test_a_card_is_read_as_it_was_written():
    facts, source, hashes, rejected, contamination, prepared = tables(markdown(CARD))
    assert facts == [["", ""], ["name", "concode"], ["licence", "not stated"]]
    assert source == [["", ""], ["revision", "0" * 40], ["source", "hub"]]
    assert hashes == [["", ""], ["data/a_b.gz", "ab"], ["data/b.json", "cd"]]
    assert rejected == [["", ""], ["empty", "0"], ["no code", "2"]]
    assert contamination == [["suite", "n-gram", "AST"], ["humaneval", "1,234", "0.0012"], ["mbpp", "0", "not stated"]]
    # What was not counted is not zero.
    assert prepared == [["", "java_method", "repair"], ["base", "10", ""], ["plain", "0", "7"]]


def test_headings_come_in_their_order():
    headings = [line for line in markdown(CARD | {"a_later_thing": {"x": 1}}).splitlines() if line.startswith("#")]
    assert headings == [
        "# Data card: concode",
        "## Source",
        "### SHA-256",
        "## Rejected, by reason",
        "## Dropped, by reason",
        "## Contamination",
        "## Rows of each file",
        "## A later thing",
    ]
    assert "## Dropped, by reason\n\nnone\n" in markdown(CARD)


def test_the_same_card_gives_the_same_text():
    assert markdown(shuffled(CARD)) == markdown(CARD)
    # The stage that reads the JSON again shows the same.
    assert markdown(json.loads(dump_json(CARD))) == markdown(CARD)


def test_sections_that_nobody_made_are_absent():
    card = {"name": "x", "licence": "MIT", "duplicates": {"exact": 0}}
    assert "Rejected" not in markdown(card) and "| exact | 0 |" in markdown(card)


@pytest.mark.parametrize(
    ("value", "error"),
    [
        (float("nan"), ValueError),
        ({"share": float("inf")}, ValueError),
        ({"columns": ["a", "b"], "rows": [[1, 2], [1]]}, ValueError),
        ({"deep": [{"columns": ["a"], "rows": [7]}]}, ValueError),
        ({"a"}, TypeError),
        (Path("x"), TypeError),
    ],
)
def test_what_is_no_card_is_refused(value, error):
    with pytest.raises(error):
        markdown({"name": "x", "thing": value})


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (True, "yes"),
        (0, "0"),
        (1234567, "1,234,567"),
        (-0.0, "0"),
        (0.5, "0.5"),
        (0.00001234, "1.2e-05"),
        (2.0, "2"),
        (99999.99999, "100,000"),
        ([], "none"),
        (["a", 1], "a, 1"),
        ("", ""),
        ("a\n\n# b", "a # b"),
        ("a\0b\x1b[1m", "a\\x00b\\x1b[1m"),
    ],
)
def test_single_values(value, shown):
    assert tables(markdown({"name": "x", "thing": value}))[0][-1] == ["thing", shown]


def test_the_longer_side_of_a_table_goes_down():
    wide = {"one": {f"c{n:02}": n for n in range(20)}, "two": {"c00": 7}}
    (table,) = tables(markdown({"counts": wide}))
    assert len(table) == 21 and table[:3] == [["", "one", "two"], ["c00", "0", "7"], ["c01", "1", ""]]
    huge = {f"r{m}": {f"c{n}": m * n for n in range(9)} for m in range(9)}
    assert len(tables(markdown({"counts": huge}))) == 9


@pytest.mark.parametrize("value", [[{"a": 1}, {"a": 2, "b": 3}], {"x": [{"a": {"b": {"c": {"d": {"e": {"f": 1}}}}}}]}])
def test_whatever_is_nested_is_shown(value):
    text = markdown({"name": "x", "thing": value})
    assert tables(text)[1:] and "####### " not in text


def test_the_card_of_the_present_run_is_shown():
    card = json.loads((ROOT / "metrics/current/run.json").read_text())["corpus"]
    text = markdown(card)
    assert text.startswith("# Data card: micro\n") and "| `java_method` | 5,000 |" in text
    shown = [cell for table in tables(text) for row in table for cell in row]
    missing = [number for number in numbers(card) if f"{number:,}" not in shown]
    assert not missing


def numbers(value):
    if isinstance(value, dict):
        return [number for inner in value.values() for number in numbers(inner)]
    return [value] if isinstance(value, int) else []


def test_the_cards_of_suites_are_shown_together():
    cards = {"mbpp": {"problems": 974, "source": {"licence": "cc-by-4.0"}}, "micro_java": {"problems": 500}}
    text = markdown({"suites": cards}, "Suites")
    assert text.startswith("# Suites\n") and "### mbpp\n" in text and "### `micro_java`\n" in text
    assert ["licence", "cc-by-4.0"] in [row for table in tables(text) for row in table]


TEXTS = st.text(st.sampled_from("\n\t |`\\*_<>&[]()#~!-:ab1") | st.characters(exclude_categories=("C",)), max_size=12)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(TEXTS, TEXTS, min_size=1, max_size=3))
def test_any_text_is_shown_as_it_is(reasons):
    """Whatever a file is called or a reason says, it neither leaves its cell nor changes in it."""
    (table,) = tables(markdown({"rejected": reasons}))
    shown = sorted([re.sub(r"\s+", " ", cell) for cell in row] for row in table[1:])
    assert shown == sorted([" ".join(key.split()), " ".join(text.split())] for key, text in reasons.items())
