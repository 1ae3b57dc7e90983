"""dvc status --json | python .ci/stale.py

Fails where dvc.lock, and so the metrics in git, are of other code or parameters than those that are checked out. Outs
that a fresh clone does not have say nothing.
"""

import json
import subprocess
import sys

tracked = set(subprocess.run(["git", "ls-files", "-z"], capture_output=True, text=True, check=True).stdout.split("\0"))
folders = {path[:end] for path in tracked for end, letter in enumerate(path) if letter == "/"}
stale = []
for stage, changes in json.load(sys.stdin).items():
    for change in changes:
        if change == "changed command":
            stale.append(f"{stage}: its command")
            continue
        told = change.get("changed deps", {})
        # parameters stand there as {file: {key: change}}
        ours = tracked | folders
        stale += [f"{stage}: {path}" for path, how in told.items() if isinstance(how, dict) or path in ours]
if stale:
    sys.exit("dvc.lock is not of this commit (dvc repro mends it):\n  " + "\n  ".join(stale))
