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

from codereflect.errors import UserError
from codereflect.json_files import dump_indented, write_text_atomically
from codereflect.records import Problem
from codereflect.sandbox_params import SandboxLimits
from codereflect.terminal import say

if TYPE_CHECKING:
    from codereflect.formats.samples import Answer

METRICS = "metrics.json"
MEMORY_MB, OUTPUT_KB, MAX_INVALID = 1024, 256, 0.01
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
@click.option(
    "--cpu-seconds", type=click.FloatRange(0.01, 3600), default=3.0, show_default=True, help="Of one program."
)
@click.option(
    "--memory-mb", type=click.IntRange(64, 1 << 20), default=MEMORY_MB, show_default=True, help="Of one program."
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
    cpu_seconds: float,
    memory_mb: int,
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
    limits = SandboxLimits(
        cpu_seconds=cpu_seconds, memory_mb=memory_mb, output_kb=OUTPUT_KB, allow_weak=False, max_invalid=MAX_INVALID
    )
    from codereflect.sandbox import Sandbox

    with ExitStack() as engines:
        engine: Sandbox = engines.enter_context(closing(Sandbox(limits, workers, level=level)))
        # an existing folder may hold all verdicts
        if not language and form != "multipl-e" and not out.exists() and problems.is_file() and samples.is_file():
            engine.start_early()  # its workers start while modules and files are read
        from codereflect.cli.score_figures import add_intervals, print_figures
        from codereflect.cli.score_problems import find_problems
        from codereflect.scoring.answer_metrics import answer_metrics
        from codereflect.scoring.answers import grade_answers

        found, origin = find_problems(problems, "auto" if form == "bigcode" else form)
        asked, answers, absent = _read(found, problems, samples, language, limit, allow_missing)
        _check_k(ks, answers)
        rows = grade_answers(asked, answers, prepend, limits, workers, engine, level, out)
    metrics = answer_metrics(rows, ks, limits, len(absent))
    add_intervals(metrics, rows)
    metrics["problems"] = origin | {"limit": limit}
    write_text_atomically(out / METRICS, dump_indented(metrics))
    print_figures(metrics, absent)
    told = metrics["sandbox"]["level"]
    say(f"{out / 'verdicts.jsonl'} and {out / METRICS} written; isolation level: {told}.", error=True)


def _read(
    asked: list[Problem], problems: Path, samples: Path, language: str | None, limit: int | None, allow_missing: bool
) -> tuple[list[Problem], list[Answer], list[str]]:
    """The problems, the answers to them, and the tasks without an answer."""
    from codereflect.formats.samples import read_samples
    from codereflect.scoring.answers import missing, refuse_missing
    from codereflect.task_sample import drawn

    if language and {problem.language for problem in asked} != {language}:
        raise UserError(
            f"{problems} holds no {language} problems.", "give a file of MultiPL-E, or leave --language out"
        )
    answers = read_samples(samples, asked)
    if limit:
        tasks = drawn(asked, limit)
        asked = [problem for problem in asked if problem.task_id in tasks]
        answers = [answer for answer in answers if answer.task_id in tasks]
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
    if not drawn:
        raise UserError("None of the tasks that --limit takes has a sample.", "score more of them")
    task = min(drawn, key=lambda name: drawn[name])
    if ks and max(ks) > drawn[task]:
        allowed = ",".join(str(k) for k in ks if k <= drawn[task]) or "1"
        raise UserError(
            f"pass@{max(ks)} needs {max(ks)} samples of every task; {task} has {drawn[task]}.", f"use --k {allowed}"
        )
