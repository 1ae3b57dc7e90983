"""Answers: each its own, whatever shares its batch; the same bytes for any number of workers."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from tiny import model, tokenizer

from codereflect.generation.engines.draws import OwnDraws
from codereflect.generation.engines.engine import Answer, Asked, Decoding
from codereflect.generation.engines.local import LocalEngine

PROMPTS = [f"say {number}\n" * (1 + number % 3) for number in range(7)]
ASKED = [Asked((prompt,), draw) for prompt in PROMPTS for draw in range(2)]
GREEDY = Decoding(0.0, 1.0, 6, 3, 1)
DRAWN = Decoding(1.0, 0.9, 6, 3, 1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("model")
    tokens = tokenizer()
    model(tokens).save_pretrained(place)
    tokens.save_pretrained(place)
    return place


def said(folder: Path, asked: list[Asked], decoding: Decoding, workers: int = 1) -> list[Answer]:
    """Answers in the order they were asked for."""
    found = dict(LocalEngine(folder, workers).answer(asked, decoding))
    assert sorted(found) == list(range(len(asked)))
    return [found[place] for place in range(len(asked))]


def test_answers_stand_beside_their_prompts(folder: Path) -> None:
    asked = [Asked((prompt,)) for prompt in PROMPTS]
    answers = said(folder, asked, GREEDY)
    tokens = tokenizer()
    assert [one.tokens_in for one in answers] == [len(tokens(text)["input_ids"]) for text in PROMPTS]
    assert answers == [said(folder, [one], GREEDY)[0] for one in asked]


def test_a_drawn_answer_is_the_same_alone_in_another_batch_and_in_another_order(folder: Path) -> None:
    answers = said(folder, ASKED, DRAWN)
    assert len(set(answers)) > len(answers) / 2
    assert [said(folder, [one], DRAWN)[0] for one in ASKED[::5]] == answers[::5]
    assert said(folder, ASKED[::-1], DRAWN)[::-1] == answers
    assert said(folder, ASKED[1::3], Decoding(1.0, 0.9, 6, 2, 1)) == answers[1::3]


def test_draws_depend_on_the_seed_and_differ_among_themselves(folder: Path) -> None:
    first = said(folder, ASKED, DRAWN)
    assert said(folder, ASKED, Decoding(1.0, 0.9, 6, 3, 2)) != first
    assert any(one.text != two.text for one, two in zip(first[::2], first[1::2], strict=True))


def drawn(scores: list[float], decoding: Decoding, count: int) -> torch.Tensor:
    """Frequencies of first tokens over `count` rows with the same scores."""
    rows = [Asked(("p",), draw) for draw in range(count)]
    chosen = OwnDraws(rows, decoding, 1)(torch.zeros(count, 1, dtype=torch.long), torch.tensor([scores] * count))
    assert (chosen > float("-inf")).sum().item() == count
    return torch.bincount(chosen.argmax(1), minlength=len(scores)) / count


def test_tokens_are_drawn_from_the_distribution_at_the_temperature() -> None:
    scores = [2.0, float("-inf"), 0.0, 1.0]
    wanted = torch.tensor(scores).div(0.5).softmax(0)
    assert torch.allclose(drawn(scores, Decoding(0.5, 1.0, 1, 1, 3), 4000), wanted, atol=0.02)


def test_a_token_outside_the_nucleus_is_never_drawn() -> None:
    found = drawn([3.0, 2.0, -1.0, 0.0], Decoding(1.0, 0.9, 1, 1, 3), 4000)
    assert torch.allclose(found, torch.tensor([0.731, 0.269, 0.0, 0.0]), atol=0.02) and found[2:].sum() == 0


def test_the_key_covers_the_model_and_not_the_workers(folder: Path, tmp_path: Path) -> None:
    assert LocalEngine(folder, 1).key == LocalEngine(folder, 2).key
    other = tmp_path / "model"
    other.mkdir()
    (other / "config.json").write_text("{}")
    assert LocalEngine(other, 1).key != LocalEngine(folder, 1).key


@pytest.mark.slow
def test_the_number_of_workers_changes_nothing(folder: Path) -> None:
    assert said(folder, ASKED, DRAWN, workers=2) == said(folder, ASKED, DRAWN)
