"""The data card: what a corpus or a suite holds, where it came from, what was left out - as JSON and to be read.

A card is a plain dictionary. It says what was measured and nothing else: what nobody counted is absent, not zero.
Values may be text, numbers, counts by name (nested or not), or tables `{"columns": [...], "rows": [[...]]}`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from codereflect.json_files import dump_json

# The sections that come first, in this order, with their headings; all others follow by name.
HEADINGS = {
    "source": "Source",
    "read": "Rows read",
    "rejected": "Rejected, by reason",
    "dropped": "Dropped, by reason",
    "duplicates": "Duplicates",
    "contamination": "Contamination",
    "splits": "Splits",
    "counts": "Counts",
    "train": "Training tasks",
    "test": "Test tasks",
    "prepared": "Rows of each file",
    "suites": "Suites",
    "sha256": "SHA-256",
}
FIRST = ("name", "licence", "origin")
# A table with more columns than this is turned over, or becomes a section a row.
WIDEST = 8
# What Markdown would take for something else.
SPECIAL = set("*_[]<>#~&!\\")


def markdown(card: Mapping[str, Any], title: str | None = None) -> str:
    """A card to be read.

    Args:
        card: of a corpus or a suite; `{"suites": {suite: card}}` for several.
        title: the first heading; None is `Data card` with the card's name.

    Raises:
        ValueError: a number that is not finite, or a table whose rows are not as long as its columns.
        TypeError: a value that JSON has no word for.
    """
    plain = _plain(card)
    heading = title or f"Data card: {_text(plain['name'])}" if title or "name" in plain else "Data card"
    return "\n\n".join([f"# {heading}", *_mapping(plain, 2)]) + "\n"


def _plain(card: Mapping[str, Any]) -> dict[str, Any]:
    """What a reader of the JSON would get: no tuples, names as text, nothing that is not finite."""
    made: dict[str, Any] = json.loads(dump_json(card))
    _check(made)
    return made


def _check(value: Any) -> None:
    if _is_table(value):
        for row in value["rows"]:
            if not isinstance(row, list) or len(row) != len(value["columns"]):
                raise ValueError(f"a table of {len(value['columns'])} columns has the row {row!r}")
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _check(inner)


def _is_table(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() == {"columns", "rows"}


def _is_single(value: Any) -> bool:
    """Whether a value fits into a cell: anything that holds no values of its own, and lists of such."""
    return not isinstance(value, dict) and not (isinstance(value, list) and any(map(_holds_more, value)))


def _holds_more(value: Any) -> bool:
    return isinstance(value, dict | list)


def _mapping(values: dict[str, Any], level: int) -> list[str]:
    """Paragraphs of a mapping: what fits into a cell as one table, then a section for each other value."""
    single = {key: value for key, value in values.items() if _is_single(value)}
    order = [*(key for key in FIRST if key in single), *sorted(single.keys() - set(FIRST))]
    paragraphs = [_table(["", ""], [[_label(key), single[key]] for key in order])] if single else []
    known = [key for key in HEADINGS if key in values and key not in single]
    for key in [*known, *sorted(values.keys() - single.keys() - HEADINGS.keys())]:
        paragraphs += _section(HEADINGS.get(key) or _heading(key), values[key], level)
    return paragraphs


def _section(heading: str, value: Any, level: int) -> list[str]:
    return [f"{'#' * min(level, 6)} {heading}", *_body(value, level)]


def _body(value: Any, level: int) -> list[str]:
    """Paragraphs of a value that does not fit into a cell."""
    if not value:
        return ["none"]
    if _is_table(value):
        return [_table(value["columns"], value["rows"])] if value["rows"] else ["none"]
    if isinstance(value, list):
        return _body({str(number): inner for number, inner in enumerate(value, start=1)}, level)
    if all(map(_is_single, value.values())):
        return [_table(["", ""], [[_name(key), value[key]] for key in sorted(value)])]
    return _matrix(value) or _mapping_by_name(value, level)


def _mapping_by_name(values: dict[str, Any], level: int) -> list[str]:
    """As `_mapping`, under a heading: names are kept as they are where they name things (files, suites)."""
    named = all(isinstance(value, dict) for value in values.values())
    if not named:
        return _mapping(values, level + 1)
    return [part for key in sorted(values) for part in _section(_name(key), values[key], level + 1)]


def _matrix(values: dict[str, Any]) -> list[str]:
    """Counts by two names as one table, the shorter side on top; nothing where they do not form one."""
    inner = list(values.values())
    if not all(isinstance(row, dict) and row and all(map(_is_single, row.values())) for row in inner):
        return []
    across = sorted({key for row in inner for key in row})
    down = sorted(values)
    if len(across) <= WIDEST:
        # What nobody counted stays empty; it is not zero.
        rows = [[_name(key), *(values[key].get(column, "") for column in across)] for key in down]
        return [_table(["", *map(_name, across)], rows)]
    if len(down) <= WIDEST:
        rows = [[_name(column), *(values[key].get(column, "") for key in down)] for column in across]
        return [_table(["", *map(_name, down)], rows)]
    return []


class _Done(str):
    """Text that is Markdown already."""


def _label(key: str) -> _Done:
    """A key of ours as words."""
    return _Done(_text(key.replace("_", " ")))


def _heading(key: str) -> str:
    """A key of ours as a heading."""
    return _text(key.replace("_", " ").strip().capitalize())


def _name(key: str) -> _Done:
    """A key that names something: a file, a task, a reason."""
    return _Done(_text(key))


def _table(columns: Sequence[Any], rows: Sequence[Sequence[Any]]) -> str:
    """A Markdown table; columns of numbers are aligned to the right."""
    numbers = [
        all(isinstance(row[place], int | float) or row[place] in ("", None) for row in rows)
        and any(isinstance(row[place], int | float) for row in rows)
        for place in range(len(columns))
    ]
    rule = ["---:" if number else "---" for number in numbers]
    lines = [list(map(_cell, columns)), rule, *(list(map(_cell, row)) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(value: Any) -> str:
    if isinstance(value, _Done):
        return value
    if value is None:
        return "not stated"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return _decimal(value)
    if isinstance(value, list | dict):
        return ", ".join(map(_cell, value)) or "none"
    return _text(str(value))


def _decimal(value: float) -> str:
    """Four places after the point, fewer where they say nothing; what would round to zero keeps its digits."""
    rounded = f"{value:,.4f}".rstrip("0").rstrip(".")
    return rounded if rounded not in ("0", "-0") else f"{value:.2g}" if value else "0"


def _text(text: str) -> str:
    """Text on one line that Markdown takes for text: as code where it holds anything special."""
    line = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in " ".join(text.split()))
    if SPECIAL & set(line) and "`" not in line:
        # A bar ends a cell even in code.
        return "`" + line.replace("|", "\\|") + "`"
    return "".join(f"\\{char}" if char in SPECIAL | {"`", "|"} else char for char in line)
