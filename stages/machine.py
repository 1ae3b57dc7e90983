"""dvc repro machine: note what this clone computes on, and since when."""

import datetime
import json

import _source  # noqa: F401
from codereflect import paths, provenance
from codereflect.stage import Stage, run_stage


def machine(stage: Stage) -> None:
    """the machine -> data/machine"""
    # In a new clone all else may come out as dvc.lock has it. With this among its dependencies the report is written
    # anew all the same, or the seconds of another machine would be told as those of this one.
    here = {"machine": provenance.machine(), "since": datetime.datetime.now(datetime.UTC).isoformat()}
    (stage.out(paths.MACHINE) / "machine.json").write_text(json.dumps(here, sort_keys=True) + "\n")


if __name__ == "__main__":
    run_stage("machine", machine, outs=[paths.MACHINE])
