"""verdicts.csv: what is read, what is refused, which scores follow."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codereflect.errors import UserError
from codereflect.runs.verdict_table import (
    Row,
    last_rounds,
    metrics_of,
    parse_verdicts,
    suites,
    task_scores,
    write_verdicts,
)

ROWS = [
    Row("micro_java", "default", "t1", 0, 0, "lists", "", "syntax", None, 0, 0),
    Row("micro_python", "default", 'odd ",\nid', 0, 2, "lists", "pass", "", 1, 1, 1),
    Row("micro_python", "default", "t2", 1, 0, "numbers", "invalid", "worker", None, None, 1),
]
FLAGS = st.sampled_from([None, 0, 1])
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from('",\n'), max_size=8)
NAME = TEXT.filter(bool)
# as files were before there were rounds
HEADER = "suite,strategy,task_id,sample_index,category,outcome,error_class,passed,exact,syntax\n"


def test_rows_metrics_and_suites() -> None:
    text = HEADER + "py,default,a,0,x,pass,,1,0,1\njava,default,b,0,y,,,,1,1\n"
    rows = parse_verdicts(text, "v.csv")
    assert suites(rows) == [("py", "default"), ("java", "default")]
    assert metrics_of(rows[:1]) == ["pass@1", "exact_match", "syntax"]
    assert metrics_of(rows[1:]) == ["exact_match", "syntax"]
    assert rows[1].passed is None and rows[1].exact == 1


def test_our_own_failures_are_no_zeros() -> None:
    text = HEADER + "py,d,a,0,x,invalid,worker,0,0,1\npy,d,b,0,x,fail,timeout,0,0,1\npy,d,a,1,x,pass,,1,0,1\n"
    rows = parse_verdicts(text, "v.csv")
    assert task_scores(rows, "pass@1") == {"a": 1.0, "b": 0.0}
    assert task_scores(rows[:2], "pass@1") == {"b": 0.0}
    assert task_scores(rows[:2], "exact_match") == {"a": 0.0, "b": 0.0}


def test_tasks_with_too_few_samples_have_no_pass_at_k() -> None:
    text = HEADER + "py,d,a,0,x,pass,,1,0,1\npy,d,a,1,x,fail,,0,0,1\npy,d,b,0,x,pass,,1,0,1\n"
    assert task_scores(parse_verdicts(text, "v.csv"), "pass@2") == {"a": 1.0}


@pytest.mark.parametrize(
    ("body", "line", "reason"),
    [
        ("py,d,a,0,x,pass,,2,0,1\n", 2, "passed is '2'"),
        ("py,d,a,0,x,pass,,1,0,1\npy,d,a,0,x,pass,,1,0,1\n", 3, "occurs twice"),
        ("py,d,a,zero,x,pass,,1,0,1\n", 2, "sample_index is 'zero'"),
        ("py,d,a,0,x\n", 2, "number of cells"),
        ("py,d,a,0,x,pass,,1,0,1,9\n", 2, "number of cells"),
        (",d,a,0,x,pass,,1,0,1\n", 2, "suite or task_id is empty"),
        ('py,d,"a,0,x,pass,,1,0,1\n', 2, "unexpected end of data"),
    ],
)
def test_malformed_rows_name_their_line(body: str, line: int, reason: str) -> None:
    with pytest.raises(UserError) as caught:
        parse_verdicts(HEADER + body, "v.csv")
    assert caught.value.message.startswith(f"v.csv:{line}: ") and reason in caught.value.message


def test_missing_column_and_empty_file() -> None:
    for text, column in ((HEADER.replace("exact,", ""), "exact"), ("", "suite")):
        with pytest.raises(UserError, match=f"v.csv:1: the column {column} is missing"):
            parse_verdicts(text, "v.csv")


def test_a_file_without_rounds_is_of_the_first_round() -> None:
    (row,) = parse_verdicts(HEADER + "py,d,a,3,x,pass,,1,0,1\n", "v.csv")
    assert (row.sample_index, row.round) == (3, 0)
    rounds = (
        HEADER.replace("sample_index,", "sample_index,round,") + "py,d,a,0,0,x,fail,,0,0,1\npy,d,a,0,1,x,pass,,1,0,1\n"
    )
    assert [row.round for row in parse_verdicts(rounds, "v.csv")] == [0, 1]
    with pytest.raises(UserError, match="v.csv:4: task a, sample 0, round 1 occurs twice"):
        parse_verdicts(rounds + "py,d,a,0,1,x,pass,,1,0,1\n", "v.csv")
    with pytest.raises(UserError, match="v.csv:2: round is '-', not a whole number"):
        parse_verdicts(rounds.replace("0,0,x", "0,-,x"), "v.csv")


def test_what_counts_is_the_answer_of_the_last_round() -> None:
    first = Row("py", "feedback", "a", 0, 0, "x", "fail", "assertion", 0, 0, 1)
    rows = [first._replace(round=1, outcome="pass", passed=1), first, first._replace(sample_index=1)]
    assert sorted(last_rounds(rows)) == sorted([rows[0], rows[2]])
    assert last_rounds(rows[1:]) == rows[1:]


def test_bytes(tmp_path: Path) -> None:
    write_verdicts(tmp_path / "deep" / "verdicts.csv", ROWS)
    assert (tmp_path / "deep" / "verdicts.csv").read_bytes() == (
        b"suite,strategy,task_id,sample_index,round,category,outcome,error_class,passed,exact,syntax\n"
        b"micro_java,default,t1,0,0,lists,,syntax,,0,0\n"
        b'micro_python,default,"odd "",\nid",0,2,lists,pass,,1,1,1\n'
        b"micro_python,default,t2,1,0,numbers,invalid,worker,,,1\n"
    )
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["verdicts.csv"]


def test_columns_that_some_suites_have(tmp_path: Path) -> None:
    rows = [*ROWS, ROWS[0]._replace(task_id="t3", compiles=1)]
    write_verdicts(tmp_path / "v.csv", rows)
    text = (tmp_path / "v.csv").read_text()
    assert text.startswith(HEADER.replace("sample_index,", "sample_index,round,").replace("\n", ",compiles\n"))
    assert parse_verdicts(text, "v.csv") == tuple(rows)


@given(
    st.lists(
        st.builds(
            Row,
            suite=NAME,
            strategy=TEXT,
            task_id=NAME,
            sample_index=st.integers(0, 99),
            round=st.integers(0, 9),
            category=TEXT,
            outcome=st.sampled_from(["pass", "fail", "timeout", "invalid", ""]),
            error_class=TEXT,
            passed=FLAGS,
            exact=FLAGS,
            syntax=st.sampled_from([0, 1]),
            text=FLAGS,
            compiles=FLAGS,
        ),
        unique_by=lambda row: row[:5],
    )
)
def test_round_trip(tmp_path_factory: pytest.TempPathFactory, rows: list[Row]) -> None:
    path = tmp_path_factory.mktemp("rows") / "verdicts.csv"
    write_verdicts(path, rows)
    with open(path, encoding="utf-8", newline="") as stream:
        assert parse_verdicts(stream.read(), path.name) == tuple(rows)
