"""MultiPL-E's Java files: problems taken apart, answers made whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from codereflect.errors import UserError
from codereflect.formats.problems import read_problems
from codereflect.formats.samples import read_samples
from codereflect.grading.assembly import assemble
from codereflect.records import Problem

IMPORTS = "import java.util.*;\nimport org.javatuples.*;\n"


def row(**changes: Any) -> dict[str, Any]:
    return {
        "name": "HumanEval_1_twice",
        "language": "java",
        "prompt": IMPORTS + "class Problem {\n    // Twice.\n    public static long twice(long n) {\n",
        "tests": "    }\n    public static void main(String[] args) {\n    assert(twice((1l)) == (2l));\n    }\n\n}\n",
        "stop_tokens": ["\n    }\n"],
        **changes,
    }


def problems(folder: Path, *rows: Any) -> list[Problem]:
    (folder / "p.jsonl").write_text("".join(json.dumps(one) + "\n" for one in rows))
    return read_problems(folder / "p.jsonl")


def test_a_row_becomes_a_problem(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, row())
    assert (found.task_id, found.suite, found.language, found.entry_point) == (
        "HumanEval_1_twice",
        "humaneval-java",
        "java",
        "twice",
    )
    assert found.hidden_tests == [
        IMPORTS + "class ProblemTests_ {\n    public static void main(String[] args) {\n"
        "    assert(twice((1l)) == (2l));\n    }\n\n}\n"
    ]


def test_the_suite_is_told_by_the_name(tmp_path: Path) -> None:
    assert [one.suite for one in problems(tmp_path, row(), row(name="mbpp_3_twice"))] == ["humaneval-java", "mbpp-java"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"language": "rs"}, "p.jsonl:1: the language is 'rs', only java can be run"),
        ({"prompt": "class Solution {\n    long twice(long n) {\n"}, "does not open a method in a class Problem"),
        ({"tests": "assert true;"}, "do not close the prompt's method"),
        ({"tests": "    }\n}\n"}, "do not close the prompt's method"),
        ({"stop_tokens": [1]}, "stop_tokens is no list of texts"),
        ({"stop_tokens": [""]}, "stop_tokens is no list of texts"),
        ({"name": None}, "the key name is missing"),
    ],
)
def test_bad_rows_are_refused_with_their_place(tmp_path: Path, changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(UserError) as caught:
        problems(tmp_path, row(**changes))
    assert reason in caught.value.message


BODY = "        return 2 * n;\n"
METHOD = "    public static long twice(long n) {\n" + BODY + "    }\n"
WHOLE = "class Problem {\n" + METHOD + "}\n"
CONTINUED = row()["prompt"] + "        return 2 * n;\n    }\n}\n"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (BODY, CONTINUED),
        (BODY + "    }\n\n    static void more() {", CONTINUED),
        (BODY + "    }", CONTINUED),
        (BODY + "    }\n}\nclass Problem { }", CONTINUED),
        ("```java\n" + BODY + "```\n", CONTINUED),
        (METHOD, IMPORTS + "class Problem {\n" + METHOD + "\n}\n"),
        ("Here it is:\n```java\n" + METHOD + "```\nDone.", IMPORTS + "class Problem {\n" + METHOD + "\n}\n"),
        (WHOLE, WHOLE),
        ("```java\nimport java.util.List;\n" + WHOLE + "```", "import java.util.List;\n" + WHOLE),
        ("        if (n < 0) return -twice(-n);\n" + BODY, None),
    ],
)
def test_answers_of_all_shapes(tmp_path: Path, answer: str, expected: str | None) -> None:
    (problem,) = problems(tmp_path, row())
    if expected is None:
        expected = problem.prompt + answer + "    }\n}\n"
    assert assemble(problem, answer).code == expected


def test_the_prompt_goes_in_front_where_it_is_asked_for(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, row())
    assert assemble(problem, WHOLE, prepend="no").code == WHOLE
    assert assemble(problem, BODY, prepend="yes").code == problem.prompt + BODY + "    }\n}\n"


def test_samples_may_say_name(tmp_path: Path) -> None:
    asked = problems(tmp_path, row())
    path = tmp_path / "s.jsonl"
    path.write_text(
        '{"name": "HumanEval_1_twice", "completion": "a"}\n{"task_id": "HumanEval_1_twice", "solution": "b"}'
    )
    assert [(one.task_id, one.sample_index, one.text) for one in read_samples(path, asked)] == [
        ("HumanEval_1_twice", 0, "a"),
        ("HumanEval_1_twice", 1, "b"),
    ]
