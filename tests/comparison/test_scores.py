"""Other people's scores from a CSV file."""

from pathlib import Path

import pytest

from codereflect.comparison.scores import compare_columns, read_columns
from codereflect.errors import UserError


def test_columns_and_groups(tmp_path: Path) -> None:
    path = tmp_path / "judged.csv"
    path.write_text("\ufeffid,old,new,kind\n1,60,70.5,x\n\n2,50,40,y\n3,1e1,20,x\n", encoding="utf-8")
    whole, x, y = compare_columns(path, "old", "new", by="kind")
    assert whole.estimate is not None and whole.estimate.n == 3 and whole.decides and not whole.share
    assert whole.a == pytest.approx(40.0) and whole.b == pytest.approx(43.5)
    assert (x.category, y.category, y.b - y.a) == ("x", "y", -10.0)


def test_right_and_wrong_are_shares(tmp_path: Path) -> None:
    path = tmp_path / "solved.csv"
    path.write_text("a,b\ntrue,1\nFalse,1\n0,0\n1,True\n")
    [line] = compare_columns(path, "a", "b")
    assert line.share and line.a == 0.5 and line.b == 0.75
    assert line.estimate is not None and line.estimate.p == 1.0


@pytest.mark.parametrize(
    ("text", "where", "reason"),
    [
        ("a,b\n1,2\n3,x\n", ":3: ", "b is 'x', not a number"),
        ("a,b\n1,\n", ":2: ", "b is '', not a number"),
        ("a,b\nnan,1\n", ":2: ", "not a finite number"),
        ("a,b\n1,2,3\n", ":2: ", "3 cells where the header has 2"),
        ("a,c\n1,2\n", ":1: ", "the column b is not there; the columns are a, c"),
        ("a,b,b\n1,2,3\n", ":1: ", "the column b is twice there"),
        ("", ":1: ", "the columns are none"),
        ("a,b\n", " ", "a header and no rows"),
    ],
)
def test_malformed_files_name_line_and_reason(tmp_path: Path, text: str, where: str, reason: str) -> None:
    path = tmp_path / "f.csv"
    path.write_text(text)
    with pytest.raises(UserError) as caught:
        read_columns(path, "a", "b")
    assert caught.value.message.startswith(f"{path}{where}") and reason in caught.value.message


def test_missing_and_binary_files(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="does not exist"):
        read_columns(tmp_path / "none.csv", "a", "b")
    (tmp_path / "latin.csv").write_bytes(b"a,b\n\xe9,1\n")
    with pytest.raises(UserError, match="not UTF-8"):
        read_columns(tmp_path / "latin.csv", "a", "b")
