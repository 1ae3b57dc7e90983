"""`codereflect mlflow-sync` brings every run back."""

from __future__ import annotations

import json
import shutil

import pytest
from pipeline import ROOT, command

from codereflect.params import load_params
from codereflect.store import digest


@pytest.mark.slow
def test_a_missing_database_is_rebuilt_once(tmp_path):
    shutil.copy(ROOT / "params.yaml", tmp_path)
    values = load_params(tmp_path / "params.yaml").model_dump()
    keys = {"published/one": "c" * 64, "current": digest({"params": values, "code": {}})}
    for place, key in keys.items():
        folder = tmp_path / "metrics" / place
        folder.mkdir(parents=True)
        (folder / "run.json").write_text(json.dumps({"run_key": key, "code": {}}))
        (folder / "metrics.json").write_text(json.dumps({"score": 1}))
        (folder / "verdicts.csv").write_text(
            "suite,strategy,task_id,sample_index,category,outcome,error_class,passed\n"
        )
        shutil.copy(tmp_path / "params.yaml", folder)
    first = command(tmp_path, "mlflow-sync")
    told, address = first.stdout.splitlines()
    assert told == f"MLflow (sqlite:///{tmp_path}/mlflow.db): 2 runs, 2 logged, 0 already there.", first.stderr
    assert address.startswith("The runs, while make ui runs: http://127.0.0.1:5000/#/experiments/1/runs?workflowType=")
    assert first.stderr == ""
    assert "2 runs, 2 already there" in command(tmp_path, "mlflow-sync").stdout
