"""How many predictions for CONCODE compile, in a class rebuilt around each reference (`programs.java_class`).

The rate is over the rows whose reference compiles. It says nothing about behaviour.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from codereflect.programs.java_class.outcomes import Outcome
from codereflect.records import DECIMALS

COMMONEST = 8


def summary(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Figures for metrics.json: the compile rate in percent with its denominator, and the commonest reasons."""
    compilable = [outcome for outcome in outcomes if outcome.reference]
    figures: dict[str, Any] = {"n_compilable": len(compilable)}
    if compilable:
        rate = sum(outcome.prediction is True for outcome in compilable) / len(compilable)
        figures["java_compiles"] = round(100 * rate, DECIMALS)
    figures["compile_errors"] = _commonest(outcome.reason for outcome in compilable if not outcome.prediction)
    figures["reference_errors"] = _commonest(outcome.reason for outcome in outcomes if not outcome.reference)
    return figures


def _commonest(reasons: Iterator[str]) -> dict[str, int]:
    return dict(sorted(Counter(reasons).items(), key=lambda pair: (-pair[1], pair[0]))[:COMMONEST])
