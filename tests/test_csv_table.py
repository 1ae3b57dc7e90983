"""Tables as CSV: the same rows, the same bytes."""

from __future__ import annotations

from pathlib import Path

import pytest

from codereflect.csv_table import write_csv


def test_a_table_without_rows_keeps_its_header(tmp_path: Path) -> None:
    write_csv(tmp_path / "errors.csv", ("a", "b"), [])
    assert (tmp_path / "errors.csv").read_bytes() == b"a,b\n"


def test_what_a_row_lacks_is_empty_and_what_has_no_column_is_refused(tmp_path: Path) -> None:
    write_csv(tmp_path / "t.csv", ("a", "b"), [{"b": 'x,"'}, {"a": None, "b": 0.5}])
    assert (tmp_path / "t.csv").read_bytes() == b'a,b\n,"x,"""\n,0.5\n'
    with pytest.raises(ValueError, match="c"):
        write_csv(tmp_path / "t.csv", ("a",), [{"c": 1}])
