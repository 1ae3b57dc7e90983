"""verdicts.csv: what is read, what is refused, which scores follow."""

import itertools
from dataclasses import astuple
from pathlib import Path

import pytest

from codereflect.errors import UserError
from codereflect.runs.verdict_table import is_metric, metrics_of, parse_verdicts, pass_at_k, suites, task_scores
from codereflect.scoring import rows as scoring_rows

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


def test_pass_at_k_is_the_share_of_subsets_with_a_pass() -> None:
    for samples, correct, k in [(5, 2, 1), (5, 2, 3), (4, 0, 2), (4, 4, 2), (6, 1, 5)]:
        flags = [1] * correct + [0] * (samples - correct)
        subsets = list(itertools.combinations(flags, k))
        assert pass_at_k(samples, correct, k) == pytest.approx(sum(any(s) for s in subsets) / len(subsets))


def test_tasks_with_too_few_samples_have_no_pass_at_k() -> None:
    text = HEADER + "py,d,a,0,x,pass,,1,0,1\npy,d,a,1,x,fail,,0,0,1\npy,d,b,0,x,pass,,1,0,1\n"
    assert task_scores(parse_verdicts(text, "v.csv"), "pass@2") == {"a": 1.0}


def test_metric_names() -> None:
    assert all(is_metric(name) for name in ("pass@1", "pass@10", "exact_match", "syntax"))
    assert not any(is_metric(name) for name in ("pass@0", "pass@", "bleu", "pass@1x"))


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


def test_reads_what_scoring_writes(tmp_path: Path) -> None:
    written = [
        scoring_rows.Row("py", "default", "a,1", 0, "x", "pass", "", 1, 0, 1),
        scoring_rows.Row("py", "default", "b", 0, "x", "invalid", "worker", None, 1, 1),
        scoring_rows.Row("java", "default", "c", 2, 'y "z"', "", "", None, None, 0),
    ]
    scoring_rows.write_rows_csv(tmp_path / "v.csv", written)
    read = parse_verdicts((tmp_path / "v.csv").read_text(), "v.csv")
    assert [tuple(row) for row in read] == [astuple(row) for row in written]
