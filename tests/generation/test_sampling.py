"""Samples: one for each problem and draw, in order, with the code cut out."""

from __future__ import annotations

from codereflect.generation.engines.engine import Answer, Decoding
from codereflect.generation.sampling import sample
from codereflect.records import Problem
from codereflect.store import Store

DECODING = Decoding(0.8, 1.0, 16, 4, 5)


def problem(name, language="python"):
    return Problem(
        task_id=name, suite="s", language=language, category="c", prompt=f"# {name}\ndef {name}(x):\n", entry_point=name
    )


class Counting:
    """An engine that says which draw it was asked for."""

    key = "key"

    def answer(self, asked, decoding):
        for place, one in enumerate(asked):
            yield place, Answer(f"    return {one.draw}  {one.prompt[:3]}\n", 7, 3, "end" if one.draw else "length")


def test_samples_keep_the_order_of_problems_and_draws():
    samples = sample(Counting(), [problem("first"), problem("second")], "default", 2, DECODING, Store(None))
    assert [(one.task_id, one.sample_index, one.completion) for one in samples] == [
        ("first", 0, "    return 0  # f\n"),
        ("first", 1, "    return 1  # f\n"),
        ("second", 0, "    return 0  # s\n"),
        ("second", 1, "    return 1  # s\n"),
    ]
    assert {one.seed for one in samples} == {5} and {one.finish_reason for one in samples} == {"end", "length"}
    assert all("return" in one.code for one in samples)
