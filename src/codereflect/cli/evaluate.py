"""codereflect evaluate --model MODEL --suite SUITE [--limit N] [--samples N]

A model as it is on a public suite: the pipeline's own generation and grading, without a corpus and without training.
Answers are kept in the store, as the pipeline keeps them: the same figures, and none is generated twice.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from codereflect.errors import UserError
from codereflect.json_files import dump_json, write_text_atomically
from codereflect.params import PARAMS_FILE, Params

FOLDER = Path("evaluated")
# what an evaluation leaves, by which its folder is known
RESULT = ("metrics.json", "verdicts.jsonl", "generated", "scored")
# of an answer: HumanEval's and MBPP's are rarely longer
NEW_TOKENS, TEMPERATURE = 512, 0.8


@click.command()
@click.option("--model", required=True, help="A model id on the hub, smollm2, a folder, or a GGUF file.")
@click.option("--suite", "suites", required=True, multiple=True, help="humaneval, mbpp ...; several times for several.")
@click.option("--limit", type=click.IntRange(1), help="Most tasks of each suite, drawn with a fixed seed.")
@click.option("--samples", type=click.IntRange(1), default=1, show_default=True, help="Answers per task.")
@click.option("--temperature", type=click.FloatRange(0), help="0 is greedy; default: 0 for one sample, else 0.8.")
@click.option("--max-new-tokens", type=click.IntRange(1), default=NEW_TOKENS, show_default=True)
@click.option("--out", type=click.Path(path_type=Path), help="Folder for the results; default: evaluated/MODEL.")
@click.option("-S", "settings", multiple=True, help="KEY=VALUE of params.yaml, such as model.chat=no.")
def evaluate(
    model: str,
    suites: tuple[str, ...],
    limit: int | None,
    samples: int,
    temperature: float | None,
    max_new_tokens: int,
    out: Path | None,
    settings: tuple[str, ...],
) -> None:
    """Evaluate a model on suites, without a corpus."""
    out = out or FOLDER / re.sub(r"[^\w.-]+", "-", model).strip("-.")
    _check_folder(out)
    warmth = temperature if temperature is not None else TEMPERATURE if samples > 1 else 0.0
    changes: dict[str, dict[str, Any]] = {
        "train": {"method": "none", "init": "base"},
        "model": {"name": model, "revision": None},
        "eval": {"suites": list(suites), "limit": limit},
        "generate": {"samples": samples, "temperature": warmth, "max_new_tokens": max_new_tokens},
        "score": {"k": [k for k in (1, 5, 10, 100) if k <= samples]},
    }
    params = _params(changes, settings)
    # an earlier result stays until this one is whole
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}.", dir=out.parent) as scratch:
        made = Path(scratch) / "made"
        metrics = _evaluated(params, made)
        write_text_atomically(made / "metrics.json", json.dumps(metrics, indent=2, sort_keys=True) + "\n")
        shutil.rmtree(out, ignore_errors=True)
        made.rename(out)
    _show(metrics, out)


def _check_folder(out: Path) -> None:
    """Refuse a place that is no folder, or that holds what another command wrote."""
    taken = next((place for place in (out, *out.parents) if place.exists() and not place.is_dir()), None)
    if taken:
        raise UserError(f"--out {out}: {taken} is a file.", "name another folder")
    if out.is_dir() and any(out.iterdir()) and not all((out / name).exists() for name in RESULT):
        raise UserError(f"--out {out} holds other files than an evaluation.", "name a new folder")


def _params(changes: dict[str, dict[str, Any]], settings: Sequence[str]) -> Params:
    """params.yaml with what the options say, and then what `-S` says."""
    from codereflect.cli.grid import combinations
    from codereflect.params import load_params, validate

    if not PARAMS_FILE.exists():
        raise UserError("There is no params.yaml here.", "run it in the root of the repository")
    values = load_params().model_dump()
    for section, own in changes.items():
        values[section] = values[section] | own
    # no corpus is used: that of params.yaml may be one whose problems are tested
    values["corpus"]["name"], values["tasks"] = "micro", "default"
    try:
        if not settings:
            return validate(values, "the options")
        found = combinations(values, settings)
        if len(found) > 1:
            raise UserError("-S gives several values for one key.", "give one, or use codereflect sweep")
        return validate(found[0].params, "the options")
    except UserError as error:
        raise UserError(error.message, "codereflect evaluate --help") from None


def _evaluated(params: Params, out: Path) -> dict[str, Any]:
    """What the stages suites, base, generate and score do, into folders below `out`; the figures by suite."""
    from codereflect.cli.score_figures import add_intervals
    from codereflect.context import Context
    from codereflect.corpora.suites import bring_suites
    from codereflect.generation.answer_suites import answer_suites
    from codereflect.generation.engines.local import LocalEngine
    from codereflect.models.base_model import bring_model
    from codereflect.runs.verdict_lines import parse_verdict_lines
    from codereflect.runtime import load_runtime
    from codereflect.scoring.score_suites import score_suites
    from codereflect.store import Store

    store, workers = Store.default(), load_runtime().worker_count()
    context = Context(params, store, workers)
    folders = [out / name for name in ("model", "suites", "generated", "scored")]
    if params.model.name == "micro":
        raise UserError("The micro model is trained by the pipeline.", "dvc repro, then --model models/trained")
    for folder in folders:
        folder.mkdir(parents=True)
    model, suites, generated, scored = folders
    bring_model(params.model, store, model)
    bring_suites(context, suites)
    answer_suites(LocalEngine(model, workers), suites, params, store, generated)
    score_suites(suites, generated, context, scored)
    _flat_verdicts(scored / "verdicts.jsonl", out / "verdicts.jsonl")
    found = json.loads((scored / "metrics.json").read_text(encoding="utf-8"))
    figures = {name: found[name] for name in params.chosen_suites}
    verdicts = out / "verdicts.jsonl"
    add_intervals({"suites": figures}, parse_verdict_lines(verdicts.read_text(encoding="utf-8"), str(verdicts)))
    asked = {"model": params.model.name, "limit": params.eval.limit, "generate": params.generate.model_dump()}
    return asked | {"suites": figures, "sandbox_level": found["sandbox_level"]}


def _flat_verdicts(source: Path, target: Path) -> None:
    """Verdicts as `codereflect score` writes them: `codereflect compare A/ B/` reads both."""
    from codereflect.records import Verdict, read_records

    lines = []
    for verdict in read_records(source, Verdict):
        passed = None if verdict.outcome == "invalid" else verdict.outcome == "pass"
        row = verdict.of.model_dump() | {"outcome": verdict.outcome, "category": verdict.category, "passed": passed}
        lines.append(dump_json(row | {"feedback": verdict.feedback}) + "\n")
    write_text_atomically(target, "".join(lines))


def _show(metrics: dict[str, Any], out: Path) -> None:
    from codereflect.cli.score_figures import shown_rate
    from codereflect.terminal import columns, one_line, say, wide

    suites = metrics["suites"]
    rates = sorted({name for one in suites.values() for name in one if re.fullmatch(r"pass@\d+", name)})
    counts = ("n_tasks", "n_samples", "timeouts", "invalid", "truncated")
    rows = []
    for name, one in suites.items():
        shown = [shown_rate(one, rate) for rate in rates]
        rows.append([one_line(name), *shown, *(str(one.get(count, "")) for count in counts)])
    headings = ["suite", *(f"{rate} [95%]" for rate in rates), "tasks", "answers", "timeouts", "invalid", "cut short"]
    wide(columns(headings, rows))
    methods = dict.fromkeys(one["method"] for suite in suites.values() for one in suite["intervals"].values())
    say(f"pass@k in percent. Interval: {'; '.join(methods)}. Cut short: answers that reached --max-new-tokens.")
    if metrics["limit"]:
        say(f"Only {metrics['limit']} tasks of each suite, drawn with a fixed seed (--limit).")
    say(f"Written to {out}/; `codereflect compare A/ B/` compares two such folders.", error=True)
