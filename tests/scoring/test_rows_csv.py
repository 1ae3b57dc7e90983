"""verdicts.csv: the same rows, the same bytes, and the comparison reads them back."""

from __future__ import annotations

from dataclasses import astuple
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codereflect.runs.verdict_table import parse_verdicts
from codereflect.scoring.rows import Row, write_rows_csv, write_table_csv

ROWS = [
    Row("micro_java", "default", "t1", 0, "lists", "", "syntax", None, 0, 0),
    Row("micro_python", "default", 'odd ",\nid', 0, "lists", "pass", "", 1, 1, 1),
    Row("micro_python", "default", "t2", 1, "numbers", "invalid", "worker", None, None, 1),
]
FLAGS = st.sampled_from([None, 0, 1])
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from('",\n'), max_size=8)
NAME = TEXT.filter(bool)


def test_bytes(tmp_path: Path) -> None:
    write_rows_csv(tmp_path / "deep" / "verdicts.csv", ROWS)
    assert (tmp_path / "deep" / "verdicts.csv").read_bytes() == (
        b"suite,strategy,task_id,sample_index,category,outcome,error_class,passed,exact,syntax\n"
        b"micro_java,default,t1,0,lists,,syntax,,0,0\n"
        b'micro_python,default,"odd "",\nid",0,lists,pass,,1,1,1\n'
        b"micro_python,default,t2,1,numbers,invalid,worker,,,1\n"
    )
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["verdicts.csv"]


@given(
    st.lists(
        st.builds(
            Row,
            suite=NAME,
            strategy=TEXT,
            task_id=NAME,
            sample_index=st.integers(0, 99),
            category=TEXT,
            outcome=st.sampled_from(["pass", "fail", "timeout", "invalid", ""]),
            error_class=TEXT,
            passed=FLAGS,
            exact=FLAGS,
            syntax=st.sampled_from([0, 1]),
        ),
        unique_by=lambda row: (row.suite, row.strategy, row.task_id, row.sample_index),
    )
)
def test_round_trip(tmp_path_factory: pytest.TempPathFactory, rows: list[Row]) -> None:
    path = tmp_path_factory.mktemp("rows") / "verdicts.csv"
    write_rows_csv(path, rows)
    with open(path, encoding="utf-8", newline="") as stream:
        again = parse_verdicts(stream.read(), path.name)
    assert [tuple(row) for row in again] == [astuple(row) for row in rows]


def test_a_table_without_rows_keeps_its_header(tmp_path: Path) -> None:
    write_table_csv(tmp_path / "errors.csv", ("a", "b"), [])
    assert (tmp_path / "errors.csv").read_bytes() == b"a,b\n"
