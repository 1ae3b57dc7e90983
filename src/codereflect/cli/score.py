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

from codereflect.cli.program_limits import KILOBYTES, MEGABYTES, SECONDS, Finite, limits_of
from codereflect.errors import UserError
from codereflect.json_files import dump_json, write_text_atomically
from codereflect.records import Problem

if TYPE_CHECKING:
    from codereflect.formats import Answer, InputTime

METRICS = "metrics.json"
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
@click.option("--cpu-seconds", type=SECONDS, help="Of one program; default: 3, EvalPlus 60.")
@click.option("--memory-mb", type=MEGABYTES, help="Of one program; default: 1024, EvalPlus 4096.")
@click.option("--output-kb", type=KILOBYTES, help="Of one result; default: 256, EvalPlus 65536.")
@click.option(
    "--min-time-limit", type=SECONDS, default=1.0, show_default=True, help="Seconds for one input (EvalPlus), at least."
)
@click.option(
    "--gt-time-limit-factor",
    "factor",
    type=Finite(0, 1e6),
    default=4.0,
    show_default=True,
    help="What one input may take in times of the canonical solution (EvalPlus).",
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
    cpu_seconds: float | None,
    memory_mb: int | None,
    output_kb: int | None,
    min_time_limit: float,
    factor: float,
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
    from codereflect.formats import InputTime
    from codereflect.sandbox import Sandbox

    asked = _problems(problems, form, language, InputTime(min_time_limit, factor))
    limits = limits_of(asked, cpu_seconds, memory_mb, output_kb)
    with ExitStack() as engines:
        engine: Sandbox = engines.enter_context(closing(Sandbox(limits, workers, level=level)))
        # an existing folder may hold all verdicts
        if asked and asked[0].language == "python" and not out.exists() and samples.is_file():
            engine.start_early()  # its workers start while modules and the samples are read
        from codereflect.scoring.answer_metrics import answer_metrics
        from codereflect.scoring.answers import grade_answers

        answers, absent = _answers(samples, asked, allow_missing)
        _check_k(ks, answers)
        rows = grade_answers(asked, answers, prepend, limits, workers, engine, level, out)
    metrics = answer_metrics(rows, ks, limits, len(absent))
    write_text_atomically(out / METRICS, dump_json(metrics) + "\n")
    _print_table(metrics, absent)
    told = metrics["sandbox"]["level"]
    print(f"{out / 'verdicts.jsonl'} and {out / METRICS} written; isolation level: {told}.", file=sys.stderr)


def _problems(file: Path, form: str, language: str | None, time: InputTime) -> list[Problem]:
    from codereflect.formats import read_problems

    asked = read_problems(file, "auto" if form == "bigcode" else form, time)
    if language and {problem.language for problem in asked} != {language}:
        raise UserError(f"{file} holds no {language} problems.", "give a file of MultiPL-E, or leave --language out")
    return asked


def _answers(file: Path, asked: list[Problem], allow_missing: bool) -> tuple[list[Answer], list[str]]:
    """The answers to problems, and the tasks without one."""
    from codereflect.formats import read_samples
    from codereflect.scoring.answers import missing, refuse_missing

    answers = read_samples(file, asked)
    absent = missing(asked, answers)
    if not allow_missing or not answers:
        refuse_missing(absent, file)
    return answers, absent


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
