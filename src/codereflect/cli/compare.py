"""`codereflect compare`: paired statistics over experiments, verdict folders, or scores made elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from codereflect.terminal import paragraph, say

if TYPE_CHECKING:
    from rich.console import Console

    from codereflect.comparison.arms import Selection
    from codereflect.comparison.results import Comparison, Line

EXAMPLES = """
\b
Examples:
  codereflect compare                            all arms of the newest experiments, else of the published runs
  codereflect compare sft reflection             all runs of two methods, matched by seeds
  codereflect compare NAME workspace             two runs; also a git revision, or a folder with verdicts
  codereflect compare A/ B/                      two folders of codereflect score --out
  codereflect compare scores.csv --a old --b new columns of scores made elsewhere
"""


@click.command("compare", epilog=EXAMPLES)
@click.argument("names", nargs=-1, metavar="[A B ...] | FILE.csv")
@click.option("--a", "column_a", metavar="COLUMN", help="FILE.csv: scores of the first system.")
@click.option("--b", "column_b", metavar="COLUMN", help="FILE.csv: scores of the second system.")
@click.option("--suite", help="Only this suite.")
@click.option("--metric", help="Only this metric: pass@1, pass@K, exact_match, syntax, bleu.")
@click.option("--by", metavar="category|COLUMN", help="Add a line per category (FILE.csv: per value of a column).")
@click.option("--json", "as_json", is_flag=True, help="Every number, as JSON.")
@click.option("--markdown", "as_markdown", is_flag=True, help="The table as Markdown.")
@click.option("--plot", type=click.Path(path_type=Path, dir_okay=False), help="Write a forest plot (.png or .svg).")
@click.option("--list", "listing", is_flag=True, help="List the runs that can be compared.")
def compare(
    names: tuple[str, ...],
    column_a: str | None,
    column_b: str | None,
    suite: str | None,
    metric: str | None,
    by: str | None,
    as_json: bool,
    as_markdown: bool,
    plot: Path | None,
    listing: bool,
) -> None:
    """Compare arms on the same tasks: differences, intervals, minimum detectable effects.

    An arm is one run, or all runs of one method. Differences are against the first arm. Exits with 2 when there is
    nothing to compare.
    """
    from codereflect.errors import UserError, one_sentence

    with one_sentence():
        if as_json and as_markdown:
            raise UserError("--json and --markdown exclude each other.", "codereflect compare --json")
        form = "json" if as_json else "markdown" if as_markdown else "table"
        if listing:
            _list()
        elif _is_scores(names, column_a, column_b):
            _scores(Path(names[0]), str(column_a), str(column_b), by, form, plot)
        else:
            _runs(names, suite, metric, by, form, plot)


def _is_scores(names: Sequence[str], column_a: str | None, column_b: str | None) -> bool:
    from codereflect.errors import UserError

    only = Path(names[0]) if len(names) == 1 else None
    file = only is not None and only.suffix != ".jsonl" and (only.suffix == ".csv" or only.is_file())
    if file and not (column_a and column_b):
        raise UserError(
            f"{names[0]}: --a and --b must name two columns.", f"codereflect compare {names[0]} --a COLUMN --b COLUMN"
        )
    if not file and (column_a or column_b):
        raise UserError(
            "--a and --b name columns of one CSV file.", "codereflect compare FILE.csv --a COLUMN --b COLUMN"
        )
    if not file and len(names) == 1:
        raise UserError(f"{names[0]} needs a second run to compare with.", f"codereflect compare {names[0]} OTHER")
    return file


def _console() -> Console:
    from rich.console import Console

    from codereflect.comparison.table import WIDTH

    console = Console(highlight=False, soft_wrap=False)
    # Without a terminal rich assumes 80 columns.
    return console if console.is_terminal else Console(highlight=False, width=WIDTH)


def _scores(path: Path, a: str, b: str, by: str | None, form: str, plot: Path | None) -> None:
    from codereflect.comparison import json_export, sentences, table
    from codereflect.comparison import plot as drawing
    from codereflect.comparison.scores import compare_columns

    if plot:
        drawing.format_of(plot)
    lines = compare_columns(path, a, b, by)
    if form == "json":
        say(json_export.lines_to_json(lines, a, b, path.name))
    elif form == "markdown":
        say("\n".join(table.markdown_table(lines, a, b)))
    else:
        console = _console()
        table.print_lines(console, lines, a, b, path.name)
        for text in (sentences.verdict(lines[0], a, b), sentences.needed(lines[0]), sentences.other_interval(lines[0])):
            if text:
                table.print_text(console, text)
    if plot:
        drawing.write_forest(plot, [(line.category or line.suite, line) for line in lines], f"{b} against {a}")


def _runs(
    names: Sequence[str], suite: str | None, metric: str | None, by: str | None, form: str, plot: Path | None
) -> None:
    from codereflect.comparison import json_export, results, table
    from codereflect.comparison import plot as drawing
    from codereflect.comparison.arms import select
    from codereflect.errors import UserError

    if by not in (None, "category"):
        raise UserError(f"--by {by}: runs can be split by category only.", "codereflect compare --by category")
    if plot:
        drawing.format_of(plot)
    selection = select(names)
    comparisons = results.compare(selection, suite, metric, by_category=by == "category")
    if form == "json":
        say(json_export.to_json(comparisons, selection.source))
    elif form == "markdown":
        say("\n".join(table.markdown(one) for one in comparisons), end="")
    else:
        _print(selection, comparisons)
    if plot:
        drawing.write_forest(plot, _forest(comparisons), f"difference to {selection.arms[0].name}")


def _print(selection: Selection, comparisons: Sequence[Comparison]) -> None:
    from codereflect.comparison.table import print_comparison

    console = _console()
    paragraph(console, f"Shown: {selection.source}.")
    for one in comparisons:
        console.print()
        print_comparison(console, one)


def _forest(comparisons: Sequence[Comparison]) -> list[tuple[str, Line]]:
    """The rows of the plot: the deciding metric of each suite, and its categories if requested."""
    rows: list[tuple[str, Any]] = []
    for one in comparisons:
        name = f"{one.b}: " if len(comparisons) > 1 else ""
        for line in one.lines:
            if line.decides or line.category:
                label = f"{line.category}" if line.category else f"{name}{line.suite}, {line.metric}"
                rows.append((label, line))
    return rows


def _list() -> None:
    from codereflect.runs.run import list_runs

    runs = list_runs()
    if not runs:
        say("There are no runs here. To make some: codereflect sweep -S train.method=sft,reflection")
    for run in runs:
        base, train = ("-" if seed is None else seed for seed in run.seeds)
        seeds = f"base.seed {base}, train.seed {train}"
        say(f"{run.name}  {run.origin}, method {run.method or 'unknown'}, {seeds}, {(run.run_key or '-')[:7]}")
