"""The forest plot: what is drawn, and the same bytes in any process."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from codereflect.comparison.plot import write_forest
from codereflect.comparison.results import Line
from codereflect.comparison.seeds import seeded
from codereflect.comparison.statistics import paired
from codereflect.errors import UserError


def rows() -> list[tuple[str, Line]]:
    one = paired([0.0, 1.0, 1.0, 0.0] * 20, [1.0, 1.0, 0.0, 0.0] * 19 + [1.0] * 4)
    several = seeded({(1, t): [0.0, 1.0] * 9 for t in (1, 2)}, {(1, t): [1.0] * t + [0.0] * (18 - t) for t in (1, 2)})
    return [
        ("one pair", Line("s", "", "pass@1", one.a, one.b, one)),
        ("seeds", Line("s", "", "pass@1", several.a, several.b, several)),
        ("equal", Line("s", "", "pass@1", 0.5, 0.5, paired([0.0, 1.0], [0.0, 1.0]))),
    ]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["forest.svg", "forest.png"])
def test_same_bytes_in_any_process(tmp_path: Path, name: str) -> None:
    write_forest(tmp_path / "deep" / name, rows(), "title")
    script = (
        "import sys; from pathlib import Path; sys.path.insert(0, sys.argv[1]); import test_plot as t;"
        "t.write_forest(Path(sys.argv[2]), t.rows(), 'title')"
    )
    again = tmp_path / name
    environment = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": ":".join(sys.path)}
    subprocess.run([sys.executable, "-c", script, str(Path(__file__).parent), str(again)], check=True, env=environment)
    assert again.read_bytes() == (tmp_path / "deep" / name).read_bytes()
    assert not list(tmp_path.rglob("*.part"))


def test_labels_are_text(tmp_path: Path) -> None:
    write_forest(tmp_path / "f.svg", rows(), "the title")
    text = (tmp_path / "f.svg").read_text()
    assert all(part in text for part in ("one pair", "seeds", "the title", "percentage points"))


def test_other_endings_and_nothing_to_draw_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"\.png or \.svg"):
        write_forest(tmp_path / "f.pdf", rows(), "")
    with pytest.raises(UserError, match="no difference to draw"):
        write_forest(tmp_path / "f.png", [], "")
    assert list(tmp_path.iterdir()) == []
