"""The command group: quick help, plain errors."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
from pipeline import ROOT, command, environment

from codereflect.cli.main import COMMANDS, main

HEAVY = ("torch", "transformers", "mlflow", "dvc", "pandas", "numpy", "rich", "scipy", "datasets")


def test_help_is_quick_and_names_every_command(tmp_path):
    seconds = []
    for _ in range(3):
        started = time.perf_counter()
        done = command(tmp_path, "--help")
        seconds.append(time.perf_counter() - started)
    assert done.returncode == 0
    assert all(name in done.stdout for name in COMMANDS)
    assert min(seconds) < 0.5


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_loads_and_imports_nothing_heavy(name, tmp_path):
    code = (
        "import sys; from codereflect.cli.main import main\n"
        f"try: main([{name!r}, '--help'])\n"
        "except SystemExit as end: assert not end.code\n"
        f"heavy = [name for name in {HEAVY!r} if name in sys.modules]; sys.exit(str(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], env=environment(tmp_path), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Usage: codereflect " + name)


@pytest.mark.parametrize("arguments", [["nonsense"], ["gc", "--nonsense"], ["gc", "--days", "x"]])
def test_wrong_usage_exits_with_2(arguments, capsys):
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2
    assert "Error:" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["sweep", "use", "mlflow-sync"])
def test_outside_of_the_repository_one_sentence(name, tmp_path):
    done = command(tmp_path, name, *(["micro"] if name == "use" else []))
    assert done.returncode == 2
    assert done.stderr.startswith("error: ") and done.stderr.count("\n") == 1


def test_it_is_the_entry_point():
    assert 'codereflect = "codereflect.cli.main:main"' in (ROOT / "pyproject.toml").read_text()
