"""The arms: what a method trains on, from which model, and what it hands to the stages after it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import pytest
import torch
from tiny import model, row, tokenizer

from codereflect.errors import UserError
from codereflect.labelled_rows import LabelledRows
from codereflect.models.loading import load
from codereflect.params import load_params
from codereflect.training.arm import METHODS
from codereflect.training.methods.method import Job
from codereflect.training_params import MethodName, Train

PARAMS = Path(__file__).resolve().parents[3] / "params.yaml"
SFT = [row(number, words=2 + number % 3) for number in range(24)]
HELD_OUT = {label: [row(number, label) for number in range(30, 34)] for label in ("sft", "reflection")}
ROWS = LabelledRows({"sft": SFT, "reflection": [row(number, "reflection") for number in range(8)]}, HELD_OUT)
NONE_EXPLAINED = LabelledRows({"sft": SFT, "reflection": []}, {"sft": HELD_OUT["sft"], "reflection": []})


def settings(method, **changes) -> Train:
    values = load_params(PARAMS).train.model_dump() | {"batch_size": 4, "max_length": 64, "learning_rate": 0.01}
    values |= {"method": method, "budget": {"unit": "rows", "amount": 24.0}, "reflection": {"fraction": 0.25}}
    return Train.model_validate(values | changes)


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    folder = tmp_path_factory.mktemp("start")
    tokens = tokenizer()
    model(tokens).save_pretrained(folder)
    tokens.save_pretrained(folder)
    return folder


def arm(start, folder, method="reflection", rows=ROWS, **changes):
    out = folder / "out"
    out.mkdir(parents=True)
    facts = METHODS[method].train(Job(start, rows, settings(method, **changes), 1, out, folder / "work"))
    return out, facts


def weights(folder):
    return load(folder, "float32")[0].state_dict()


def differ(a, b):
    return any(not torch.equal(a[name], b[name]) for name in a)


def test_explained_mistakes_are_trained_on_by_reflection_alone(start, tmp_path):
    reflected, facts = arm(start, tmp_path / "reflection")
    plain, plain_facts = arm(start, tmp_path / "sft", "sft")
    assert (facts["reflection_rows"], facts["sft_rows"]) == (6, 18)
    assert "reflection_rows" not in plain_facts and plain_facts["rows"] == facts["rows"] == 24
    assert set(facts["validation_loss"]) == set(plain_facts["validation_loss"]) >= {"sft", "reflection"}
    assert json.loads((reflected / "training.json").read_text()) == facts
    assert differ(weights(reflected), weights(plain)) and differ(weights(start), weights(plain))


def test_an_arm_can_go_on_from_another(start, tmp_path):
    first, _ = arm(start, tmp_path / "sft", "sft")
    second, facts = arm(first, tmp_path / "then", init="sft")
    assert facts["reflection_rows"] == 6 and differ(weights(first), weights(second))


@pytest.mark.slow
def test_seeds_change_the_weights_and_nothing_else_does(start, tmp_path):
    one, _ = arm(start, tmp_path / "one")
    again, _ = arm(start, tmp_path / "again")
    other, _ = arm(start, tmp_path / "other", seed=2)
    assert (one / "model.safetensors").read_bytes() == (again / "model.safetensors").read_bytes()
    assert differ(weights(one), weights(other))


def test_an_epoch_goes_through_every_sft_row(start, tmp_path):
    _, facts = arm(start, tmp_path, "sft", budget={"unit": "epochs", "amount": 2.0})
    assert facts["rows"] == 48 and facts["distinct_rows"] == 24 and facts["steps"] == 12


def test_adapters_are_merged_into_whole_weights(start, tmp_path):
    lora = {"enabled": True, "rank": 4, "alpha": 8, "dropout": 0.05}
    one, _ = arm(start, tmp_path / "one", lora=lora)
    again, _ = arm(start, tmp_path / "again", lora=lora)
    before, after = weights(start), weights(one)
    assert not list(one.glob("adapter_*")) and set(before) == set(after)
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert changed and all("proj" in name for name in changed)
    assert not differ(after, weights(again))


def test_a_model_that_is_not_trained_is_measured_on_the_same_rows(start, tmp_path):
    out, facts = arm(start, tmp_path, "none")
    assert json.loads((out / "training.json").read_text()) == facts and not differ(weights(start), weights(out))
    assert facts["tokens"] == facts["steps"] == 0 and {"sft", "reflection"} <= set(facts["validation_loss"])
    losses = [json.loads(line) for line in (out / "losses.jsonl").read_text().splitlines()]
    assert {one["split"] for one in losses} == {"validation"} and {one["step"] for one in losses} == {0}


def test_no_explained_mistake_is_told_in_a_sentence(start, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match=r"no explained mistake to train on\. .*raise attempt\.rows"):
        arm(start, tmp_path / "unknown", rows=NONE_EXPLAINED)
    summary = tmp_path / "data" / "annotations" / "summary.json"
    summary.parent.mkdir(parents=True)
    summary.write_text('{"annotated": 0, "not_annotated": {"too_far": 7, "passed": 2}}')
    with pytest.raises(UserError, match=r"0 attempts were explained, the others were not \(2 passed, 7 too_far\)\."):
        arm(start, tmp_path / "counted", rows=NONE_EXPLAINED)
    summary.write_text('{"annotated": 0, "not_annotated": {}}')
    with pytest.raises(UserError, match=r"nothing was attempted\. Fix: dvc exp run -S train\.method=sft"):
        arm(start, tmp_path / "untried", rows=NONE_EXPLAINED)


def test_sft_needs_no_explained_mistake(start, tmp_path):
    out, facts = arm(start, tmp_path / "none", "sft", NONE_EXPLAINED)
    assert set(facts["validation_loss"]) == {"sft", "sft.prompt", "sft.reference"}
    losses = [json.loads(line) for line in (out / "losses.jsonl").read_text().splitlines()]
    assert losses and {one["label"] for one in losses} == {"sft"}
    # nor are those that are there looked at
    some, _ = arm(start, tmp_path / "some", "sft", LabelledRows(ROWS.train, NONE_EXPLAINED.validation))
    assert (out / "model.safetensors").read_bytes() == (some / "model.safetensors").read_bytes()


def test_explained_mistakes_that_are_all_too_long_stop_only_the_arm_that_needs_them(start, tmp_path):
    long = [row(n, "reflection", words=30) for n in range(3)]
    rows = LabelledRows({"sft": SFT, "reflection": long}, NONE_EXPLAINED.validation)
    _, facts = arm(start, tmp_path / "sft", "sft", rows, max_length=16)
    assert facts["dropped_rows"] == {}
    with pytest.raises(UserError, match=r"3 too long.*raise train\.max_length"):
        arm(start, tmp_path / "reflection", rows=rows, max_length=16)


def test_rows_that_are_dropped_are_counted_by_label(start, tmp_path):
    train = {
        "sft": [*SFT, row(99, words=30)],
        "reflection": [*ROWS.train["reflection"], row(98, "reflection", words=30)],
    }
    _, facts = arm(start, tmp_path, rows=LabelledRows(train, HELD_OUT), max_length=24)
    assert facts["dropped_rows"] == {"sft": {"too long": 1}, "reflection": {"too long": 1}}


def test_rows_that_are_all_too_long_are_told_in_a_sentence(start, tmp_path):
    rows = LabelledRows({"sft": [row(n, words=30) for n in range(24)]}, HELD_OUT)
    with pytest.raises(UserError, match=r"24 too long.*raise train\.max_length"):
        arm(start, tmp_path, "sft", rows, max_length=16)


def test_patience_for_a_label_that_is_not_measured_is_told_in_a_sentence(start, tmp_path):
    watch = {"early_stopping": "reflection", "evaluations": 3}
    with pytest.raises(UserError, match=r"early_stopping is reflection, but no such row is held out"):
        arm(start, tmp_path / "blind", "sft", NONE_EXPLAINED, patience=1, **watch)
    arm(start, tmp_path / "never", "sft", NONE_EXPLAINED, patience=0, **watch)
    _, facts = arm(start, tmp_path / "seen", "sft", patience=1, min_delta=99.0, **watch)
    assert facts["steps"] == 4, "the second of three measurements was no improvement"


def test_a_low_precision_trains_too(start, tmp_path):
    _, facts = arm(start, tmp_path, precision="bf16")
    assert facts["validation_loss"]["sft"] > 0


def test_every_method_has_a_section_of_its_own():
    assert set(METHODS) == set(get_args(MethodName)) <= set(Train.model_fields)
    for name in METHODS:
        others = set(METHODS) - {name}
        computed = settings(name).computed()
        assert name in computed and not others & set(computed) and "learning_rate" in computed
