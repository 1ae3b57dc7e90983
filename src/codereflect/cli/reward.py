"""codereflect reward --in FILE.jsonl --out FILE.jsonl

Grades generated unit tests in the sandbox. Needs neither a repository nor params.yaml.
"""

from __future__ import annotations

from pathlib import Path

import click

from codereflect.cli.program_limits import MAX_INVALID, MEGABYTES, SECONDS
from codereflect.errors import UserError
from codereflect.sandbox_params import SandboxLimits

MEMORY_MB, OUTPUT_KB = 1024, 1024
FILE = click.Path(path_type=Path)


@click.command()
@click.option("--in", "source", required=True, type=FILE, help="Rows with code, entry_point, generated_test (.jsonl).")
@click.option("--out", required=True, type=FILE, help="The same rows with verdict, reward, reason, ... (.jsonl).")
@click.option("--workers", type=click.IntRange(1, 1024), help="Tests at once; default: one per core.")
@click.option("--cpu-seconds", type=SECONDS, default=3.0, show_default=True, help="Of one run.")
@click.option("--memory-mb", type=MEGABYTES, default=MEMORY_MB, show_default=True, help="Of one run.")
@click.option("--mutants", type=click.IntRange(1, 1000), default=50, show_default=True, help="At most, of one program.")
@click.option("--level", type=click.Choice(["full", "landlock"]), help="Fail unless this isolation level is available.")
def reward(
    source: Path,
    out: Path,
    workers: int | None,
    cpu_seconds: float,
    memory_mb: int,
    mutants: int,
    level: str | None,
) -> None:
    """Grade generated unit tests: which are accepted, and what reward each earns."""
    from codereflect.grading.unit_tests.files import check_out, grade_file, read_rows

    if source.absolute() == out.absolute():
        raise UserError(f"--out {out} is the input.", "name another file")
    check_out(out)
    rows = read_rows(source)
    limits = SandboxLimits(
        cpu_seconds=cpu_seconds, memory_mb=memory_mb, output_kb=OUTPUT_KB, allow_weak=False, max_invalid=MAX_INVALID
    )
    _print_table(grade_file(rows, out, limits, workers, level, mutants))


def _print_table(rewards: list[dict[str, object]]) -> None:
    from collections import Counter

    from rich.console import Console
    from rich.table import Table

    console = Console()
    table = Table("verdict", "reason", "tests", "share", "mean reward", box=None, header_style="bold")
    for column in table.columns[2:]:
        column.justify = "right"
    for (verdict, word), count in Counter((str(one["verdict"]), str(one["word"])) for one in rewards).most_common():
        earned = [one["reward"] for one in rewards if (one["verdict"], one["word"]) == (verdict, word)]
        known = [value for value in earned if isinstance(value, float)]
        mean = f"{sum(known) / len(known):.3f}" if known else ""
        table.add_row(verdict, word, str(count), f"{100 * count / len(rewards):.1f}%", mean)
    console.print(table)
    survivors = Counter(kind for one in rewards for _, kind in one["survivors"])  # type: ignore[attr-defined]
    if survivors:
        listed = ", ".join(f"{kind} {count}" for kind, count in survivors.most_common())
        console.print(f"Mutants that accepted tests did not find, by kind: {listed}.", highlight=False)
    unsealed = sum(not one["sealed"] for one in rewards)
    if unsealed:
        console.print(f"{unsealed} ran unsealed: the code takes or returns more than data.", highlight=False)
