"""The training loop: transformers' Trainer, with losses kept apart by segment and checkpoints that survive a kill.

Losses are means of the negative log-likelihood over tokens, in nats. The loss that is minimised is the mean over the
supervised tokens of a step.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from torch.nn.functional import cross_entropy
from transformers import PrinterCallback, Trainer, TrainerCallback, TrainingArguments

from codereflect.errors import UserError
from codereflect.progress import Advance, progress
from codereflect.training.encode import IGNORED, EncodedRow
from codereflect.training.losslog import ALL, Losses, LossLog, point_interval
from codereflect.training.plan import Plan
from codereflect.training_params import Optimizer

# Written into a checkpoint after everything else: one without it was cut short by a kill.
COMPLETE = "complete"
# The weights of the best measurement, kept where training may stop early.
BEST = "best.pt"
# Steps between two checkpoints, about.
CHECKPOINT_STEPS = 100


def collate(rows: Sequence[EncodedRow], pad_id: int) -> dict[str, torch.Tensor]:
    """Right-padded tensors of shape (rows, longest): input_ids, attention_mask, labels (-100: no loss)."""
    longest = max(len(row.ids) for row in rows)
    shape = (len(rows), longest)
    ids = torch.full(shape, pad_id)
    mask = torch.zeros(shape, dtype=torch.long)
    labels = torch.full(shape, IGNORED)
    for place, row in enumerate(rows):
        size = len(row.ids)
        ids[place, :size] = torch.from_numpy(row.ids)
        mask[place, :size] = 1
        labels[place, :size] = torch.from_numpy(row.labels)
    return {"input_ids": ids, "attention_mask": mask, "labels": labels}


def token_losses(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Negative log-likelihood of each label given the tokens before it: (rows, length - 1), 0 where label is -100."""
    flat = cross_entropy(
        logits[:, :-1].flatten(0, 1).float(), labels[:, 1:].flatten(), ignore_index=IGNORED, reduction="none"
    )
    return flat.view(labels.shape[0], -1)


@torch.no_grad()
def measure(model: Any, rows: Sequence[EncodedRow], pad_id: int, batch_size: int) -> Losses:
    """Mean loss over some rows, whatever the arm, by (label, segment): all tokens of a kind of segment, supervised or
    not; and the segment `all`, the tokens that carry loss.
    """
    model.eval()
    sums: dict[tuple[str, str], float] = defaultdict(float)
    counts: dict[tuple[str, str], int] = defaultdict(int)
    ordered = sorted(rows, key=lambda row: len(row.ids))
    for start in range(0, len(ordered), batch_size):
        batch = ordered[start : start + batch_size]
        inputs = {name: tensor.to(model.device) for name, tensor in collate(batch, pad_id).items()}
        inputs.pop("labels")
        targets = inputs["input_ids"].masked_fill(inputs["attention_mask"] == 0, IGNORED)
        losses = token_losses(model(**inputs).logits, targets).double().cpu().tolist()
        for row, values in zip(batch, losses, strict=True):
            for span in row.spans:
                own = values[span.losses]
                for segment in (span.kind, *([ALL] if span.supervised else [])):
                    sums[row.label, segment] = sum(own, sums[row.label, segment])
                    counts[row.label, segment] += len(own)
    model.train()
    return {key: sums[key] / counts[key] for key in sorted(sums) if counts[key]}


class _Loop(Trainer):
    """Trainer over rows in a given order; the loss is computed here so that it can be kept apart by label."""

    def __init__(self, *, log: LossLog, **settings: Any) -> None:
        super().__init__(**settings)
        self._log = log
        # The loss below divides by the number of supervised tokens of the whole step.
        self.model_accepts_loss_kwargs = True

    def compute_loss(
        self, model: Any, inputs: dict[str, Any], return_outputs: bool = False, num_items_in_batch: Any = None
    ) -> Any:
        """Sum of the supervised tokens' losses over the number of supervised tokens in the step."""
        labels, row_labels = inputs.pop("labels"), inputs.pop("row_labels")
        outputs = model(**inputs)
        losses = token_losses(outputs.logits, labels)
        carries = labels[:, 1:] != IGNORED
        items = carries.sum() if num_items_in_batch is None else num_items_in_batch
        loss = losses.sum() / items * self.accelerator.num_processes
        self._log.add(losses.detach().sum(1), carries.sum(1), row_labels, inputs["attention_mask"].sum())
        return (loss, outputs) if return_outputs else loss


class _Watcher(TrainerCallback):
    """Measures, keeps the best weights, stops early, marks whole checkpoints, shows progress."""

    def __init__(
        self, log: LossLog, evaluate: Callable[[], Losses], keep: Callable[[], None], advance: Advance
    ) -> None:
        self._log, self._evaluate, self._keep, self._advance = log, evaluate, keep, advance

    def on_step_end(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
        note = self._log.step(state.global_step, state.max_steps)
        if self._log.evaluation_due(state.global_step, state.max_steps):
            losses = self._evaluate()
            self._log.validation(state.global_step, losses)
            if self._log.patience and self._log.best_step() == state.global_step:
                self._keep()
            control.should_training_stop = self._log.stop_early()
        self._advance(1, note)

    def on_save(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
        (Path(args.output_dir) / f"checkpoint-{state.global_step}" / COMPLETE).touch()


def last_checkpoint(folder: Path) -> Path | None:
    """The newest whole checkpoint of a run's folder; those that a kill cut short are removed."""
    found = sorted(folder.glob("checkpoint-*"), key=lambda path: int(path.name.rsplit("-", 1)[1]), reverse=True)
    for checkpoint in found:
        if (checkpoint / COMPLETE).exists():
            return checkpoint
        shutil.rmtree(checkpoint)
    return None


def train(
    model: Any,
    plan: Plan,
    validation: Sequence[EncodedRow],
    optimizer: Optimizer,
    folder: Path,
    pad_id: int,
    title: str,
) -> LossLog:
    """Train a model in place along a plan; with `patience`, it ends with the weights of the best measurement.

    Args:
        model: a causal language model.
        plan: rows in order; a step takes `rows_per_step` of them.
        validation: rows on which the losses are measured.
        optimizer: hyper-parameters.
        folder: belongs to this run alone; checkpoints in it are resumed from.
        pad_id: id of the padding token.
        title: shown beside the progress bar.

    Returns:
        The losses by step, training and validation.

    Raises:
        UserError: a loss is no number, or patience watches a label that has no validation row.
    """
    if optimizer.patience and optimizer.early_stopping not in ("mean", "either", *(row.label for row in validation)):
        raise UserError(
            f"early_stopping is {optimizer.early_stopping}, but no such row is held out to measure a loss on.",
            "dvc exp run -S train.early_stopping=sft, or raise attempt.rows in params.yaml",
        )
    log = LossLog(folder / "losses.jsonl", optimizer)
    resumed = last_checkpoint(folder)
    done = int(resumed.name.rsplit("-", 1)[1]) if resumed else 0
    log.resume(done)

    def collate_labelled(rows: list[EncodedRow]) -> dict[str, Any]:
        return collate(rows, pad_id) | {"row_labels": [row.label for row in rows]}

    def evaluate() -> Losses:
        return measure(model, validation, pad_id, 4 * optimizer.batch_size)

    with progress(title, plan.steps, "steps", done) as advance:
        trainer = _Loop(
            log=log,
            model=model,
            args=_arguments(optimizer, plan.steps, folder),
            train_dataset=plan.rows,
            data_collator=collate_labelled,
            callbacks=[_Watcher(log, evaluate, lambda: _keep_best(model, folder), advance)],
        )
        trainer.remove_callback(PrinterCallback)
        trainer.train(resume_from_checkpoint=str(resumed) if resumed else None)
    log.steps = trainer.state.global_step
    if optimizer.patience and log.best_step() != log.steps:
        model.load_state_dict(torch.load(folder / BEST, weights_only=True), strict=False)
    return log


def _arguments(optimizer: Optimizer, steps: int, folder: Path) -> TrainingArguments:
    """Our settings in the Trainer's words; what it would measure, log or show by itself is off."""
    interval = point_interval(steps)
    return TrainingArguments(
        output_dir=str(folder),
        per_device_train_batch_size=optimizer.batch_size,
        gradient_accumulation_steps=optimizer.gradient_accumulation,
        max_steps=steps,
        learning_rate=optimizer.learning_rate,
        lr_scheduler_type=optimizer.schedule,
        warmup_steps=round(optimizer.warmup * steps),
        weight_decay=optimizer.weight_decay,
        adam_beta1=optimizer.adam_beta1,
        adam_beta2=optimizer.adam_beta2,
        max_grad_norm=1.0,
        optim="adamw_torch_fused",
        bf16=optimizer.precision == "bf16",
        use_cpu=not torch.cuda.is_available(),
        seed=optimizer.seed,
        train_sampling_strategy="sequential",
        dataloader_num_workers=0,
        dataloader_pin_memory=False,
        remove_unused_columns=False,
        eval_strategy="no",
        logging_strategy="no",
        save_strategy="steps",
        save_steps=interval * max(1, round(CHECKPOINT_STEPS / interval)),
        save_total_limit=2,
        disable_tqdm=True,
        report_to="none",
    )


def _keep_best(model: Any, folder: Path) -> None:
    """The weights that are trained, written whole or not at all."""
    scratch = folder / f".{BEST}.part"
    torch.save({name: value.detach() for name, value in model.named_parameters() if value.requires_grad}, scratch)
    scratch.replace(folder / BEST)


def quiet(threads: int) -> None:
    """Silence the libraries' own chatter and fix the arithmetic: rounding depends on the number of threads."""
    import transformers

    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(True, warn_only=True)
