"""What goes out of the training rows, and what the card says of it."""

from __future__ import annotations

from typing import Any

import pytest

from codereflect.corpora.cleaning import clean
from codereflect.params import Data
from codereflect.records import Example, Problem, Source

LONG = (
    "if ( values == null ) { return 0 ; } int total = 0 ; for ( int v : values ) { total += v * factor ; } return total"
)


def data(**changes: Any) -> Data:
    values = {"seed": 1, "test_share": 0.2, "near_duplicates": 0.7, "contamination": "drop", "base_share": 0.5}
    return Data(**{**values, "validation_rows": 1, **changes})


def method(name: str, body: str = LONG, asked: str = "add up the values", task: str = "java_method") -> Example:
    return Example(
        task_id=name,
        corpus="c",
        language="java",
        task=task,
        category="integer",
        prompt=f"{asked} of {name} | int factor | int other ( )\n",
        reference=f"int function ( int [ ] values ) {{ {body} ; }}",
        source=Source(file="f"),
        group=name,
    )


def problem(name: str, body: str = LONG) -> Problem:
    one = method(name, body)
    return Problem(
        task_id=name,
        suite="s",
        language="java",
        task=one.task,
        category="",
        prompt=one.prompt,
        reference=one.reference,
    )


OTHER = "return Arrays . stream ( names ) . filter ( n -> n . isEmpty ( ) ) . map ( String :: trim ) . count ( )"


def test_one_of_two_similar_rows_stays_and_the_card_counts_it() -> None:
    rows = [method("a"), method("b"), method("c", OTHER, "count the empty names")]
    kept, card = clean(rows, {}, data(), generated=False)
    assert len(kept) == 2
    assert "c" in {row.task_id for row in kept}
    assert card["duplicates"]["near"] == 1
    assert card["duplicates"]["of_a_tested_problem"] == 0


def test_rows_similar_to_a_tested_problem_go_and_the_problem_decides() -> None:
    rows = [method("a"), method("c", OTHER, "count the empty names")]
    kept, card = clean(rows, {"s": [problem("t")]}, data(), generated=False)
    assert [row.task_id for row in kept] == ["c"]
    assert card["duplicates"]["of_a_tested_problem"] == 1


def test_rows_of_another_task_are_no_duplicates() -> None:
    rows = [method("a"), method("b", task="repair")]
    kept, _ = clean(rows, {}, data(), generated=False)
    assert kept == rows


@pytest.mark.parametrize(("setting", "left"), [("drop", ["c"]), ("report", ["a", "c"])])
def test_rows_that_hold_a_tested_reference_are_dropped_or_reported(setting: str, left: list[str]) -> None:
    rows = [method("a", f"{LONG} ; {OTHER} ; {OTHER} . total"), method("c", OTHER, "count the empty names")]
    kept, card = clean(rows, {"s": [problem("t")]}, data(contamination=setting, near_duplicates=1.0), generated=False)
    assert [row.task_id for row in kept] == left
    table = card["contamination"]["suites"]
    found = dict(zip(table["columns"], table["rows"][0], strict=True))
    assert (found["suite"], found["touched"], found["offending"]) == ("s", 1, 1)
    assert card["contamination"]["dropped"] == (setting == "drop")
    assert card["contamination"]["worst"]["rows"][0][:3] == ["s", "t", "a"]


def test_a_generated_corpus_is_reported_on_only() -> None:
    rows = [method("a"), method("b")]
    kept, card = clean(rows, {"s": [problem("t")]}, data(), generated=True)
    assert kept == rows
    assert "duplicates" not in card
    assert card["contamination"]["offending_rows"] == 2
    assert "dealt apart" in card["contamination"]["why they stay"]


def test_more_rows_change_nothing_about_rows_that_are_unlike_them() -> None:
    rows = [method("a"), method("c", OTHER, "count the empty names")]
    before = {row.task_id for row in clean(rows, {}, data(), generated=False)[0]}
    more = [*rows, method("d", "return - 1", "give a number below nought")]
    assert before <= {row.task_id for row in clean(more, {}, data(), generated=False)[0]}


def test_a_row_made_of_a_tested_problem_goes_however_little_they_share() -> None:
    rows = [method("a").model_copy(update={"group": "Mbpp/601"}), method("b", OTHER, "count the empty names")]
    tested = {"mbpp_plus": [problem("Mbpp/601", "return 0")]}
    kept, card = clean(rows, tested, data(), generated=False)
    assert [row.task_id for row in kept] == ["b"] and card["contamination"]["offending_rows"] == 1
    kept, _ = clean(rows, tested, data(contamination="report"), generated=False)
    assert len(kept) == 2
