"""The engine stays small and standard-library only, and the tables of system calls are complete."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from codereflect import sandbox
from codereflect.sandbox.engine import seccomp, syscalls

ENGINE = Path(sandbox.__file__).parent / "engine"


@pytest.mark.parametrize("path", sorted(ENGINE.glob("*.py")), ids=lambda path: path.stem)
def test_engine_imports_the_standard_library_only(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            assert all(name.name.split(".")[0] in sys.stdlib_module_names for name in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            assert str(node.module).split(".")[0] in sys.stdlib_module_names


@pytest.mark.parametrize("machine", syscalls.ARCHITECTURES)
def test_filters_can_be_built_for_each_architecture(machine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(syscalls, "machine", lambda: machine)
    base, candidate = seccomp.base_filter(), seccomp.candidate_filter(77)
    assert len(base) % 8 == len(candidate) % 8 == 0
    # the kernel takes 4096 instructions
    assert len(base) // 8 < 4096
    for name in ("execve", "ptrace", "mount", "socket"):
        assert name not in seccomp._ALLOWED.split()
    assert syscalls.AUDIT[machine].to_bytes(4, "little") in base


def test_a_loaded_caller_is_not_inherited() -> None:
    """The sandbox never imports torch, and its own import is quick to load."""
    script = "import sys, codereflect.sandbox; assert not {'torch', 'numpy', 'transformers'} & set(sys.modules)"
    environment = {"PYTHONPATH": str(Path(sandbox.__file__).parents[2])}
    subprocess.run([sys.executable, "-c", script], env=environment, check=True)
