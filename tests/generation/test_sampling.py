"""Samples: one for each problem and draw, in order, with the code cut out."""

from __future__ import annotations

from pathlib import Path

from codereflect.generation import sampling
from codereflect.generation.engines.local import Answer, Decoding
from codereflect.records import Problem
from codereflect.store import Store

DECODING = Decoding(0.8, 1.0, 16, 4, 5)


def problem(name, language="python"):
    return Problem(
        task_id=name, suite="s", language=language, category="c", prompt=f"# {name}\ndef {name}(x):\n", entry_point=name
    )


def test_samples_keep_the_order_of_problems_and_draws(monkeypatch):
    asked = {}

    def answer(model, key, prompts, draws, *rest):
        asked.update(model=model, key=key, prompts=prompts, rest=rest)
        return [
            [Answer(f"    return {place}{draw}\n", 7, 3, "stop" if draw else "length") for draw in range(draws)]
            for place in range(len(prompts))
        ]

    monkeypatch.setattr(sampling, "answer", answer)
    problems = [problem("first"), problem("second")]
    store = Store(None)
    samples = sampling.sample(Path("m"), "key", problems, "default", 2, DECODING, store, 3)
    assert [(one.task_id, one.sample_index, one.completion) for one in samples] == [
        ("first", 0, "    return 00\n"),
        ("first", 1, "    return 01\n"),
        ("second", 0, "    return 10\n"),
        ("second", 1, "    return 11\n"),
    ]
    assert {one.seed for one in samples} == {5} and {one.finish_reason for one in samples} == {"stop", "length"}
    assert asked["prompts"] == [one.prompt for one in problems] and asked["rest"] == (DECODING, store, 3)
    assert all("return" in one.code for one in samples)
