"""A comparison for people: tables of 100 columns for a terminal, Markdown for a page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from codereflect.comparison import sentences
from codereflect.comparison.other_differences import Difference
from codereflect.comparison.results import Comparison, Line
from codereflect.comparison.seeds import Seeded
from codereflect.comparison.statistics import Paired
from codereflect.terminal import cell, one_line, paragraph

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

WIDTH = 100
_ROOM = 12
# files of code that are listed; two runs of different months differ in hundreds
_MOST_FILES = 8
_LAST = ("p", "+/-/=", "MDE (80% power)")


def short_names(a: str, b: str) -> tuple[str, str]:
    """The arms as column headings: their names, or A and B when a table of 100 columns has no room for them."""
    return (one_line(a), one_line(b)) if max(len(a), len(b)) <= _ROOM else ("A", "B")


def headings(a: str, b: str) -> list[str]:
    """Column headings of a table of lines."""
    return ["suite", "metric", *short_names(a, b), "difference [95%]", *_LAST]


def cells(line: Line) -> list[str]:
    """A line as text, one cell per heading."""
    estimate = line.estimate
    name = f"  {one_line(line.category)}" if line.category else one_line(line.suite)
    start = [name, line.metric, _mean(line, line.a), _mean(line, line.b)]
    difference = _difference(line, line.b - line.a)
    if estimate is None:
        return [*start, difference, "", "", ""]
    smallest = "-" if estimate.smallest is None else _size(line, estimate.smallest)
    counts = f"{estimate.wins}/{estimate.losses}/{estimate.ties}"
    return [*start, f"{difference} {sentences.signed_pair(line)}", _p(estimate.p), counts, smallest]


def _mean(line: Line, value: float) -> str:
    return f"{value * 100:.1f}" if line.share else f"{value:.2f}"


def _difference(line: Line, value: float) -> str:
    return sentences.signed(value * 100, 1) if line.share else sentences.signed(value, 2)


def _size(line: Line, value: float) -> str:
    return f"{value * 100:.1f}" if line.share else f"{value:.2f}"


def _p(value: float | None) -> str:
    if value is None:
        return "-"
    return "<.001" if value < 0.001 else f"{value:.3f}".lstrip("0")


def print_comparison(console: Console, comparison: Comparison) -> None:
    """Print tables, verdicts, notes and the other differences of a comparison."""
    print_lines(console, comparison.lines, comparison.a, comparison.b, _title(comparison))
    by_seed = [line for line in comparison.lines if line.decides and isinstance(line.estimate, Seeded)]
    for line in by_seed:
        console.print(_seed_table(line, comparison))
    _print_texts(console, comparison)
    if comparison.differences:
        console.print(_difference_table(comparison))


def print_lines(console: Console, lines: Sequence[Line], a: str, b: str, title: str) -> None:
    """Print one table of lines and, below it, what its numbers are."""
    table = _table(title)
    for place, heading in enumerate(headings(a, b)):
        # The longest heading takes two lines, so that a row needs one.
        shown = heading.replace(" (80%", "\n(80%")
        table.add_column(cell(shown), justify="left" if place < 2 else "right", overflow="fold", no_wrap=place > 1)
    for line in lines:
        table.add_row(*map(cell, cells(line)), style="bold" if line.decides else "")
    console.print(table)
    paragraph(console, _legend(lines), "dim")


def _title(comparison: Comparison) -> str:
    count = len(comparison.pairs)
    first, second = comparison.a, comparison.b
    if short_names(first, second) == ("A", "B"):
        first, second = f"A = {first}", f"B = {second}"
    pair = comparison.pairs[0]
    if count > 1:
        return f"{second} against {first}: {count} pairs of runs with the same seeds"
    names = f" ({pair.b.name} against {pair.a.name})" if comparison.b != pair.b.name else ""
    return f"{second} against {first}: one run each{names}"


def _legend(lines: Sequence[Line]) -> str:
    shares = any(line.share for line in lines)
    seeds = dict.fromkeys(f"{e.units} {e.unit}" for line in lines if isinstance(e := line.estimate, Seeded))
    tests = dict.fromkeys(e.test for line in lines if isinstance(e := line.estimate, Paired))
    methods = dict.fromkeys(i.method for line in lines if isinstance(line.estimate, Paired) and (i := line.interval))
    parts = ["Percent and percentage points."] if shares else []
    if seeds:
        parts.append(f"Intervals and p: crossed t test over tasks and seeds ({' or '.join(seeds)}).")
    if methods:
        parts.append(f"Interval: {'; '.join(methods)}.")
    if not seeds and not methods:
        parts.append("No interval.")
    if tests:
        parts.append(f"p: {'; '.join(tests)}.")
    return " ".join([*parts, "+/-/=: tasks better, worse, equal. MDE: minimum detectable effect."])


def texts(comparison: Comparison) -> list[str]:
    """Verdicts, spread between seeds and notes, one paragraph each."""
    deciding = [line for line in comparison.lines if line.decides]
    found = [sentences.verdict(line, comparison.a, comparison.b) for line in deciding]
    found += [text for line in deciding if (text := sentences.spread(line))]
    found += sentences.notes(comparison)
    return found + [text for text in [sentences.flagged(comparison)] if text]


def _print_texts(console: Console, comparison: Comparison) -> None:
    count = sum(line.decides for line in comparison.lines)
    for place, text in enumerate(texts(comparison)):
        print_text(console, text, "bold" if place < count else "")


def print_text(console: Console, text: str, style: str = "") -> None:
    """Print a paragraph; a command in it stays on one line, so that it can be copied."""
    for part in text.split("\n"):
        paragraph(console, part, style, whole=part.startswith("  "))


def _seed_table(line: Line, comparison: Comparison) -> Table:
    estimate = line.estimate
    assert isinstance(estimate, Seeded)
    table = _table(f"{line.suite}, {line.metric}, by seeds")
    for heading in ("base.seed", "train.seed", *short_names(comparison.a, comparison.b), "difference"):
        # The longest heading takes two lines, so that a row needs one.
        shown = heading.replace(" (80%", "\n(80%")
        table.add_column(cell(shown), justify="right")
    for (base, train), (a, b) in estimate.by_seed.items():
        table.add_row(_seed(base), _seed(train), _mean(line, a), _mean(line, b), _difference(line, b - a))
    return table


def _seed(seed: int | None) -> str:
    return "-" if seed is None else str(seed)


def _difference_table(comparison: Comparison) -> Table:
    table = _table("What differs between the arms")
    for heading in ("", "kind", "key", *short_names(comparison.a, comparison.b)):
        table.add_column(cell(heading), overflow="fold")
    code = [one for one in comparison.differences if one.kind == "code"]
    hidden = code[_MOST_FILES:]
    for one in comparison.differences:
        if one not in hidden:
            table.add_row(*map(cell, _difference_cells(one)), style="" if one.expected else "yellow")
    if hidden:
        table.add_row("!", "code", f"and {len(hidden):,} more files (all of them: --json)", style="yellow")
    return table


def _difference_cells(one: Difference) -> list[str]:
    return ["" if one.expected else "!", one.kind, one.key, _values(one.a), _values(one.b)]


def _values(values: Sequence[str]) -> str:
    shown = [value if len(value) <= 40 else value[:37] + "..." for value in values[:3]]
    return ", ".join(shown) + (f" and {len(values) - 3} more" if len(values) > 3 else "")


def _table(title: str) -> Table:
    from rich import box
    from rich.table import Table

    return Table(title=cell(title), title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))


def markdown(comparison: Comparison) -> str:
    """The table of a comparison and its verdicts as Markdown."""
    lines = [f"**{_title(comparison)}**", "", *markdown_table(comparison.lines, comparison.a, comparison.b), ""]
    return "\n".join([*lines, *(f"- {_inline(text)}" for text in texts(comparison))]) + "\n"


def _inline(text: str) -> str:
    """A paragraph in Markdown: a command on its own line becomes code."""
    first, _, command = text.partition("\n")
    return f"{first} `{command.strip()}`" if command else first


def markdown_table(lines: Sequence[Line], a: str, b: str) -> list[str]:
    """A table of lines in Markdown, with what its numbers are below."""
    rows = [headings(a, b), ["---", "---", *["---:"] * 6], *(cells(line) for line in lines)]
    table = ["| " + " | ".join(_escape(text.strip()) for text in row) + " |" for row in rows]
    # A category stands below its suite: the indentation that shows it on a terminal is lost in Markdown.
    for place, line in enumerate(lines, start=2):
        if line.category:
            table[place] = table[place].replace("| ", "| &nbsp;&nbsp;", 1)
    return [*table, "", _legend(lines)]


def _escape(text: str) -> str:
    return text.replace("|", "\\|")
