"""The method `none`: the base model as it is, measured like the others."""

from __future__ import annotations

from itertools import chain
from typing import Any

from codereflect.models.loading import hand_on, load
from codereflect.training.losslog import LossLog, write_facts
from codereflect.training.methods.method import Job
from codereflect.training.plan import Plan


class Untrained:
    """Hands the model on and measures its validation losses."""

    def train(self, job: Job) -> dict[str, Any]:
        """See `Method`: no step, no row, no token."""
        from codereflect.training.encode import encode_rows
        from codereflect.training.loop import measure, quiet

        hand_on(job.start, job.folder)
        quiet(job.threads)
        model, tokenizer = load(job.start, "float32")
        rows = encode_rows(chain(*job.rows.validation.values()), tokenizer, job.settings.max_length).rows
        log = LossLog(job.folder / "losses.jsonl", job.settings)
        log.validation(0, measure(model, rows, tokenizer.pad_token_id, 4 * job.settings.batch_size))
        facts = Plan([], 1).facts() | {"validation_loss": log.final(), "train_loss": {}}
        write_facts(job.folder, facts, log.rows)
        return facts
