"""Settings of every test process, made before torch is imported; a copy of the repository to change things in."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

# What the stages set too: two test processes with OpenMP threads that spin are five times slower than with one each.
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["OMP_WAIT_POLICY"] = "PASSIVE"
os.environ["TOKENIZERS_PARALLELISM"] = "false"

# What a shell starts in the background ignores interrupts, and so does all that it starts: some tests send one.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    for name in ("params.yaml", "dvc.yaml", "conf", "stages", "src"):
        source = ROOT / name
        shutil.copytree(source, tmp_path / name) if source.is_dir() else shutil.copy(source, tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CODEREFLECT_CACHE", raising=False)
    monkeypatch.delenv("DVC_ROOT", raising=False)
    return tmp_path
