"""dvc status --json | python .ci/stale.py

Fails where dvc.lock is not of the code and the parameters that are checked out, or where metrics in git are not those
that dvc.lock names. What a fresh clone lacks, the outs that only DVC's cache holds, says nothing.
"""

import json
import sys

from ruamel.yaml import YAML


def main() -> None:
    """Name each stage and what differs."""
    told = sys.stdin.read()
    if not told:
        sys.exit("dvc status gave no answer")
    yaml = YAML(typ="safe", pure=True)
    with open("dvc.yaml", encoding="utf-8") as pipeline, open("dvc.lock", encoding="utf-8") as lock:
        stages, locked = yaml.load(pipeline)["stages"], yaml.load(lock)["stages"]
    made = {out["path"] for stage in locked.values() for out in stage.get("outs", ())}
    cached = made - {path for stage in stages.values() for path in in_git(stage)}
    stale = [f"{name}: it never ran" for name in stages.keys() - locked.keys()]
    for stage, changes in json.loads(told).items():
        for change in changes:
            if isinstance(change, str):  # the command, or a stage that depends on nothing
                stale.append(f"{stage}: {change}")
                continue
            for path, how in (change.get("changed deps", {}) | change.get("changed outs", {})).items():
                # parameters stand there as {file: {key: change}}
                stale += [f"{stage}: {path}"] if isinstance(how, dict) or path not in cached else []
    if stale:
        sys.exit("dvc.lock is not of this commit (dvc repro corrects it):\n  " + "\n  ".join(stale))


def in_git(stage: dict) -> list[str]:
    """The outs of a stage that DVC's cache does not hold."""
    listed = [out for kind in ("outs", "metrics", "plots") for out in stage.get(kind, ()) if isinstance(out, dict)]
    return [path for out in listed for path, settings in out.items() if settings.get("cache") is False]


if __name__ == "__main__":
    main()
