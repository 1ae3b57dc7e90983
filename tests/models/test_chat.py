"""A conversation as ids: the same in training and at generation, with one opening and one end."""

from __future__ import annotations

import pytest
from tiny import model, row, tokenizer

from codereflect.errors import UserError
from codereflect.generation.engines.engine import Asked, Decoding
from codereflect.generation.engines.local import LocalEngine
from codereflect.models.chat import end_id, end_ids, is_chat, opening_ids, prompt_ids
from codereflect.models.loading import load, load_tokenizer, saved_dtype, write_reading
from codereflect.records import Segment, TrainRow
from codereflect.training.encode import encode_rows

TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}<|{{ message['role'] }}|>{{ message['content'] }}<|turn|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}"
)


@pytest.fixture
def plain():
    return tokenizer()


@pytest.fixture
def chatty():
    """A tokenizer that begins a text with a token, chats, and ends a turn with another token than a text."""
    tokens = tokenizer()
    tokens.add_special_tokens({"bos_token": "<|begin|>", "additional_special_tokens": ["<|turn|>"]})
    tokens.chat_template = TEMPLATE
    return tokens


def decoded(tokens, ids):
    return tokens.decode(ids, clean_up_tokenization_spaces=False)


def test_a_plain_text_is_continued(plain):
    assert not is_chat(plain) and opening_ids(plain) == []
    assert decoded(plain, prompt_ids(plain, ["say 1\n"])) == "say 1\n" and end_id(plain) == plain.eos_token_id


def test_a_conversation_goes_through_the_template_and_begins_once(chatty):
    ids = prompt_ids(chatty, ["say 1", "w1", "again"])
    wanted = "<|begin|><|user|>say 1<|turn|>\n<|assistant|>w1<|turn|>\n<|user|>again<|turn|>\n<|assistant|>"
    assert decoded(chatty, ids) == wanted and ids.count(chatty.bos_token_id) == 1
    assert end_id(chatty) == chatty.convert_tokens_to_ids("<|turn|>") != chatty.eos_token_id


def test_the_end_of_a_turn_is_found_behind_a_line_end_and_never_where_a_text_begins(chatty):
    chatty.chat_template = TEMPLATE.replace("<|turn|>\\n", "\\n<|turn|>")
    assert end_id(chatty) == chatty.convert_tokens_to_ids("<|turn|>")
    chatty.chat_template = "{{ bos_token }}{% for message in messages %}hidden{% endfor %}"
    assert end_id(chatty) == chatty.eos_token_id


def test_what_begins_a_text_may_be_what_ends_one(plain):
    from tokenizers.processors import TemplateProcessing

    end = plain.eos_token
    plain._tokenizer.post_processor = TemplateProcessing(single=f"{end} $A", special_tokens=[(end, plain.eos_token_id)])
    assert opening_ids(plain) == [plain.eos_token_id] == prompt_ids(plain, ["say 1\n"])[:1]


def test_a_tokenizer_without_an_end_is_refused(tmp_path, plain):
    plain.eos_token = None
    plain.save_pretrained(tmp_path)
    with pytest.raises(UserError, match="has no end token"):
        load_tokenizer(tmp_path)


def test_an_answer_ends_at_each_of_the_models_end_tokens(chatty):
    class Config:
        eos_token_id = [7, 9]

    assert end_ids(chatty, Config()) == sorted({7, 9, chatty.eos_token_id, end_id(chatty)})


@pytest.mark.parametrize("name", ["plain", "chatty"])
def test_a_rows_prompt_is_what_generation_shows_and_the_end_carries_loss_once(request, name):
    tokens = request.getfixturevalue(name)
    encoded = encode_rows([row(1)], tokens, 64).rows[0]
    prompt = prompt_ids(tokens, ["say 1\n"])
    assert encoded.ids[: len(prompt)].tolist() == prompt
    answer = encoded.ids[len(prompt) :].tolist()
    assert answer[-1] == end_id(tokens) and answer.count(answer[-1]) == 1
    assert [token for token in encoded.labels.tolist() if token != -100] == answer


def test_in_a_chat_what_comes_before_the_first_loss_is_the_users_turn(chatty):
    kinds = [("heading", False), ("scenario", False), ("analysis", True), ("heading", False), ("insight", True)]
    segments = [Segment(kind=kind, text=f"{kind} w1\n", supervised=loss) for kind, loss in kinds]
    encoded = encode_rows([TrainRow(id="r", label="reflection", segments=segments)], chatty, 200).rows[0]
    text = "<|user|>heading w1\nscenario w1\n<|turn|>\n<|assistant|>analysis w1\nheading w1\ninsight w1\n<|turn|>"
    assert decoded(chatty, encoded.ids.tolist()) == f"<|begin|>{text}"
    assert [span.kind for span in encoded.spans] == ["prompt", "analysis", "heading", "insight"]
    assert encoded.spans[-1].end == len(encoded.ids)


def test_a_tokenizer_that_reads_joined_segments_otherwise_is_refused(plain):
    joined = TrainRow(
        id="r1",
        label="sft",
        segments=[
            Segment(kind="prompt", text="say", supervised=False),
            Segment(kind="prompt", text=" 1\n", supervised=False),
            Segment(kind="reference", text="w1", supervised=True),
        ],
    )

    class Greedy:
        eos_token_id, chat_template = 0, None

        def __call__(self, texts, **rest):
            one = isinstance(texts, str)
            ids = [[len(text)] if text else [] for text in ([texts] if one else texts)]
            return {"input_ids": ids[0] if one else ids}

    with pytest.raises(UserError, match="prompt of row r1 in training other than at generation"):
        encode_rows([joined], Greedy(), 64)


@pytest.fixture
def folder(tmp_path, chatty):
    made = model(chatty)
    made.resize_token_embeddings(len(chatty))
    made.save_pretrained(tmp_path / "model")
    chatty.save_pretrained(tmp_path / "model")
    return tmp_path / "model"


def test_a_model_can_be_kept_from_chatting_and_read_in_another_precision(folder):
    import torch

    assert is_chat(load_tokenizer(folder)) and saved_dtype(folder) == torch.float32
    write_reading(folder, "no", "bf16")
    loaded, tokens = load(folder)
    assert not is_chat(tokens) and loaded.dtype == torch.bfloat16 == saved_dtype(folder)
    assert load(folder, "float32")[0].dtype == torch.float32


def test_a_model_without_a_template_is_not_made_to_chat(tmp_path, plain):
    plain.save_pretrained(tmp_path)
    write_reading(tmp_path, "yes", "auto")
    with pytest.raises(UserError, match=r"model\.chat is yes, but .* has no chat template"):
        load_tokenizer(tmp_path)


GREEDY = Decoding(0.0, 1.0, 24, 4, 1)


def said(folder, *asked):
    return [answer for _, answer in sorted(LocalEngine(folder, 1).answer(asked, GREEDY), key=lambda one: one[0])]


def test_a_continuation_stops_at_a_stop_string_and_a_chat_does_not(folder):
    free = said(folder, Asked(("say 1",)))[0]
    assert free.tokens_out == 24 and free.finish_reason == "length" and len(free.text) > 8
    stop = free.text[4:7]
    write_reading(folder, "no", "auto")
    continued = said(folder, Asked(("say 1",)))[0]
    stop = continued.text[4:7]
    stopped, other = said(folder, Asked(("say 1",), stops=(stop, "never said")), Asked(("say 2",)))
    assert stopped.text == continued.text[: continued.text.index(stop)] and stopped.finish_reason == "stop"
    assert 0 < stopped.tokens_out < continued.tokens_out
    assert other == said(folder, Asked(("say 2",)))[0] and other.finish_reason == "length"
    write_reading(folder, "auto", "auto")
    (folder / "reading.json").unlink()
    assert said(folder, Asked(("say 1",), stops=(free.text[4:7],)))[0] == free


def test_what_its_publisher_decodes_with_changes_no_answer(folder):
    import json

    before = said(folder, Asked(("say 1",)))
    file = folder / "generation_config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"repetition_penalty": 5.0, "no_repeat_ngram_size": 1}))
    assert said(folder, Asked(("say 1",))) == before
