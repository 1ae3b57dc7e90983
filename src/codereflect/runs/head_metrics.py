"""The few figures of a run that are looked at first: how each suite came out.

One choice for every view: head.json is the file that dvc.yaml names under `metrics`, and MLflow shows the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

# Of a suite whose answers are run pass@k; of one whose answers are compared as text, the rest.
_RUN = re.compile(r"pass@\d+")
_TEXT = ("exact_match", "bleu", "codebleu", "text_pass@1")
_NO_SUITES = ("train", "attempt", "contamination")


def head_metrics(metrics: Mapping[str, Any]) -> dict[str, Any]:
    """What head.json holds: by suite (and strategy, where there are several) its head metrics, out of the nested
    mapping of metrics.json; a suite without any is absent.
    """
    found = {name: _of_suite(value) for name, value in metrics.items() if name not in _NO_SUITES}
    return {name: value for name, value in found.items() if value}


def _of_suite(values: Any) -> dict[str, Any]:
    if not isinstance(values, dict):
        return {}
    run = {name: value for name, value in values.items() if _RUN.fullmatch(name)}
    inner = {name: found for name, value in values.items() if (found := _of_suite(value))}
    return run or inner or {name: values[name] for name in _TEXT if name in values}
