"""The lines of `codereflect score --out` as rows, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from codereflect.errors import UserError
from codereflect.records import write_records
from codereflect.runs.verdict_lines import parse_verdict_lines
from codereflect.runs.verdict_table import Row
from codereflect.scoring.answers import GradedAnswer


def line(**changes: Any) -> str:
    values = {
        "suite": "humaneval",
        "strategy": "given",
        "task_id": "HumanEval/0",
        "sample_index": 0,
        "round": 0,
        "outcome": "fail",
        "category": "assertion",
        "passed": False,
        "feedback": "f(1) gives 2, not 3",
        "seconds": [1],
    }
    return json.dumps({key: value for key, value in (values | changes).items() if value is not ...}) + "\n"


def test_rows() -> None:
    text = line() + line(sample_index=1, outcome="pass", category="pass", passed=True) + "\n"
    text += line(task_id="HumanEval/1", outcome="invalid", category="worker", passed=None, round=2)
    assert parse_verdict_lines(text, "v.jsonl") == (
        Row("humaneval", "default", "HumanEval/0", 0, 0, "", "fail", "assertion", 0, None, None),
        Row("humaneval", "default", "HumanEval/0", 1, 0, "", "pass", "", 1, None, None),
        Row("humaneval", "default", "HumanEval/1", 0, 2, "", "invalid", "worker", None, None, None),
    )
    (row,) = parse_verdict_lines(line(strategy=..., round=...), "v.jsonl")
    assert (row.strategy, row.round) == ("default", 0)
    several = parse_verdict_lines(line() + line(strategy="other"), "v.jsonl")
    assert [row.strategy for row in several] == ["given", "other"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (line() + line(), "v.jsonl:2: task HumanEval/0, sample 0 occurs twice"),
        (line() + line(outcome=...), "v.jsonl:2: the key outcome is missing"),
        (line(passed=1), "v.jsonl:1: passed: input should be a valid boolean, not 1"),
        (
            line(outcome="wrong"),
            "v.jsonl:1: outcome: input should be 'pass', 'fail', 'timeout' or 'invalid', not 'wrong'",
        ),
        (line(sample_index=-1), "v.jsonl:1: sample_index: input should be greater than or equal to 0, not -1"),
        (line(suite=""), "v.jsonl:1: suite or task_id is empty"),
        (line() + "{\n", "v.jsonl:2: invalid JSON"),
        ("[]\n", "v.jsonl:1: input should be an object"),
        ("", "v.jsonl:1: there is no verdict"),
    ],
)
def test_malformed_lines_are_named(text: str, said: str) -> None:
    with pytest.raises(UserError) as refused:
        parse_verdict_lines(text, "v.jsonl")
    assert refused.value.message.startswith(said) and refused.value.fix


def test_lines_as_score_writes_them(tmp_path: Path) -> None:
    known = {"suite": "mbpp", "strategy": "given", "task_id": "2", "sample_index": 3, "round": 0}
    told = {"outcome": "timeout", "category": "timeout", "passed": False, "sealed": True}
    values = {**dict.fromkeys(GradedAnswer.model_fields, ""), **known, **told}
    graded = GradedAnswer.model_validate(values)
    write_records(tmp_path / "v.jsonl", [graded])
    (row,) = parse_verdict_lines((tmp_path / "v.jsonl").read_text(), "v.jsonl")
    assert row == Row("mbpp", "default", "2", 3, 0, "", "timeout", "timeout", 0, None, None)
