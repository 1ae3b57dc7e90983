"""The arms of an experiment: what a method trains on, and training it from a base model."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codereflect import paths
from codereflect.errors import UserError
from codereflect.params import Train
from codereflect.records import TrainRow, dump_json, read_records, write_text_atomically

if TYPE_CHECKING:
    from codereflect.training.loop import Optimization


@dataclass(frozen=True)
class Rows:
    """Training rows of both kinds, and the validation rows that all arms share."""

    plain: Sequence[TrainRow]
    meta: Sequence[TrainRow]
    validation: Sequence[TrainRow]

    @classmethod
    def read(cls, folder: Path) -> Rows:
        """The rows as the stage assemble wrote them."""
        names = ("plain", "meta", "validation_plain", "validation_meta")
        plain, meta, held_plain, held_meta = (list(read_records(folder / f"{name}.jsonl", TrainRow)) for name in names)
        return cls(plain, meta, held_plain + held_meta)


def train_arm(
    start: Path, rows: Rows, fraction: float, settings: Train, threads: int, folder: Path, work: Path, title: str
) -> dict[str, Any]:
    """Train one arm and save its model, `training.json` (facts) and `losses.jsonl`.

    Args:
        start: the model folder that it starts from.
        rows: training and validation rows.
        fraction: share of the rows that explain a mistake; 0 is plain fine-tuning.
        settings: hyper-parameters.
        threads: of the arithmetic; rounding depends on it.
        folder: where the model is written.
        work: belongs to this run alone; checkpoints in it are resumed from.
        title: beside the progress bar.

    Returns:
        The facts: rows, distinct rows, tokens, tokens that carry loss, final losses by kind. A kind without validation
        rows has no loss.

    Raises:
        UserError: no row of a kind that is asked for, or none that can be trained on.
    """
    from codereflect.generation.loading import load
    from codereflect.training.encode import encode_rows
    from codereflect.training.loop import quiet, train
    from codereflect.training.plan import make_plan

    quiet(threads)
    model, tokenizer = load(start, "float32")
    plain = encode_rows(rows.plain, tokenizer, settings.max_length)
    # an arm that does not train on them can do without
    meta = encode_rows(rows.meta, tokenizer, settings.max_length, required=bool(fraction))
    validation = encode_rows(rows.validation, tokenizer, settings.max_length)
    if fraction and not meta.rows:
        raise _none_explained()
    per_step = settings.batch_size * settings.gradient_accumulation
    plan = make_plan(plain.rows, meta.rows, fraction, settings.budget, per_step, settings.seed)
    model = _adapters(model, settings)
    log = train(model, plan, validation.rows, _optimization(settings), work, tokenizer.pad_token_id, title)
    model = model.merge_and_unload() if settings.lora.enabled else model
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    dropped = {reason: len(names) for part in (plain, meta) for reason, names in part.dropped.items()}
    facts = plan.facts(log.steps) | {
        "dropped_rows": dropped,
        "validation_loss": log.final(),
        "train_loss": log.final("train"),
    }
    _write_facts(folder, facts, log.rows)
    return facts


def _none_explained() -> UserError:
    """The sentence with the counts of the stage annotate, where they are at hand."""
    sentence, more = "There is no explained mistake to train on", "raise attempt.rows in params.yaml"
    file = paths.ANNOTATIONS / "summary.json"
    if not file.exists():
        return UserError(f"{sentence}.", more)
    summary = json.loads(file.read_text(encoding="utf-8"))
    counts = summary["not_annotated"]
    if not summary["annotated"] and not sum(counts.values()):
        why = "no row of the corpus is a Java method or has tests, so that nothing was attempted"
        return UserError(f"{sentence}: {why}.", "dvc exp run -S train.method=sft, or give the corpus rows with tests")
    refused = ", ".join(f"{count} {reason}" for reason, count in sorted(counts.items())) or "none"
    told = f"{summary['annotated']} attempts were explained, the others were not ({refused})"
    return UserError(f"{sentence}: {told}.", more)


def measure_only(start: Path, rows: Rows, settings: Train, threads: int, folder: Path) -> None:
    """Write the same facts for a model that is not trained: its validation losses, no tokens."""
    from codereflect.generation.loading import load
    from codereflect.training.encode import encode_rows
    from codereflect.training.loop import measure, quiet
    from codereflect.training.losslog import LossLog

    quiet(threads)
    model, tokenizer = load(start, "float32")
    validation = encode_rows(rows.validation, tokenizer, settings.max_length)
    log = LossLog(folder / "losses.jsonl", settings.evaluations, 0, 0.0)
    log.validation(0, measure(model, validation.rows, tokenizer.pad_token_id, 4 * settings.batch_size))
    facts = {"steps": 0, "rows": 0, "distinct_rows": 0, "tokens": 0, "supervised_tokens": 0}
    _write_facts(folder, facts | {"validation_loss": log.final(), "train_loss": {}}, log.rows)


def _optimization(settings: Train) -> Optimization:
    from codereflect.training.loop import Optimization

    return Optimization(
        learning_rate=settings.learning_rate,
        schedule=settings.schedule,
        warmup=settings.warmup,
        weight_decay=settings.weight_decay,
        betas=(settings.adam_beta1, settings.adam_beta2),
        batch_size=settings.batch_size,
        accumulation=settings.gradient_accumulation,
        precision=settings.precision,
        seed=settings.seed,
        evaluations=settings.evaluations,
        patience=settings.patience,
        min_delta=settings.min_delta,
    )


def _adapters(model: Any, settings: Train) -> Any:
    if not settings.lora.enabled:
        return model
    from peft import LoraConfig, get_peft_model
    from transformers import set_seed

    set_seed(settings.seed)
    lora = settings.lora
    config = LoraConfig(
        r=lora.rank,
        lora_alpha=lora.alpha,
        lora_dropout=lora.dropout,
        target_modules="all-linear",
        task_type="CAUSAL_LM",
    )
    return get_peft_model(model, config)


def _write_facts(folder: Path, facts: dict[str, Any], losses: list[dict[str, Any]]) -> None:
    write_text_atomically(folder / "losses.jsonl", "".join(dump_json(row) + "\n" for row in losses))
    write_text_atomically(folder / "training.json", dump_json(facts) + "\n")
