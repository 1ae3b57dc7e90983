"""Makes a stage run the code of the folder it stands in.

`dvc exp run --temp` runs a copy of the repository, while the installed package points at the original: without this,
an experiment would record one version of the code and execute another.
"""

import importlib.util
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

if any(importlib.util.find_spec(name) is None for name in ("pydantic", "rich", "ruamel")):
    print("error: this Python lacks the pinned packages. Fix: make setup && . .venv/bin/activate", file=sys.stderr)
    raise SystemExit(2)
