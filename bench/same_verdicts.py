"""python bench/same_verdicts.py A B

Whether two runs came to the same: verdicts row by row and column by column, losses, and every figure of metrics.json.
A and B are what `codereflect compare` takes: a commit, a folder, `workspace`, an experiment. Columns and figures that
only one of them has are named and do not count; what was renamed since is compared under its new name. Exits with 1
when anything differs.
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Callable, Mapping

from codereflect.errors import one_sentence
from codereflect.params import flatten
from codereflect.runs.run import Run, load_run

Rows = dict[tuple[str, ...], dict[str, str]]
ANSWER = ("suite", "strategy", "task_id", "sample_index", "round")
MEASURED = ("step", "split", "label", "segment")
# Differences that are shown of each column.
SHOWN = 5


def verdicts(run: Run) -> Rows:
    """The rows of verdicts.csv by answer; a table from before there were rounds is of round 0."""
    return {
        tuple(row[name] for name in ANSWER): row for row in ({"round": "0"} | one for one in table(run, "verdicts"))
    }


def losses(run: Run) -> Rows:
    """The rows of losses.csv by step, split, label and segment; older ones have both in `kind`: `meta.analysis`."""
    rows = []
    for row in table(run, "losses"):
        if "kind" in row:
            label, _, segment = row.pop("kind").partition(".")
            row |= {"label": "reflection" if label == "meta" else label, "segment": segment or "all"}
        rows.append(row)
    return {tuple(row[name] for name in MEASURED): row for row in rows}


def figures(run: Run) -> Rows:
    """The values of metrics.json by dotted name."""
    values = {tuple(map(renamed, name.split("."))): value for name, value in flatten(run.metrics).items()}
    return {name: {"value": repr(value)} for name, value in values.items()}


def renamed(part: str) -> str:
    """A part of a figure's name as it is today: `meta`, `meta_rows`."""
    return "reflection" + part.removeprefix("meta") if part == "meta" or part.startswith("meta_") else part


def table(run: Run, name: str) -> list[dict[str, str]]:
    """The rows of a CSV file of a run."""
    return list(csv.DictReader(io.StringIO(run.text(f"{name}.csv") or "", newline="")))


def compared(name: str, a: Rows, b: Rows) -> bool:
    """Print what is equal and what differs; whether nothing does."""
    missing = [*only(a, b), *only(b, a)]
    for key in missing[:SHOWN]:
        print(f"{name}: {'A' if key in a else 'B'} alone has {', '.join(key)}")
    both = [key for key in a if key in b]
    columns = list(dict.fromkeys(column for key in both for column in a[key] if column in b[key]))
    unequal = 0
    for column in columns:
        differ = [key for key in both if a[key].get(column) != b[key].get(column)]
        unequal += bool(differ)
        for key in differ[:SHOWN]:
            print(f"{name}: {column} of {', '.join(key)}: {a[key].get(column)!r} in A, {b[key].get(column)!r} in B")
        if len(differ) > SHOWN:
            print(f"{name}: {column} differs in {len(differ)} of {len(both)} rows")
    alone = {
        column for rows, other in ((a, b), (b, a)) for key in both for column in rows[key].keys() - other[key].keys()
    }
    told = f" (not in both: {', '.join(sorted(alone))})" if alone else ""
    print(f"{name}: {len(both)} rows, {len(columns) - unequal} of {len(columns)} columns are equal{told}")
    if len(missing) > SHOWN:
        print(f"{name}: {len(missing)} rows are in one alone")
    return bool(both) and not unequal and not missing


def only(one: Mapping[tuple[str, ...], object], other: Mapping[tuple[str, ...], object]) -> list[tuple[str, ...]]:
    """The keys that the other lacks."""
    return [key for key in one if key not in other]


def main() -> int:
    """Compare the two runs that are named."""
    parts: dict[str, Callable[[Run], Rows]] = {"verdicts.csv": verdicts, "losses.csv": losses}
    with one_sentence():
        a, b = (load_run(name) for name in sys.argv[1:3])
        same = [compared(name, read(a), read(b)) for name, read in parts.items()]
        first, second = figures(a), figures(b)
        for key in [*only(first, second), *only(second, first)]:
            print(f"metrics.json: {'A' if key in first else 'B'} alone has {'.'.join(key)}, which does not count")
        shared = first.keys() & second.keys()
        sides = ({key: side[key] for key in first if key in shared} for side in (first, second))
        same.append(compared("metrics.json", *sides))
    print("the same" if all(same) else "NOT the same")
    return 0 if all(same) else 1


if __name__ == "__main__":
    sys.exit(main())
