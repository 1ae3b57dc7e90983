"""The training loop on a tiny model: what is minimised, what is measured, what a kill leaves."""

from __future__ import annotations

import pytest
import torch
from tiny import model, row, tokenizer

from codereflect.errors import UserError
from codereflect.training import loop
from codereflect.training.encode import encode_rows
from codereflect.training.loop import collate, measure, token_losses, train
from codereflect.training.plan import make_plan
from codereflect.training_params import Budget, Optimizer

TOKENS = tokenizer()
ROWS = encode_rows([row(number, words=2 + number % 3) for number in range(40)], TOKENS, 64).rows
REFLECTION = encode_rows([row(number, "reflection") for number in range(10)], TOKENS, 64).rows


OPTIMIZER = Optimizer(
    seed=1,
    batch_size=8,
    gradient_accumulation=1,
    learning_rate=0.01,
    schedule="cosine",
    warmup=0.1,
    weight_decay=0.01,
    adam_beta1=0.9,
    adam_beta2=0.95,
    max_length=64,
    precision="fp32",
    evaluations=2,
    patience=0,
    min_delta=0.0,
    early_stopping="sft",
)


def trained(folder, steps=20, changes=None, learner=None):
    plan = make_plan(ROWS, Budget(unit="rows", amount=8.0 * steps), 8, 1, REFLECTION, 0.2)
    learner = learner or model(TOKENS)
    optimizer = OPTIMIZER.model_copy(update=changes or {})
    log = train(learner, plan, [*ROWS[:6], *REFLECTION[:3]], optimizer, folder, TOKENS.pad_token_id, "t")
    return learner, log


def weights(learner):
    return {name: tensor.clone() for name, tensor in learner.state_dict().items()}


def same(a, b, tolerance=0.0):
    return all(torch.allclose(a[name], b[name], rtol=0, atol=tolerance) for name in a)


def test_the_loss_goes_down_and_kinds_are_kept_apart(tmp_path):
    _, log = trained(tmp_path, steps=40)
    losses = [one["loss"] for one in log.rows if one["split"] == "train" and one["label"] == "sft"]
    assert losses[-1] < losses[0]
    assert {"sft", "reflection", "reflection.attempt", "sft.reference"} <= set(log.final())
    assert log.rows[-1]["tokens"] == log.tokens > 0


def test_what_is_measured_is_the_mean_over_supervised_tokens():
    learner = model(TOKENS)
    losses = measure(learner, [*ROWS[:5], *REFLECTION[:5]], TOKENS.pad_token_id, 3)
    total, count = 0.0, 0
    for one in ROWS[:5]:
        with torch.no_grad():
            logits = learner(input_ids=torch.tensor([one.ids.tolist()])).logits[0]
        chances = torch.log_softmax(logits, -1)
        for place in range(1, len(one.ids)):
            if one.labels[place] != -100:
                total -= float(chances[place - 1, one.ids[place]])
                count += 1
    assert losses["sft", "all"] == pytest.approx(total / count, rel=1e-5)


def test_padding_and_unsupervised_tokens_carry_no_loss():
    learner, batch = model(TOKENS), collate([ROWS[0], REFLECTION[0]], TOKENS.pad_token_id)
    labels = batch.pop("labels")
    losses = token_losses(learner(**batch).logits, labels)
    assert losses.shape == (2, labels.shape[1] - 1)
    assert torch.equal(losses > 0, labels[:, 1:] != -100)


def gradients(learner, changes, folder):
    """Gradients of the first step, as the optimizer gets them."""
    from torch.optim.optimizer import register_optimizer_step_pre_hook

    steps = []
    hook = register_optimizer_step_pre_hook(
        lambda *_: steps.append({name: one.grad.clone() for name, one in learner.named_parameters()})
    )
    try:
        trained(folder, changes=changes, learner=learner, steps=3)
    finally:
        hook.remove()
    return steps[0]


def test_accumulated_halves_equal_one_whole(tmp_path):
    whole = gradients(model(TOKENS), {"batch_size": 8}, tmp_path / "a")
    halves = gradients(model(TOKENS), {"batch_size": 4, "gradient_accumulation": 2}, tmp_path / "b")
    assert same(whole, halves, tolerance=1e-6)
    assert any(one.abs().max() > 1e-3 for one in whole.values())


@pytest.mark.slow
def test_a_killed_run_goes_on_bit_for_bit(tmp_path, monkeypatch):
    monkeypatch.setattr(loop, "CHECKPOINT_STEPS", 5)
    whole, log = trained(tmp_path / "a")
    with monkeypatch.context() as patch:
        patch.setattr(loop.LossLog, "step", _die_at(13))
        with pytest.raises(KeyboardInterrupt):
            trained(tmp_path / "b")
    torn = tmp_path / "b" / "checkpoint-12"
    torn.mkdir()
    checkpoint = loop.last_checkpoint(tmp_path / "b")
    assert checkpoint and checkpoint.name == "checkpoint-10" and not torn.exists()
    again, log_again = trained(tmp_path / "b", learner=model(TOKENS, seed=9))
    assert same(weights(whole), weights(again))
    assert log_again.rows == log.rows


def _die_at(last):
    step = loop.LossLog.step

    def dying(self, number, of):
        if number == last:
            raise KeyboardInterrupt
        return step(self, number, of)

    return dying


def curve(log, label):
    rows = (one for one in log.rows if (one["split"], one["label"], one["segment"]) == ("validation", label, "all"))
    return {one["step"]: one["loss"] for one in rows}


def test_patience_stops_early_and_keeps_the_best_weights(tmp_path):
    changes = {"evaluations": 20, "patience": 2, "min_delta": 100.0}
    learner, log = trained(tmp_path / "a", steps=40, changes=changes)
    measured = curve(log, "sft")
    assert list(measured) == [2, 4, 6] and log.steps == 6
    assert log.best_step() == min(measured, key=measured.get)
    # a rate that ruins the model: the last weights are worse than those that are kept
    changes = {"evaluations": 20, "patience": 2, "learning_rate": 3.0, "schedule": "constant", "warmup": 0.0}
    learner, log = trained(tmp_path / "b", steps=40, changes=changes)
    assert log.best_step() < log.steps < 40
    again = measure(learner, [*ROWS[:6], *REFLECTION[:3]], TOKENS.pad_token_id, 32)
    assert again["sft", "all"] == pytest.approx(log.final()["sft"], rel=1e-5)


def test_the_weights_that_are_kept_are_the_best_of_the_label_that_is_watched(tmp_path):
    changes = {"evaluations": 20, "patience": 3, "learning_rate": 1.0, "schedule": "constant", "warmup": 0.0}
    learner, log = trained(tmp_path, steps=40, changes=changes | {"early_stopping": "reflection"})
    losses = curve(log, "reflection")
    assert log.best_step() == min(losses, key=losses.get) < log.steps < 40
    again = measure(learner, [*ROWS[:6], *REFLECTION[:3]], TOKENS.pad_token_id, 32)
    assert again["reflection", "all"] == pytest.approx(min(losses.values()), rel=1e-5)


def test_a_loss_that_is_no_number_is_told_in_a_sentence(tmp_path):
    learner = model(TOKENS)
    with torch.no_grad():
        learner.model.embed_tokens.weight.fill_(float("nan"))
    with pytest.raises(UserError, match=r"lower the learning rate"):
        trained(tmp_path, learner=learner)
