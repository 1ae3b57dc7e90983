"""dvc repro report: metrics, per-task verdicts and curves for git, and the run into MLflow."""

import _source  # noqa: F401
from codereflect import paths
from codereflect.params import PARAMS_FILE
from codereflect.scoring.run_files import write_run_files
from codereflect.stage import Stage, run_stage


def report(stage: Stage) -> None:
    """data/scored, models/trained -> metrics/current"""
    write_run_files(PARAMS_FILE, stage.store, stage.out(paths.METRICS))


if __name__ == "__main__":
    run_stage("report", report, outs=[paths.METRICS])
