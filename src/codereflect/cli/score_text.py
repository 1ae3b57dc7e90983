"""codereflect score --format concode: CodeXGLUE's text-to-code files, compared as text."""

from __future__ import annotations

import sys
from pathlib import Path

from codereflect.records import dump_json, write_text_atomically


def score_concode(answers: Path, predictions: Path, out: Path) -> None:
    """Write metrics.json and print the figures."""
    from rich.console import Console
    from rich.table import Table

    from codereflect.scoring.concode import score_files

    metrics = score_files(answers, predictions)
    write_text_atomically(out / "metrics.json", dump_json(metrics) + "\n")
    table = Table("metric", "value", "variant", box=None, header_style="bold")
    table.columns[1].justify = "right"
    for name, value in metrics["scores"].items():
        table.add_row(name, f"{value:.2f}", metrics["variants"].get(name, ""))
    Console().print(table)
    print(f"{metrics['pairs']} answers; {out / 'metrics.json'} written.", file=sys.stderr)
