from __future__ import annotations

import gc
import tracemalloc

import pytest
from tiny import row, tokenizer

from codereflect.errors import UserError
from codereflect.records import Segment, TrainRow
from codereflect.training import encode
from codereflect.training.encode import IGNORED, encode_rows


@pytest.fixture(scope="module")
def tokens():
    return tokenizer()


def test_spans_follow_segments_and_the_end_is_learned(tokens):
    encoded = encode_rows([row(3, "reflection")], tokens, 64).rows[0]
    texts = {span.kind: tokens.decode(encoded.ids[span.start : span.end]) for span in encoded.spans}
    assert texts["prompt"] == "say 3\n" and texts["attempt"] == "wrong words\n"
    assert [span.start for span in encoded.spans] == [0, *(span.end for span in encoded.spans[:-1])]
    assert encoded.spans[-1].end == len(encoded.ids) and encoded.ids[-1] == tokens.eos_token_id
    assert [span.kind for span in encoded.spans if span.supervised] == ["reference"]
    learned = encoded.spans[-1]
    assert encoded.labels.tolist() == [IGNORED] * learned.start + encoded.ids[learned.start :].tolist()
    assert encoded.supervised_tokens == learned.end - learned.start


def test_nothing_predicts_the_first_token_of_a_document(tokens):
    segments = [Segment(kind="a", text="", supervised=True), Segment(kind="b", text="say 1", supervised=True)]
    encoded = encode_rows([TrainRow(id="x", label="sft", segments=segments)], tokens, 64).rows[0]
    assert encoded.supervised_tokens == len(encoded.ids) - 1
    assert list(range(len(encoded.ids) - 1)) == [place for span in encoded.spans for place in within(span.losses)]


def within(part):
    return range(part.start, part.stop)


def test_a_token_of_a_long_row_takes_at_most_eight_bytes(tokens):
    rows = [row(number, words=2000) for number in range(20)]
    encode_rows(rows[:1], tokens, 10**6)
    gc.collect()
    tracemalloc.start()
    encoded = encode_rows(rows, tokens, 10**6).rows
    gc.collect()
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    count = sum(len(one.ids) for one in encoded)
    assert count > 50_000 and taken / count <= 8


def test_rows_are_the_same_however_many_are_tokenised_in_one_call(tokens, monkeypatch):
    rows = [row(number, label) for number in range(5) for label in ("sft", "reflection")]
    whole = encode_rows(rows, tokens, 64).rows
    monkeypatch.setattr(encode, "ROWS_PER_CALL", 3)
    parts = encode_rows(rows, tokens, 64).rows
    assert [(one.id, one.ids.tolist(), one.spans) for one in parts] == [
        (one.id, one.ids.tolist(), one.spans) for one in whole
    ]


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
