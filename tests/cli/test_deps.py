"""codereflect deps: dvc.yaml says what its stages import."""

from __future__ import annotations

from pathlib import Path

import pytest

from codereflect.cli.deps import with_deps
from codereflect.cli.main import main

DVC_YAML = """\
# first
stages:
  one:
    desc: One
    cmd: python stages/one.py
    deps:
      # said of code
      - stages/one.py
      - src/codereflect/gone.py
      - data/raw
    params:
      - corpus
    outs:
      - data/one

  all:
    cmd: python stages/all.py
    deps:
      - stages
      - src/codereflect
      - data/one
"""


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    package = tmp_path / "src" / "codereflect"
    files = {"__init__": "", "big/__init__": "", "big/a": "x = 1\n" * 18, "big/b": "y = 1\n" * 12, "c": "z = 1\n"}
    for name, text in files.items():
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / f"{name}.py").write_text(text)
    (tmp_path / "stages").mkdir()
    (tmp_path / "stages" / "one.py").write_text("import codereflect.big.a\nimport codereflect.c\n")
    (tmp_path / "dvc.yaml").write_text(DVC_YAML)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_code_is_written_and_the_rest_stays(repository: Path) -> None:
    main(["deps"])
    code = "      - src/codereflect/big/a.py\n      - src/codereflect/c.py\n"
    assert Path("dvc.yaml").read_text() == DVC_YAML.replace("      - src/codereflect/gone.py\n", code)
    before = Path("dvc.yaml").stat().st_mtime_ns
    main(["deps"])
    main(["deps", "--check"])
    assert Path("dvc.yaml").stat().st_mtime_ns == before


def test_a_folder_that_is_nearly_all_imported_stands_for_its_files(repository: Path) -> None:
    (repository / "src/codereflect/big/b.py").write_text("y = 1\n" * 2)
    assert "      - src/codereflect/big\n      - src/codereflect/c.py\n" in with_deps(DVC_YAML, Path())


def test_the_check_names_stages_and_files(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["deps", "--check"])
    told = capsys.readouterr().err
    assert left.value.code == 2 and Path("dvc.yaml").read_text() == DVC_YAML
    missing = "missing src/codereflect/big/a.py, src/codereflect/c.py"
    assert f"one ({missing}; not imported src/codereflect/gone.py)" in told
    assert "Fix: codereflect deps" in told and "all (" not in told


def test_elsewhere_there_is_nothing_to_write(tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit):
        main(["deps"])
    assert "no dvc.yaml" in capsys.readouterr().err
