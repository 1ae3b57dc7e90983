"""codereflect reward, as a user calls it: rows, order, resuming, refusals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from codereflect.cli.main import main
from codereflect.grading import check

CODE = "def add(a, b):\n    return a + b\n"
TESTS = [
    "from solution import add\n\ndef test_add():\n    assert add(1, 2) == 3\n",
    "assert True",
    "assert add(",
    "assert add(1, 2) == 4",
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is no repository, with four rows."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path, [row(text, id=number) for number, text in enumerate(TESTS)])
    return tmp_path


def row(test: str, **more: Any) -> dict[str, Any]:
    return {"code": CODE, "entry_point": "add", "generated_test": test, **more}


def write(folder: Path, rows: list[Any]) -> None:
    (folder / "in.jsonl").write_text("".join(json.dumps(one) + "\n" for one in rows))


def reward(*options: str) -> int:
    command = ["reward", "--in", "in.jsonl", "--out", "out.jsonl", "--workers", "1", "--cpu-seconds", "0.5", *options]
    try:
        main(command)
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def written(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "out.jsonl").read_text().splitlines()]


def test_rows_keep_their_keys_and_order(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert reward() == 0
    rows = written(folder)
    assert [one["id"] for one in rows] == [0, 1, 2, 3]
    assert [one["reward"] for one in rows] == [1.0, 0.0, -1.0, 0.2]
    assert [one["verdict"] for one in rows] == ["accept", "reject", "reject", "reject"]
    for key in ("code", "reason", "tests_run", "calls", "mutants", "mutants_killed", "sealed"):
        assert all(key in one for one in rows)
    assert rows[0]["calls"] == 1 and rows[0]["mutants_killed"] == rows[0]["mutants"] > 0
    said = capsys.readouterr().out
    assert "accepted" in said and "tautology" in said and "1.000" in said
    assert sorted(path.name for path in folder.iterdir()) == ["in.jsonl", "out.jsonl"]


def counted(rows: Any, seen: list[int]) -> list[Any]:
    return [one for one in rows if not seen.append(1)]  # type: ignore[func-returns-value]


def test_a_killed_run_goes_on_where_it_was(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert reward() == 0
    whole = (folder / "out.jsonl").read_bytes()
    (folder / "out.jsonl").unlink()
    grade_tests = check.grade_tests

    def dying(rows: Any, sandbox: Any, most: int) -> Any:
        yield from list(grade_tests(list(rows)[:2], sandbox, most))
        raise KeyboardInterrupt

    monkeypatch.setattr(check, "grade_tests", dying)
    assert reward() == 130
    assert not (folder / "out.jsonl").exists() and (folder / ".out.jsonl.rewards.part").exists()
    with open(folder / ".out.jsonl.rewards.part", "a") as stream:
        stream.write('{"key": "cut sho')
    seen: list[int] = []
    monkeypatch.setattr(
        check, "grade_tests", lambda rows, *rest: grade_tests([one for one in rows if not seen.append(1)], *rest)
    )
    assert reward() == 0
    assert len(seen) == 2 and (folder / "out.jsonl").read_bytes() == whole
    assert not (folder / ".out.jsonl.rewards.part").exists()


def test_the_same_row_is_judged_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, [row(TESTS[0], id=number) for number in range(3)])
    seen: list[int] = []
    grade_tests = check.grade_tests
    monkeypatch.setattr(
        check, "grade_tests", lambda rows, *rest: grade_tests([one for one in rows if not seen.append(1)], *rest)
    )
    assert reward() == 0
    assert len(seen) == 1 and [one["id"] for one in written(folder)] == [0, 1, 2]
    assert {one["reward"] for one in written(folder)} == {1.0}


def test_texts_that_are_no_unicode_are_judged_and_written(folder: Path) -> None:
    write(folder, [row("assert add(1, 2) == 3  # \ud800", note="\ud800"), row("assert add(1, 2) == 3  # é", note="é")])
    assert reward() == 0
    assert [one["reward"] for one in written(folder)] == [-1.0, 1.0]
    assert [one["note"] for one in written(folder)] == ["\ud800", "é"]


def test_fewer_mutants(folder: Path) -> None:
    assert reward("--mutants", "2") == 0
    assert written(folder)[0]["mutants"] == 2


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "in.jsonl:2: not valid JSON"),
        ("[1]", "in.jsonl:2: not an object"),
    ],
)
def test_bad_rows(folder: Path, capsys: pytest.CaptureFixture[str], line: str, said: str) -> None:
    (folder / "in.jsonl").write_text(json.dumps(row(TESTS[0])) + "\n" + line + "\n")
    assert reward() == 2
    error = capsys.readouterr().err
    assert said in error and "Fix:" in error and error.count("\n") == 1
    assert [path.name for path in folder.iterdir()] == ["in.jsonl"]


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ({"code": CODE, "entry_point": "add"}, "in.jsonl:2: generated_test is missing."),
        (row(TESTS[0], code=3), "in.jsonl:2: code is no text."),
        (row(TESTS[0], code="def add("), "in.jsonl:2: code is not valid Python"),
        (row(TESTS[0], entry_point="sub"), "in.jsonl:2: code does not define sub."),
        (row(TESTS[0], entry_point="a b"), "in.jsonl:2: entry_point 'a b' is no name."),
        (row(TESTS[0], code=CODE + "1 / 0\n"), "The code itself cannot be run: ZeroDivisionError: division by zero"),
    ],
)
def test_a_row_that_cannot_be_run_is_invalid_and_the_others_are_graded(
    folder: Path, bad: dict[str, object], said: str
) -> None:
    write(folder, [row("assert add(1, 2) == 3"), bad, row("assert add(1, 2) == 4")])
    assert reward() == 0
    first, second, third = written(folder)
    assert (first["reward"], second["reward"], third["reward"]) == (1.0, None, 0.2)
    assert second["verdict"] == "invalid" and second["word"] == "code" and said in second["reason"]


def test_a_file_of_rows_that_all_lack_a_text_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, [{"code": CODE, "entry_point": "add", "generated_tests": ""}])
    assert reward() == 2
    assert "in.jsonl:1: generated_test is missing." in capsys.readouterr().err


def test_survivors_are_listed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, [row("assert f(1) == 2", code="def f(x, y=1):\n    return x + y if x < 5 else 0\n", entry_point="f")])
    assert reward() == 0
    (found,) = written(folder)
    assert [2, "constant"] in found["survivors"] and all(line in (1, 2) for line, _ in found["survivors"])
    assert len(found["survivors"]) == found["mutants"] - found["mutants_killed"]
    assert "did not find, by kind: " in capsys.readouterr().out


def test_a_file_that_begins_with_a_mark(folder: Path) -> None:
    text = json.dumps(row("\ufeffassert add(1, 2) == 3", code="\ufeff" + CODE))
    (folder / "in.jsonl").write_text("\ufeff" + text + "\n", encoding="utf-8")
    assert reward() == 0 and written(folder)[0]["reward"] == 1.0


def test_bytes_that_are_no_text(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "in.jsonl").write_bytes(b'{"code": "\xff"}\n')
    assert reward() == 2
    assert "in.jsonl:1: not valid JSON" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--in", "absent.jsonl"], "absent.jsonl does not exist"),
        (["--in", "."], "is no file"),
        (["--out", "."], "is a folder"),
        (["--out", "in.jsonl"], "is the input"),
        (["--out", "in.jsonl/x"], "cannot be written"),
        (["--cpu-seconds", "0"], "--cpu-seconds"),
    ],
)
def test_bad_options(folder: Path, capsys: pytest.CaptureFixture[str], options: list[str], said: str) -> None:
    assert reward(*options) == 2
    assert said in capsys.readouterr().err
    assert [path.name for path in folder.iterdir()] == ["in.jsonl"]


def test_an_empty_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "in.jsonl").write_text("\n\n")
    assert reward() == 2
    assert "holds no rows" in capsys.readouterr().err
