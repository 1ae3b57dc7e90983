from __future__ import annotations

import pytest
from tiny import row, tokenizer

from codereflect.errors import UserError
from codereflect.records import Segment, TrainRow
from codereflect.training.encode import IGNORED, encode_rows


@pytest.fixture(scope="module")
def tokens():
    return tokenizer()


def test_masks_follow_segments_and_the_end_is_learned(tokens):
    encoded = encode_rows([row(3, "meta")], tokens, 64).rows[0]
    texts = dict.fromkeys(encoded.kinds, "")
    for kind, token in zip(encoded.kinds, encoded.ids, strict=True):
        texts[kind] += tokens.decode([token])
    assert texts["prompt"] == "say 3\n" and texts["attempt"] == "wrong words\n"
    assert encoded.ids[-1] == tokens.eos_token_id and encoded.supervised[-1]
    learned = [kind for kind, carries in zip(encoded.kinds, encoded.supervised, strict=True) if carries]
    assert set(learned) == {"reference"}
    assert [label != IGNORED for label in encoded.labels] == list(encoded.supervised)


def test_a_prompt_has_the_ids_that_it_has_alone(tokens):
    encoded = encode_rows([row(5)], tokens, 64).rows[0]
    alone = tokens("say 5\n", add_special_tokens=False)["input_ids"]
    assert list(encoded.ids[: len(alone)]) == alone


def test_rows_that_cannot_be_trained_on_are_named(tokens):
    mute = TrainRow(id="mute", label="sft", segments=[Segment(kind="prompt", text="say", supervised=False)])
    long = row(1, words=60)
    encoded = encode_rows([row(2), mute, long], tokens, 40)
    assert [one.id for one in encoded.rows] == ["sft2"]
    assert encoded.dropped == {"too long": ["sft1"], "no supervised token": ["mute"]}
    with pytest.raises(UserError, match="1 too long"):
        encode_rows([long], tokens, 40)
