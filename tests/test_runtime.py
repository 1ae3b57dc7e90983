"""conf/runtime.yaml: how things run."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from codereflect.configuration import read_yaml
from codereflect.errors import UserError
from codereflect.runtime import Runtime, load_runtime

ROOT = Path(__file__).resolve().parents[1]


def test_the_committed_file_names_every_key_with_its_default():
    assert read_yaml(ROOT / "conf/runtime.yaml") == Runtime().model_dump()


def test_a_missing_file_means_defaults(tmp_path):
    assert load_runtime(tmp_path / "none.yaml", {}) == Runtime()
    assert Runtime().worker_count() == len(os.sched_getaffinity(0))


def test_the_environment_overrides_the_file(tmp_path):
    file = tmp_path / "runtime.yaml"
    file.write_text("workers: 3\nmlflow: true\n")
    assert load_runtime(file, {}).worker_count() == 3
    changed = load_runtime(
        file, {"CODEREFLECT_WORKERS": "5", "CODEREFLECT_MLFLOW": "off", "CODEREFLECT_PROGRESS": "off"}
    )
    assert (changed.workers, changed.mlflow, changed.progress) == (5, False, "off")


@pytest.mark.parametrize(
    ("text", "environment", "said"),
    [
        ("workers: 0\n", {}, r"runtime.yaml: workers: .*not 0"),
        ("worker: 1\n", {}, r"runtime.yaml: unknown key worker"),
        ("- 1\n", {}, r"must be a mapping"),
        ("mlflow: true\n", {"CODEREFLECT_MLFLOW": "perhaps"}, r"CODEREFLECT_MLFLOW: .*not 'perhaps'"),
        ("", {"CODEREFLECT_WORKERS": "many"}, r"CODEREFLECT_WORKERS: .*not 'many'"),
    ],
)
def test_refusals_name_the_key_or_the_variable(tmp_path, text, environment, said):
    file = tmp_path / "runtime.yaml"
    file.write_text(text)
    with pytest.raises(UserError, match=said):
        load_runtime(file, environment)
