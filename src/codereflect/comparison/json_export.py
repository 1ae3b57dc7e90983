"""A comparison for programs: JSON with every number, at a precision that is the same on all machines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from codereflect.comparison import sentences
from codereflect.comparison.arms import Pair
from codereflect.comparison.results import Comparison, Line
from codereflect.comparison.seeds import Seeded
from codereflect.json_files import dump_indented
from codereflect.records import DECIMALS

SCHEMA = "Comparison/1"


def to_json(comparisons: Sequence[Comparison], source: str) -> str:
    """Comparisons as indented JSON with sorted keys."""
    return _dump({"schema": SCHEMA, "source": source, "comparisons": [_comparison(one) for one in comparisons]})


def lines_to_json(lines: Sequence[Line], a: str, b: str, source: str) -> str:
    """Lines without runs behind them (a file of scores) in the same form."""
    one = {"a": a, "b": b, "lines": [_line(line, a, b) for line in lines]}
    return _dump({"schema": SCHEMA, "source": source, "comparisons": [one]})


def _dump(value: Any) -> str:
    return dump_indented(_plain(value)).rstrip("\n")


def _comparison(one: Comparison) -> dict[str, Any]:
    return {
        "a": one.a,
        "b": one.b,
        "pairs": [_pair(pair) for pair in one.pairs],
        "unmatched": one.unmatched,
        "silent": one.silent,
        "differences": one.differences,
        "lines": [_line(line, one.a, one.b) for line in one.lines],
        "notes": sentences.notes(one),
    }


def _pair(pair: Pair) -> dict[str, Any]:
    return {
        "base_seed": pair.seeds[0],
        "train_seed": pair.seeds[1],
        "a": {"name": pair.a.name, "run_key": pair.a.run_key},
        "b": {"name": pair.b.name, "run_key": pair.b.run_key},
    }


def _line(line: Line, a: str, b: str) -> dict[str, Any]:
    plain = {field.name: getattr(line, field.name) for field in fields(line)}
    estimate = plain.pop("estimate")
    plain["difference"] = line.b - line.a
    plain["verdict"] = sentences.verdict(line, a, b)
    if estimate is not None:
        plain["estimate"] = {field.name: getattr(estimate, field.name) for field in fields(estimate)}
        plain["estimate"]["kind"] = type(estimate).__name__.lower()
    if isinstance(estimate, Seeded):
        plain["estimate"]["by_seed"] = [
            {"base_seed": base, "train_seed": train, "a": first, "b": second, "difference": second - first}
            for (base, train), (first, second) in estimate.by_seed.items()
        ]
    return plain


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, DECIMALS)
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    return value
