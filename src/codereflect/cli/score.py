"""codereflect score --problems FILE|NAME --samples FILE --out DIR

Scores samples made elsewhere, in the sandbox. Needs neither a repository nor params.yaml.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from codereflect.cli.program_limits import KILOBYTES, MEGABYTES, SECONDS, Finite, limits_of
from codereflect.errors import UserError
from codereflect.json_files import dump_indented, write_text_atomically
from codereflect.records import Problem
from codereflect.terminal import say

if TYPE_CHECKING:
    from codereflect.formats.evalplus import InputTime
    from codereflect.formats.samples import Answer

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
@click.option("--problems", required=True, type=FILE, help="A suite's file, or its name: humaneval, mbpp, ...")
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
@click.option("--output-kb", type=KILOBYTES, help="Of one result; default: 8192, EvalPlus 65536.")
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
@click.option("--limit", type=click.IntRange(1), help="Score this many tasks only: the same ones each time, then more.")
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
    limit: int | None,
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
    from codereflect.formats.evalplus import InputTime
    from codereflect.sandbox import Sandbox

    asked, origin = _problems(problems, form, language, InputTime(min_time_limit, factor))
    limits = limits_of(asked, cpu_seconds, memory_mb, output_kb)
    with ExitStack() as engines:
        engine: Sandbox = engines.enter_context(closing(Sandbox(limits, workers, level=level)))
        # an existing folder may hold all verdicts
        if asked and asked[0].language == "python" and not out.exists() and samples.is_file():
            engine.start_early()  # its workers start while modules and the samples are read
        from codereflect.cli.score_figures import add_intervals, print_figures
        from codereflect.scoring.answer_metrics import answer_metrics
        from codereflect.scoring.answers import grade_answers

        asked, answers, absent = _answers(samples, asked, limit, allow_missing)
        _check_k(ks, answers)
        rows = grade_answers(asked, answers, prepend, limits, workers, engine, level, out)
    metrics = answer_metrics(rows, ks, limits, len(absent))
    add_intervals(metrics, rows)
    metrics["problems"] = origin | {"limit": limit}
    write_text_atomically(out / METRICS, dump_indented(metrics))
    print_figures(metrics, absent)
    told = metrics["sandbox"]["level"]
    say(f"{out / 'verdicts.jsonl'} and {out / METRICS} written; isolation level: {told}.", error=True)


def _problems(file: Path, form: str, language: str | None, time: InputTime) -> tuple[list[Problem], dict[str, Any]]:
    """The problems of a file or a suite, and what pins them."""
    from codereflect.cli.score_problems import find_problems

    asked, origin = find_problems(file, "auto" if form == "bigcode" else form, time)
    if language and {problem.language for problem in asked} != {language}:
        raise UserError(f"{file} holds no {language} problems.", "give a file of MultiPL-E, or leave --language out")
    return asked, origin


def _answers(
    file: Path, asked: list[Problem], limit: int | None, allow_missing: bool
) -> tuple[list[Problem], list[Answer], list[str]]:
    """The problems that are scored, the answers to them, and the tasks without one."""
    from codereflect.formats.samples import read_samples
    from codereflect.scoring.answers import missing, refuse_missing
    from codereflect.task_sample import drawn

    answers = read_samples(file, asked)
    if limit:
        tasks = drawn(asked, limit)
        asked = [problem for problem in asked if problem.task_id in tasks]
        answers = [answer for answer in answers if answer.task_id in tasks]
    absent = missing(asked, answers)
    if not allow_missing or not answers:
        refuse_missing(absent, file)
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
    if not drawn:
        raise UserError("None of the tasks that --limit takes has a sample.", "score more of them")
    task = min(drawn, key=lambda name: drawn[name])
    if ks and max(ks) > drawn[task]:
        allowed = ",".join(str(k) for k in ks if k <= drawn[task]) or "1"
        raise UserError(
            f"pass@{max(ks)} needs {max(ks)} samples of every task; {task} has {drawn[task]}.", f"use --k {allowed}"
        )
