"""Kept answers: one by one, under keys of all they depend on, and asked for once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from codereflect.generation.engines.engine import Answer, Asked, Decoding
from codereflect.generation.kept_answers import answers
from codereflect.store import Store

GREEDY = Decoding(0.0, 1.0, 6, 3, 1)
DRAWN = Decoding(1.0, 0.9, 6, 3, 1)
PROMPTS = [Asked((text,)) for text in ("first", "second", "third")]


NEW = Asked(("new",))


class Echo:
    """An engine that says what it was asked, last first, and counts; it breaks after `most` answers."""

    def __init__(self, key: str = "key", most: int = 1000) -> None:
        self.key, self.most = key, most
        self.heard: list[Asked] = []

    def answer(self, asked: Sequence[Asked], decoding: Decoding) -> Iterator[tuple[int, Answer]]:
        for place in reversed(range(len(asked))):
            if len(self.heard) == self.most:
                raise KeyboardInterrupt
            self.heard.append(asked[place])
            yield place, Answer(f"{asked[place].prompt} {asked[place].draw}", 1, 2, "end")


def texts(found: list[list[Answer]]) -> list[list[str]]:
    return [[one.text for one in row] for row in found]


def test_answers_stand_beside_their_prompts_and_are_kept(tmp_path: Path) -> None:
    wanted = [["first 0", "first 1"], ["second 0", "second 1"], ["third 0", "third 1"]]
    assert texts(answers(Echo(), PROMPTS, 2, DRAWN, Store(tmp_path))) == wanted
    again = Echo()
    assert texts(answers(again, PROMPTS, 2, DRAWN, Store(tmp_path))) == wanted and again.heard == []


def test_one_more_problem_is_one_more_answer(tmp_path: Path) -> None:
    answers(Echo(), PROMPTS, 1, GREEDY, Store(tmp_path))
    more = Echo()
    found = answers(more, [NEW, *PROMPTS], 1, GREEDY, Store(tmp_path))
    assert more.heard == [NEW] and texts(found)[0] == ["new 0"]
    more.heard.clear()
    answers(more, PROMPTS, 3, DRAWN, Store(tmp_path))
    assert len(more.heard) == 9
    answers(more, PROMPTS, 4, DRAWN, Store(tmp_path))
    assert [one.draw for one in more.heard[9:]] == [3, 3, 3]


def test_a_run_that_was_stopped_goes_on_with_what_is_missing(tmp_path: Path) -> None:
    stopped = Echo(most=2)
    with pytest.raises(KeyboardInterrupt):
        answers(stopped, PROMPTS, 1, GREEDY, Store(tmp_path))
    rest = Echo()
    assert texts(answers(rest, PROMPTS, 1, GREEDY, Store(tmp_path))) == [["first 0"], ["second 0"], ["third 0"]]
    assert len(stopped.heard) == 2 and rest.heard == PROMPTS[:1]


def test_equal_prompts_are_asked_once(tmp_path: Path) -> None:
    engine = Echo()
    assert texts(answers(engine, [Asked(("same",))] * 2, 1, GREEDY, Store(tmp_path))) == [["same 0"], ["same 0"]]
    assert len(engine.heard) == 1


@pytest.mark.parametrize(
    ("engine", "decoding", "asked_again"),
    [
        (Echo("another model"), GREEDY, True),
        (Echo(), Decoding(0.0, 1.0, 7, 3, 1), True),
        (Echo(), Decoding(0.0, 0.5, 6, 32, 2), False),  # greedy: neither seed, nor nucleus, nor batch decide anything
        (Echo(), DRAWN, True),
    ],
)
def test_an_answer_belongs_to_model_and_decoding(
    tmp_path: Path, engine: Echo, decoding: Decoding, asked_again: bool
) -> None:
    answers(Echo(), PROMPTS, 1, GREEDY, Store(tmp_path))
    answers(engine, PROMPTS, 1, decoding, Store(tmp_path))
    assert bool(engine.heard) == asked_again
    engine.heard.clear()


@pytest.mark.parametrize("changed", [Decoding(1.0, 0.8, 6, 3, 1), Decoding(1.0, 0.9, 6, 3, 2)])
def test_what_is_drawn_belongs_to_seed_and_nucleus_too(tmp_path: Path, changed: Decoding) -> None:
    answers(Echo(), PROMPTS, 1, DRAWN, Store(tmp_path))
    engine = Echo()
    answers(engine, PROMPTS, 1, changed, Store(tmp_path))
    assert len(engine.heard) == 3
