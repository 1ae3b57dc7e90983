"""What holds of hostile programs, of their harmless look-alikes and of neighbours, in every language."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from codereflect.sandbox import Result

HERE = Path(__file__).parent
# of a program, and of a neighbour that ran after it
Pair = tuple[Result, Result]


def judge(name: str, pair: Pair, expected: dict[str, tuple[str, str]]) -> None:
    """A look-alike passes, a hostile program does not, as `expected` says, and the neighbour always passes."""
    verdict, neighbour = pair[0].verdict, pair[1].verdict
    assert neighbour.outcome == "pass", neighbour
    assert verdict.sealed
    if name.startswith("benign_"):
        assert verdict.outcome == "pass", verdict
    else:
        assert verdict.outcome in ("fail", "timeout"), verdict
    if name in expected:
        assert (verdict.outcome, verdict.category) == expected[name], verdict


def check_as_ordinary_user(script: str, names: set[str], **settings: str) -> None:
    """Run a script that prints {level: {name: [outcome, the neighbour's]}} as nobody, and check all that it prints.

    The other tests run as whoever calls them, on most build machines root; here nobody's rights are enough.
    """
    command = [str(HERE / "ordinary_user.py"), "-c", script, str(HERE)]
    wrapped = ["unshare", "-m", sys.executable, *command] if os.getuid() == 0 else [sys.executable, *command[1:]]
    environment = {**os.environ, "PYTHONPATH": str(HERE.parents[1] / "src"), "PYTHONDONTWRITEBYTECODE": "1", **settings}
    done = subprocess.run(wrapped, capture_output=True, text=True, env=environment, cwd="/")
    assert done.returncode == 0, done.stderr[-2000:]
    for level, outcomes in json.loads(done.stdout).items():
        assert set(outcomes) == names
        for name, (outcome, neighbour) in outcomes.items():
            assert neighbour == "pass", (level, name)
            assert (outcome == "pass") is name.startswith("benign_"), (level, name, outcome)
