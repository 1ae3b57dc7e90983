"""How a conversation becomes token ids: through the tokenizer's chat template where it has one, else as plain text.

Training and generation use the same functions, so that a row's prompt has the very ids that the model meets when it
answers. A base model's tokenizer has no template: it continues the text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

ROLES = ("user", "assistant")
# stands for an answer while a template is asked what comes after one; templates trim answers, or change their letters
_ANSWER = "4096720961"


def is_chat(tokenizer: Any) -> bool:
    """Whether prompts go through a chat template."""
    return bool(getattr(tokenizer, "chat_template", None))


def prompt_ids(tokenizer: Any, turns: Sequence[str]) -> list[int]:
    """Token ids of a conversation up to the place where the model answers.

    Args:
        tokenizer: of transformers.
        turns: what was said, by user and assistant in turn; the user begins and has the last word.
    """
    if is_chat(tokenizer):
        messages = [{"role": ROLES[place % 2], "content": text} for place, text in enumerate(turns)]
        text = tokenizer.apply_chat_template(messages, add_generation_prompt=True, tokenize=False)
        # the template writes the tokens that begin a text itself
        return list(tokenizer(text, add_special_tokens=False)["input_ids"])
    return opening_ids(tokenizer) + list(tokenizer("".join(turns), add_special_tokens=False)["input_ids"])


def opening_ids(tokenizer: Any) -> list[int]:
    """What the tokenizer itself puts in front of a text: a BOS token, or nothing."""
    framed, text = (list(tokenizer("a", add_special_tokens=own)["input_ids"]) for own in (True, False))
    place = next((place for place in range(len(framed)) if framed[place : place + len(text)] == text), 0)
    return framed[:place]


def end_id(tokenizer: Any) -> int:
    """The token that ends an answer: the template's end of a turn, else the end of the text."""
    if is_chat(tokenizer):
        messages = [{"role": "user", "content": "question"}, {"role": "assistant", "content": _ANSWER}]
        _, answer, after = tokenizer.apply_chat_template(messages, tokenize=False).rpartition(_ANSWER)
        marks = set(tokenizer.get_added_vocab().values())
        ids = tokenizer(after, add_special_tokens=False)["input_ids"] if answer else []
        if (end := next((token for token in ids if token in marks), None)) is not None:
            return int(end)
    return int(tokenizer.eos_token_id)


def end_ids(tokenizer: Any, config: Any) -> list[int]:
    """All tokens at which an answer ends: the turn's end, and those of the model's generation config."""
    listed = getattr(config, "eos_token_id", None)
    more = listed if isinstance(listed, list) else [listed] if listed is not None else []
    return sorted({end_id(tokenizer), int(tokenizer.eos_token_id), *more})
