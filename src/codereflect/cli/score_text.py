"""codereflect score --format concode: CodeXGLUE's text-to-code files, compared as text."""

from __future__ import annotations

import sys
from pathlib import Path

from codereflect.errors import UserError
from codereflect.records import dump_json, write_text_atomically

FIGURES = (
    "exact_match",
    "bleu",
    "codebleu",
    "codebleu_ngram",
    "codebleu_weighted_ngram",
    "codebleu_syntax",
    "codebleu_dataflow",
    "java_syntax",
)


def score_concode(answers: Path, predictions: Path, out: Path) -> None:
    """Write metrics.json and print the figures."""
    from rich.console import Console
    from rich.table import Table

    from codereflect.scoring.concode import score_files

    metrics = score_files(answers, predictions)
    try:
        write_text_atomically(out / "metrics.json", dump_json(metrics) + "\n")
    except OSError as error:
        raise UserError(f"{out} cannot be written: {error.strerror}.", "name another folder") from None
    table = Table("metric", "percent", box=None, header_style="bold")
    table.columns[1].justify = "right"
    for name in FIGURES:
        if name in metrics:
            table.add_row(name, f"{metrics[name]:.2f}")
    console = Console()
    console.print(table)
    console.print(f"CodeBLEU: {metrics['codebleu_variant']}.", highlight=False)
    print(f"{metrics['n']} answers; {out / 'metrics.json'} written.", file=sys.stderr)
