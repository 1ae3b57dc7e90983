"""The methods `sft` and `reflection`: next-token training, on answers alone or with explained mistakes among them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

from codereflect import paths
from codereflect.errors import UserError
from codereflect.models.loading import load, saved_dtype
from codereflect.training.losslog import write_facts
from codereflect.training.methods.method import Job
from codereflect.training.plan import Plan, make_plan, rows_per_step
from codereflect.training_params import Train

if TYPE_CHECKING:
    from codereflect.training.encode import EncodedRow


class Supervised:
    """Next-token prediction on the tokens that carry loss; the method `sft`.

    Attributes:
        labels: of the rows that it trains on.
    """

    labels: tuple[str, ...] = ("sft",)

    def plan(self, rows: Mapping[str, Sequence[EncodedRow]], settings: Train) -> Plan:
        """The rows in the order in which they are trained on."""
        return make_plan(rows["sft"], settings.budget, rows_per_step(settings), settings.seed)

    def train(self, job: Job) -> dict[str, Any]:
        """See `Method`."""
        from codereflect.training.encode import encode_rows
        from codereflect.training.loop import quiet, train

        settings = job.settings
        quiet(job.threads)
        model, tokenizer = load(job.start, "float32")
        encoded = {label: encode_rows(job.rows.train[label], tokenizer, settings.max_length) for label in self.labels}
        validation = encode_rows(chain(*job.rows.validation.values()), tokenizer, settings.max_length).rows
        plan = self.plan({label: part.rows for label, part in encoded.items()}, settings)
        model = _adapters(model, settings)
        log = train(model, plan, validation, settings, job.work, tokenizer.pad_token_id, settings.method)
        model = model.merge_and_unload() if settings.lora.enabled else model
        # it answers in the precision of the model that it started from
        model.to(saved_dtype(job.start)).save_pretrained(job.folder)
        tokenizer.save_pretrained(job.folder)
        facts = plan.facts(log.steps) | {
            "dropped_rows": {label: part.counts() for label, part in encoded.items() if part.dropped},
            "validation_loss": log.final(),
            "train_loss": log.final("train"),
        }
        write_facts(job.folder, facts, log.rows)
        return facts


class Reflection(Supervised):
    """The method `reflection`: rows that explain a mistake replace a share of the others."""

    labels = ("sft", "reflection")

    def plan(self, rows: Mapping[str, Sequence[EncodedRow]], settings: Train) -> Plan:
        """See `Supervised`.

        Raises:
            UserError: no mistake was explained.
        """
        if not rows["reflection"]:
            raise _none_explained()
        budget, share = settings.budget, settings.reflection.fraction
        return make_plan(rows["sft"], budget, rows_per_step(settings), settings.seed, rows["reflection"], share)


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
