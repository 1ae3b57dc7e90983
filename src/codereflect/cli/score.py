"""codereflect score --problems FILE --samples FILE --out DIR

Scores samples made elsewhere, in the sandbox. Needs neither a repository nor params.yaml.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from codereflect.errors import UserError
from codereflect.json_files import dump_json, write_text_atomically
from codereflect.records import Problem
from codereflect.sandbox_params import SandboxLimits

if TYPE_CHECKING:
    from codereflect.formats import Answer

METRICS = "metrics.json"
MEMORY_MB, OUTPUT_KB, MAX_INVALID = 1024, 8192, 0.01
FILE = click.Path(path_type=Path)


def _ks(context: click.Context, parameter: click.Parameter, value: str | None) -> list[int] | None:
    if value is None:
        return None
    parts = value.split(",")
    if not all(part.strip().isdecimal() and int(part) > 0 for part in parts):
        raise click.BadParameter(f"{value!r} is not a list of whole numbers above 0, such as 1,10")
    return sorted({int(part) for part in parts})


@click.command()
@click.option("--problems", required=True, type=FILE, help="The suite's file (.jsonl, .jsonl.gz, .json).")
@click.option("--samples", required=True, type=FILE, help="Answers: task_id with completion or solution.")
@click.option("--out", required=True, type=FILE, help="Folder for verdicts.jsonl and metrics.json.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["auto", "humaneval", "mbpp", "evalplus", "bigcode", "multipl-e", "concode"]),
    default="auto",
    help="auto: detected from the files' keys.",
)
@click.option("--language", type=click.Choice(["java"]), help="Refuse problems in other languages (multipl-e).")
@click.option("--k", "ks", callback=_ks, help="The k of pass@k, such as 1,10; default: all that the samples allow.")
@click.option("--workers", type=click.IntRange(1, 1024), help="Programs at once; default: one per core.")
@click.option(
    "--cpu-seconds", type=click.FloatRange(0.01, 3600), default=3.0, show_default=True, help="Of one program."
)
@click.option(
    "--memory-mb", type=click.IntRange(64, 1 << 20), default=MEMORY_MB, show_default=True, help="Of one program."
)
@click.option(
    "--output-kb",
    type=click.IntRange(1, 1 << 16),
    default=OUTPUT_KB,
    show_default=True,
    help="What one call may return (Python).",
)
@click.option(
    "--prepend-prompt",
    "prepend",
    type=click.Choice(["auto", "yes", "no"]),
    default="auto",
    help="Put the prompt in front of the answer; auto: only if the answer does not define the function.",
)
@click.option("--level", type=click.Choice(["full", "landlock"]), help="Fail unless this isolation level is available.")
@click.option("--allow-missing", is_flag=True, help="Score the tasks that have samples; report how many have none.")
def score(
    problems: Path,
    samples: Path,
    out: Path,
    form: str,
    language: str | None,
    ks: list[int] | None,
    workers: int | None,
    cpu_seconds: float,
    memory_mb: int,
    output_kb: int,
    prepend: Any,
    level: str | None,
    allow_missing: bool,
) -> None:
    """Score samples of a public suite: run them in the sandbox, or compare them as text (concode)."""
    _check_folder(out)
    if language and form not in ("auto", "multipl-e"):
        raise UserError(f"--language {language} does not go with --format {form}.", "use --format multipl-e")
    if form == "concode":
        from codereflect.cli.score_text import score_concode

        score_concode(problems, samples, out, workers)
        return
    limits = SandboxLimits(
        cpu_seconds=cpu_seconds, memory_mb=memory_mb, output_kb=output_kb, allow_weak=False, max_invalid=MAX_INVALID
    )
    from codereflect.sandbox import Sandbox

    with ExitStack() as engines:
        engine: Sandbox = engines.enter_context(closing(Sandbox(limits, workers, level=level)))
        # an existing folder may hold all verdicts
        if not language and form != "multipl-e" and not out.exists() and problems.is_file() and samples.is_file():
            engine.start_early()  # its workers start while modules and files are read
        from codereflect.scoring.answer_metrics import answer_metrics
        from codereflect.scoring.answers import grade_answers

        asked, answers, absent = _read(problems, samples, form, language, allow_missing)
        _check_k(ks, answers)
        rows = grade_answers(asked, answers, prepend, limits, workers, engine, level, out)
    metrics = answer_metrics(rows, ks, limits, len(absent))
    write_text_atomically(out / METRICS, dump_json(metrics) + "\n")
    _print_table(metrics, absent)
    told = metrics["sandbox"]["level"]
    print(f"{out / 'verdicts.jsonl'} and {out / METRICS} written; isolation level: {told}.", file=sys.stderr)


def _read(
    problems: Path, samples: Path, form: str, language: str | None, allow_missing: bool
) -> tuple[list[Problem], list[Answer], list[str]]:
    """The problems, the answers to them, and the tasks without an answer."""
    from codereflect.formats import read_problems, read_samples
    from codereflect.scoring.answers import missing, refuse_missing

    asked = read_problems(problems, "auto" if form == "bigcode" else form)
    if language and {problem.language for problem in asked} != {language}:
        raise UserError(
            f"{problems} holds no {language} problems.", "give a file of MultiPL-E, or leave --language out"
        )
    answers = read_samples(samples, asked)
    absent = missing(asked, answers)
    if not allow_missing or not answers:
        refuse_missing(absent, samples)
    return asked, answers, absent


def _check_folder(out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise UserError(f"--out {out} is a file.", "name a folder")
    parent = next(folder for folder in (out, *out.absolute().parents) if folder.exists())
    if not parent.is_dir() or not os.access(parent, os.W_OK):
        raise UserError(
            f"--out {out} cannot be written: {parent} is no folder that you may write to.", "name another folder"
        )


def _check_k(ks: Sequence[int] | None, answers: Sequence[Any]) -> None:
    """Refuse a k that the samples do not allow before anything is run."""
    drawn: dict[str, int] = {}
    for answer in answers:
        drawn[answer.task_id] = drawn.get(answer.task_id, 0) + 1
    task = min(drawn, key=lambda name: drawn[name])
    if ks and max(ks) > drawn[task]:
        allowed = ",".join(str(k) for k in ks if k <= drawn[task]) or "1"
        raise UserError(
            f"pass@{max(ks)} needs {max(ks)} samples of every task; {task} has {drawn[task]}.", f"use --k {allowed}"
        )


def _print_table(metrics: dict[str, Any], absent: Sequence[str]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console()
    suites = metrics["suites"]
    found = {int(name.removeprefix("pass@")) for one in suites.values() for name in one if name.startswith("pass@")}
    rates = [f"pass@{k}" for k in sorted(found)]
    counts = ("tasks", "samples", "passed", "failed", "timeouts", "invalid", "unsealed")
    table = Table("suite", *rates, *counts, box=None, header_style="bold")
    table.columns[0].min_width = max(map(len, suites))
    for column in table.columns[1:]:
        column.justify = "right"
    for name, one in suites.items():
        shown = [f"{100 * one[rate]:.1f}" if rate in one else "" for rate in rates]
        table.add_row(escape(name), *shown, *(str(one[count]) for count in counts))
    # a narrow terminal may wrap the lines, but no count is cut
    needed = console.measure(table, options=console.options.update(max_width=1000)).maximum
    Console(width=max(needed, console.width)).print(table)
    for name, one in suites.items():
        if one["errors"]:
            told = ", ".join(f"{kind} {count}" for kind, count in list(one["errors"].items())[:8])
            console.print(f"{name}: {told}", highlight=False, markup=False)
    if absent:
        console.print(
            f"{len(absent)} tasks have no sample and are in no figure (first: {absent[0]}).",
            highlight=False,
            markup=False,
        )
