from __future__ import annotations

import numpy as np
import pytest

from codereflect.training.encode import EncodedRow, Span
from codereflect.training.plan import make_plan
from codereflect.training_params import Budget


def encoded(name: str, label: str, size: int) -> EncodedRow:
    return EncodedRow(name, label, np.arange(size, dtype=np.int32), (Span("reference", 0, size, True),))


SFT = [encoded(f"p{number}", "sft", 5 + number % 9) for number in range(60)]
REFLECTION = [encoded(f"m{number}", "reflection", 30) for number in range(4)]


def plan(fraction=0.1, unit="rows", amount=100.0, seed=1, per_step=8):
    return make_plan(SFT, Budget(unit=unit, amount=amount), per_step, seed, REFLECTION, fraction)


def test_the_same_seed_gives_the_same_order_and_another_another():
    assert plan().rows == plan().rows
    assert [row.id for row in plan().rows] != [row.id for row in plan(seed=2).rows]


@pytest.mark.parametrize("amount", [37.0, 100.0, 301.0])
def test_rows_of_another_label_replace_sft_rows_at_the_given_share(amount):
    facts = plan(amount=amount).facts()
    assert facts["rows"] == amount
    assert abs(facts["reflection_rows"] - 0.1 * amount) <= 1
    assert facts["sft_rows"] + facts["reflection_rows"] == facts["rows"]


def test_tokens_are_spent_to_within_one_row():
    facts = plan(unit="tokens", amount=1000.0).facts()
    assert 1000 <= facts["tokens"] < 1030
    assert facts["tokens"] == facts["sft_tokens"] + facts["reflection_tokens"]
    assert facts["supervised_tokens"] == facts["tokens"] - facts["rows"]


def test_an_epoch_is_every_sft_row_once():
    rows = plan(fraction=0.0, unit="epochs", amount=1.0).rows
    assert sorted(row.id for row in rows) == sorted(row.id for row in SFT)
    assert plan(fraction=0.0, unit="epochs", amount=2.0).facts()["distinct_rows"] == len(SFT)


def test_steps_hold_rows_of_similar_length_and_only_the_last_is_short():
    made = plan(fraction=0.0, amount=60.0)
    steps = [made.rows[start : start + 8] for start in range(0, 60, 8)]
    assert made.steps == len(steps) == 8
    assert [len(step) for step in steps] == [8] * 7 + [4]
    spread = [max(len(row.ids) for row in step) - min(len(row.ids) for row in step) for step in steps]
    assert max(spread) <= 2
