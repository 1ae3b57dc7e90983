"""Batched answers: kept, independent of workers, of batch order and of each other."""

from __future__ import annotations

import pytest
from tiny import model, tokenizer

from codereflect.generation.engines import local
from codereflect.generation.engines.local import Decoding, answer
from codereflect.store import Store

PROMPTS = [f"say {number}\n" * (1 + number % 3) for number in range(7)]
GREEDY = Decoding(0.0, 1.0, 6, 3, 1)
DRAWN = Decoding(1.0, 0.9, 6, 3, 1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("model")
    tokens = tokenizer()
    model(tokens).save_pretrained(place)
    tokens.save_pretrained(place)
    return place


def test_answers_stand_beside_their_prompts(folder, tmp_path):
    answers = answer(folder, "key", PROMPTS, 1, GREEDY, Store(tmp_path), 1)
    assert len(answers) == len(PROMPTS) and all(len(row) == 1 for row in answers)
    tokens = tokenizer()
    assert [row[0].tokens_in for row in answers] == [len(tokens(text)["input_ids"]) for text in PROMPTS]
    alone = [answer(folder, "key", [text], 1, GREEDY, Store(None), 1)[0][0].text for text in PROMPTS]
    assert [row[0].text for row in answers] == alone


def test_finished_batches_are_never_generated_again(folder, tmp_path, monkeypatch):
    first = answer(folder, "key", PROMPTS, 2, DRAWN, Store(tmp_path), 1)

    def forbidden(*_):
        raise AssertionError("generated again")

    monkeypatch.setattr(local, "_Runner", forbidden)
    assert answer(folder, "key", PROMPTS, 2, DRAWN, Store(tmp_path), 1) == first
    with pytest.raises(AssertionError, match="generated again"):
        answer(folder, "another model", PROMPTS, 2, DRAWN, Store(tmp_path), 1)


def test_draws_depend_on_the_seed_alone(folder):
    first = answer(folder, "key", PROMPTS, 2, DRAWN, Store(None), 1)
    assert answer(folder, "key", PROMPTS, 2, DRAWN, Store(None), 1) == first
    other = Decoding(1.0, 0.9, 6, 3, 2)
    assert answer(folder, "key", PROMPTS, 2, other, Store(None), 1) != first
    assert any(one.text != two.text for one, two in first)


@pytest.mark.slow
def test_the_number_of_workers_changes_nothing(folder):
    assert answer(folder, "key", PROMPTS, 2, DRAWN, Store(None), 2) == answer(
        folder, "key", PROMPTS, 2, DRAWN, Store(None), 1
    )
