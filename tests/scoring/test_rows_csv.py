"""verdicts.csv: the same rows, the same bytes; malformed files are named by line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codereflect.errors import UserError
from codereflect.scoring.rows import COLUMNS, Row, read_rows_csv, write_rows_csv, write_table_csv

ROWS = [
    Row("micro_java", "default", "t1", 0, "lists", "", "syntax", None, 0, 0),
    Row("micro_python", "default", 'odd ",\nid', 0, "lists", "pass", "", 1, 1, 1),
    Row("micro_python", "default", "t2", 1, "numbers", "invalid", "worker", None, None, 1),
]
FLAGS = st.sampled_from([None, 0, 1])
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from('",\n'), max_size=8)


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
            suite=TEXT,
            strategy=TEXT,
            task_id=TEXT,
            sample_index=st.integers(0, 99),
            category=TEXT,
            outcome=st.sampled_from(["pass", "fail", "timeout", "invalid", ""]),
            error_class=TEXT,
            passed=FLAGS,
            exact=FLAGS,
            syntax=st.sampled_from([0, 1]),
        )
    )
)
def test_round_trip(tmp_path_factory: pytest.TempPathFactory, rows: list[Row]) -> None:
    path = tmp_path_factory.mktemp("rows") / "verdicts.csv"
    write_rows_csv(path, rows)
    assert read_rows_csv(path) == rows


def test_a_table_without_rows_keeps_its_header(tmp_path: Path) -> None:
    write_table_csv(tmp_path / "errors.csv", ("a", "b"), [])
    assert (tmp_path / "errors.csv").read_bytes() == b"a,b\n"


GOOD = "s,d,t,0,c,pass,,1,1,1"
BAD_LINES = {
    "s,d,t,0,c,pass,,1,1": "expected 10 cells",
    GOOD + ",1": "expected 10 cells",
    "s,d,t,0,c,passed,,1,1,1": "unknown outcome 'passed'",
    "s,d,t,-1,c,pass,,1,1,1": "sample_index must be a whole number, not '-1'",
    "s,d,t,0,c,pass,,yes,1,1": "passed must be 0, 1 or empty, not 'yes'",
    "s,d,t,0,c,pass,,1,1,": "syntax must be 0 or 1",
    's,d,t,0,c,pass,,1,1,"1"x': "expected after",
}


@pytest.mark.parametrize("line", BAD_LINES)
def test_malformed_lines_are_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "verdicts.csv"
    path.write_text("\n".join([",".join(COLUMNS), GOOD, line, ""]))
    with pytest.raises(UserError) as caught:
        read_rows_csv(path)
    assert f"{path}:3: " in caught.value.message
    assert BAD_LINES[line] in caught.value.message


@pytest.mark.parametrize("content", [b"", b"suite,task\n", b"\xff\xfe\x00"])
def test_other_files_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "verdicts.csv"
    path.write_bytes(content)
    with pytest.raises(UserError, match="columns must be|not UTF-8"):
        read_rows_csv(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="does not exist"):
        read_rows_csv(tmp_path / "verdicts.csv")
