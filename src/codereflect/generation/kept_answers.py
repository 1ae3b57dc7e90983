"""Answers kept one by one: nothing is generated twice, and a killed run goes on with those that are missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from codereflect.generation.engines.engine import Answer, Asked, Decoding, Engine
from codereflect.progress import progress
from codereflect.store import Store, digest

SPACE = "answers"


def answers(
    engine: Engine, prompts: Sequence[Asked], draws: int, decoding: Decoding, store: Store
) -> list[list[Answer]]:
    """For each prompt a list of `draws` answers; those that the store does not have are asked of the engine.

    Each is kept under a key of its own: the engine's key, prompt, draw and decoding. Equal prompts get equal answers.
    """
    rows = [[replace(prompt, draw=draw) for draw in range(draws)] for prompt in prompts]
    keys = {one: _key(engine, one, decoding) for row in rows for one in row}
    found: dict[Asked, Any] = {one: value for one, key in keys.items() if (value := store.get(SPACE, key)) is not None}
    missing = [one for one in keys if one not in found]
    with progress("answers", len(keys), "answers", len(found)) as advance:
        for place, answer in engine.answer(missing, decoding):
            found[missing[place]] = asdict(answer)
            store.put(SPACE, keys[missing[place]], asdict(answer))
            advance()
    return [[Answer(**found[one]) for one in row] for row in rows]


def _key(engine: Engine, asked: Asked, decoding: Decoding) -> str:
    return digest([engine.key, asdict(asked), decoding.identity()])
