"""A forest plot: one row per suite, metric and arm, the difference with its interval, single seeds as small dots.

The same numbers give the same bytes: no date, no version, no random identifiers in the file.
"""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codereflect.comparison.results import Line
from codereflect.comparison.seeds import Seeded
from codereflect.errors import UserError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FORMATS = {".png": "png", ".svg": "svg"}


def format_of(path: Path) -> str:
    """The format that a file name asks for.

    Raises:
        UserError: it is neither .png nor .svg.
    """
    if path.suffix.lower() not in FORMATS:
        raise UserError(f"{path}: a plot is a .png or .svg file.", "codereflect compare --plot differences.svg")
    return FORMATS[path.suffix.lower()]


def write_forest(path: Path, rows: Sequence[tuple[str, Line]], title: str) -> None:
    """Write a forest plot, atomically.

    Args:
        path: .png or .svg.
        rows: label and line, from top to bottom; lines without an interval show the point alone.
        title: above the plot.

    Raises:
        UserError: the file name has another ending, or nothing can be drawn.
    """
    kind = format_of(path)
    if not rows:
        raise UserError("There is no difference to draw.", "codereflect compare --plot without --metric")
    # Shares and raw scores have different units: what is drawn has the unit of the first row.
    share = rows[0][1].share
    rows = [(label, line) for label, line in rows if line.share == share]
    content = _render(kind, rows, title, "percentage points" if share else "scores", 100.0 if share else 1.0)
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        scratch.write_bytes(content)
        os.replace(scratch, path)
    finally:
        scratch.unlink(missing_ok=True)


def _render(kind: str, rows: Sequence[tuple[str, Line]], title: str, unit: str, scale: float) -> bytes:
    import matplotlib
    from matplotlib.figure import Figure

    settings: Any = {"svg.hashsalt": "codereflect", "svg.fonttype": "none", "font.family": "DejaVu Sans"}
    with matplotlib.rc_context():
        # The user's own matplotlib settings would change the bytes.
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(settings)
        figure = Figure(figsize=(8.0, 1.4 + 0.42 * len(rows)), layout="constrained")
        axes = figure.add_subplot()
        _draw(axes, rows, scale)
        axes.set_xlabel(f"difference in {unit}, 95% interval")
        axes.set_title(title, loc="left", fontsize=10)
        stream = io.BytesIO()
        nothing = {"Date": None, "Creator": None} if kind == "svg" else {"Software": None}
        figure.savefig(stream, format=kind, dpi=150, metadata=nothing)
    return stream.getvalue()


def _draw(axes: Axes, rows: Sequence[tuple[str, Line]], scale: float) -> None:
    axes.axvline(0, color="0.5", linewidth=0.8)
    for place, (_, line) in enumerate(rows):
        difference = (line.b - line.a) * scale
        interval = line.interval
        colour = "tab:blue" if interval and interval.excludes_zero else "0.25"
        if isinstance(line.estimate, Seeded):
            dots = [(b - a) * scale for a, b in line.estimate.by_seed.values()]
            axes.plot(dots, [place + 0.22] * len(dots), "o", color="0.6", markersize=2.5)
        if interval:
            axes.plot([interval.low * scale, interval.high * scale], [place, place], color=colour, linewidth=1.6)
        axes.plot([difference], [place], "s", color=colour, markersize=5)
    axes.set_yticks(range(len(rows)), [label for label, _ in rows])
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)
