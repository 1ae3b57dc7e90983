"""The arms: what a method trains on, from which model, and what it hands to the stages after it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from tiny import model, row, tokenizer

from codereflect.errors import UserError
from codereflect.generation.loading import load
from codereflect.params import Train, load_params
from codereflect.training.methods.supervised import Rows, measure_only, train_arm

PARAMS = Path(__file__).resolve().parents[3] / "params.yaml"
ROWS = Rows(
    plain=[row(number, words=2 + number % 3) for number in range(24)],
    meta=[row(number, "meta") for number in range(8)],
    validation=[*(row(number) for number in range(30, 34)), *(row(number, "meta") for number in range(30, 34))],
)


def settings(**changes) -> Train:
    values = load_params(PARAMS).train.model_dump() | {"batch_size": 4, "max_length": 64, "learning_rate": 0.01}
    values["budget"] = {"unit": "rows", "amount": 24.0}
    return Train.model_validate(values | changes)


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    folder = tmp_path_factory.mktemp("start")
    tokens = tokenizer()
    model(tokens).save_pretrained(folder)
    tokens.save_pretrained(folder)
    return folder


def arm(start, folder, fraction=0.25, rows=ROWS, **changes):
    out = folder / "out"
    out.mkdir(parents=True)
    facts = train_arm(start, rows, fraction, settings(**changes), 1, out, folder / "work", "t")
    return out, facts


def weights(folder):
    return load(folder, "float32")[0].state_dict()


def differ(a, b):
    return any(not torch.equal(a[name], b[name]) for name in a)


def test_meta_rows_are_trained_on_by_reflection_alone(start, tmp_path):
    reflected, facts = arm(start, tmp_path / "reflection")
    plain, plain_facts = arm(start, tmp_path / "sft", fraction=0.0)
    assert (facts["meta_rows"], facts["sft_rows"]) == (6, 18)
    assert "meta_rows" not in plain_facts and plain_facts["rows"] == facts["rows"] == 24
    assert set(facts["validation_loss"]) == set(plain_facts["validation_loss"]) >= {"sft", "meta"}
    assert json.loads((reflected / "training.json").read_text()) == facts
    assert differ(weights(reflected), weights(plain)) and differ(weights(start), weights(plain))


def test_an_arm_can_go_on_from_another(start, tmp_path):
    first, _ = arm(start, tmp_path / "sft", fraction=0.0)
    second, facts = arm(first, tmp_path / "then", init="sft", method="reflection")
    assert facts["meta_rows"] == 6 and differ(weights(first), weights(second))


def test_seeds_change_the_weights_and_nothing_else_does(start, tmp_path):
    one, _ = arm(start, tmp_path / "one")
    again, _ = arm(start, tmp_path / "again")
    other, _ = arm(start, tmp_path / "other", seed=2)
    assert (one / "model.safetensors").read_bytes() == (again / "model.safetensors").read_bytes()
    assert differ(weights(one), weights(other))


def test_an_epoch_goes_through_every_plain_row(start, tmp_path):
    _, facts = arm(start, tmp_path, fraction=0.0, budget={"unit": "epochs", "amount": 2.0})
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
    measure_only(start, ROWS, settings(method="none"), 1, tmp_path)
    facts = json.loads((tmp_path / "training.json").read_text())
    assert facts["tokens"] == facts["steps"] == 0 and {"sft", "meta"} <= set(facts["validation_loss"])
    losses = [json.loads(line) for line in (tmp_path / "losses.jsonl").read_text().splitlines()]
    assert {one["split"] for one in losses} == {"validation"} and {one["step"] for one in losses} == {0}


def test_no_explained_mistake_is_told_in_a_sentence(start, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    none = Rows(ROWS.plain, [], ROWS.validation)
    with pytest.raises(UserError, match=r"no explained mistake to train on\. .*raise attempt\.rows"):
        arm(start, tmp_path / "unknown", rows=none)
    summary = tmp_path / "data" / "annotations" / "summary.json"
    summary.parent.mkdir(parents=True)
    summary.write_text('{"annotated": 0, "not_annotated": {"too_far": 7, "passed": 2}}')
    with pytest.raises(UserError, match=r"0 attempts were explained, the others were not \(2 passed, 7 too_far\)\."):
        arm(start, tmp_path / "counted", rows=none)
    summary.write_text('{"annotated": 0, "not_annotated": {}}')
    with pytest.raises(UserError, match=r"nothing was attempted\. To mend it: dvc exp run -S train\.method=sft"):
        arm(start, tmp_path / "untried", rows=none)


def test_plain_training_needs_no_explained_mistake(start, tmp_path):
    none = Rows(ROWS.plain, [], ROWS.validation[:4])
    out, facts = arm(start, tmp_path / "none", fraction=0.0, rows=none)
    assert set(facts["validation_loss"]) == {"sft", "sft.prompt", "sft.reference"}
    losses = [json.loads(line) for line in (out / "losses.jsonl").read_text().splitlines()]
    assert losses and not [one for one in losses if one["kind"].startswith("meta")]
    # nor are those that are there looked at
    with_meta, _ = arm(start, tmp_path / "some", fraction=0.0, rows=Rows(ROWS.plain, ROWS.meta, ROWS.validation[:4]))
    assert (out / "model.safetensors").read_bytes() == (with_meta / "model.safetensors").read_bytes()


def test_explained_mistakes_that_are_all_too_long_stop_only_the_arm_that_needs_them(start, tmp_path):
    rows = Rows(ROWS.plain, [row(n, "meta", words=30) for n in range(3)], ROWS.validation[:4])
    _, facts = arm(start, tmp_path / "sft", fraction=0.0, rows=rows, max_length=16)
    assert facts["dropped_rows"] == {"too long": 3}
    with pytest.raises(UserError, match=r"3 too long.*raise train\.max_length"):
        arm(start, tmp_path / "reflection", rows=rows, max_length=16)


def test_rows_that_are_all_too_long_are_told_in_a_sentence(start, tmp_path):
    with pytest.raises(UserError, match=r"24 too long.*raise train\.max_length"):
        arm(start, tmp_path, max_length=16, rows=Rows([row(n, words=30) for n in range(24)], [], ROWS.validation))


def test_a_low_precision_trains_too(start, tmp_path):
    _, facts = arm(start, tmp_path, precision="bf16")
    assert facts["validation_loss"]["sft"] > 0
