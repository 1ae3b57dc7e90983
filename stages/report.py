"""dvc repro report: metrics, per-task verdicts and curves for git, and the run into MLflow."""

import os

import _source  # noqa: F401
from codereflect import paths
from codereflect.params import PARAMS_FILE
from codereflect.report.run_files import write_run_files
from codereflect.runs.run import current_run
from codereflect.runtime import load_runtime
from codereflect.stage import Stage, run_stage


def report(stage: Stage) -> None:
    """data/scored, models/trained -> metrics/current"""
    write_run_files(PARAMS_FILE, stage.store, stage.out(paths.METRICS))


def show() -> None:
    """Log the finished run into MLflow. It is a view: when it cannot be reached, nothing is lost."""
    run = current_run(name=os.environ.get("DVC_EXP_NAME"))
    if run and load_runtime().mlflow:
        from codereflect.tracking.mlflow_log import log_or_warn

        log_or_warn(run)


if __name__ == "__main__":
    run_stage("report", report, outs=[paths.METRICS])
    show()
