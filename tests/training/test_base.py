"""The micro base model: a function of documents, shape, steps and seed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tiny import SHAPE, example

from codereflect.params import load_params
from codereflect.records import write_records
from codereflect.training.base import train_micro, train_tokenizer

PARAMS = load_params(Path(__file__).resolve().parents[2] / "params.yaml")


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    folder = tmp_path_factory.mktemp("prepared")
    write_records(folder / "base.jsonl", [example(number) for number in range(30)])
    write_records(folder / "base_validation.jsonl", [example(number) for number in range(30, 34)])
    return folder


@pytest.fixture(scope="module")
def trained(prepared, tmp_path_factory):
    def train(seed, steps=4):
        changes = {"seed": seed, "steps": steps, "batch_size": 4, "learning_rate": 0.01, "max_length": 64}
        base = PARAMS.base.model_copy(update=changes)
        out, work = tmp_path_factory.mktemp("out"), tmp_path_factory.mktemp("work")
        return out, train_micro(prepared, SHAPE, base, out, work)

    return train


def contents(folder, *names):
    return [(folder / name).read_bytes() for name in names]


@pytest.mark.slow
def test_the_same_seed_gives_the_same_bytes_and_another_other_weights(trained):
    (first, facts), (again, _), (other, _) = trained(1), trained(1), trained(2)
    names = sorted(file.name for file in first.iterdir())
    assert {"model.safetensors", "tokenizer.json", "training.json", "losses.jsonl"} <= set(names)
    assert contents(first, *names) == contents(again, *names)
    assert contents(first, "model.safetensors") != contents(other, "model.safetensors")
    assert contents(first, "tokenizer.json") == contents(other, "tokenizer.json")
    assert facts["steps"] == 4 and facts["rows"] == 16
    assert json.loads((first / "training.json").read_text()) == facts


def test_a_tokenizer_depends_on_the_texts_alone_and_loses_nothing():
    texts = [f"def f{number}(x):\n    return x + {number}\n" for number in range(40)]
    first, again = (train_tokenizer(texts, 320, 64).backend_tokenizer.to_str() for _ in range(2))
    assert first == again != train_tokenizer(texts[:5], 300, 64).backend_tokenizer.to_str()
    tokens = train_tokenizer(texts, 320, 64)
    strange = "  tab\t é \u2028 日本 🦀\n\n"
    assert tokens.decode(tokens(strange)["input_ids"]) == strange
