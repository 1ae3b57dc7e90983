from __future__ import annotations

import pytest

from codereflect.params import Budget
from codereflect.training.encode import EncodedRow
from codereflect.training.plan import make_plan


def encoded(name: str, label: str, size: int) -> EncodedRow:
    return EncodedRow(name, label, tuple(range(size)), (True,) * size, ("reference",) * size)


PLAIN = [encoded(f"p{number}", "sft", 5 + number % 9) for number in range(60)]
META = [encoded(f"m{number}", "meta", 30) for number in range(4)]


def plan(fraction=0.1, unit="rows", amount=100.0, seed=1, per_step=8):
    return make_plan(PLAIN, META, fraction, Budget(unit=unit, amount=amount), per_step, seed)


def test_the_same_seed_gives_the_same_order_and_another_another():
    assert plan().rows == plan().rows
    assert [row.id for row in plan().rows] != [row.id for row in plan(seed=2).rows]


@pytest.mark.parametrize("amount", [37.0, 100.0, 301.0])
def test_meta_rows_replace_plain_rows_at_the_given_share(amount):
    facts = plan(amount=amount).facts()
    assert facts["rows"] == amount
    assert abs(facts["meta_rows"] - 0.1 * amount) <= 1
    assert facts["sft_rows"] + facts["meta_rows"] == facts["rows"]


def test_tokens_are_spent_to_within_one_row():
    facts = plan(unit="tokens", amount=1000.0).facts()
    assert 1000 <= facts["tokens"] < 1030
    assert facts["tokens"] == facts["sft_tokens"] + facts["meta_tokens"]
    assert facts["supervised_tokens"] == facts["tokens"] - facts["rows"]


def test_an_epoch_is_every_plain_row_once():
    rows = plan(fraction=0.0, unit="epochs", amount=1.0).rows
    assert sorted(row.id for row in rows) == sorted(row.id for row in PLAIN)
    assert plan(fraction=0.0, unit="epochs", amount=2.0).facts()["distinct_rows"] == len(PLAIN)


def test_steps_hold_rows_of_similar_length_and_only_the_last_is_short():
    made = plan(fraction=0.0, amount=60.0)
    steps = [made.rows[start : start + 8] for start in range(0, 60, 8)]
    assert made.steps == len(steps) == 8
    assert [len(step) for step in steps] == [8] * 7 + [4]
    spread = [max(len(row.ids) for row in step) - min(len(row.ids) for row in step) for step in steps]
    assert max(spread) <= 2
