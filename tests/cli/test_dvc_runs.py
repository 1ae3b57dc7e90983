"""What an experiment needs in git, and what is said when DVC stops."""

from __future__ import annotations

import pytest
from pipeline import git, make_repository

from codereflect.cli.dvc_runs import _failure, check_repository
from codereflect.errors import UserError


def test_a_pointer_to_data_that_git_does_not_know_is_refused(tmp_path, monkeypatch):
    root = make_repository(tmp_path)
    monkeypatch.chdir(root)
    (root / ".gitignore").write_text("/data/?*\n!/data/files/\nmlflow.db\n")
    git(root, "commit", "-qam", "files")
    assert check_repository() is None
    (root / "data/files").mkdir(parents=True)
    (root / "data/files/dev.json.dvc").write_text("outs: []\n")
    with pytest.raises(UserError, match=r"data/files/dev\.json\.dvc is not in git") as caught:
        check_repository()
    assert caught.value.fix == "git add data/files/dev.json.dvc"


def test_data_that_is_not_here_is_pulled():
    line = "ERROR: failed to reproduce 'data/files/a.json.dvc': missing data 'source': data/files/a.json"
    error = _failure("sft", 255, [line])
    assert "missing data 'source': data/files/a.json" in error.message
    assert error.fix and error.fix.startswith("dvc pull data/files/a.json.dvc, or dvc remove")
