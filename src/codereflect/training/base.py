"""The base model: `micro` trained from scratch, or a pointer to a hub model or a local folder.

The micro model is a Llama (Touvron et al. 2023, arXiv 2302.13971) of about a million parameters with a byte-level BPE
vocabulary trained on the same documents. Shape, initial weights and learning rate were chosen by learning curves
(docs/micro.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from codereflect.params import MicroModel
from codereflect.records import Example, read_records, sft_row
from codereflect.training.encode import encode_rows
from codereflect.training.losslog import write_facts
from codereflect.training.plan import make_plan, rows_per_step
from codereflect.training_params import Base, Budget

END = "<|end|>"
PAD = "<|pad|>"
INITIAL_SPREAD = 0.08


def train_tokenizer(texts: Sequence[str], vocabulary: int, max_length: int) -> Any:
    """A byte-level BPE tokenizer (GPT-2's scheme) of at most `vocabulary` entries, as a transformers tokenizer."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=[END, PAD],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token=END, pad_token=PAD, model_max_length=2 * max_length, padding_side="left"
    )


def new_model(shape: MicroModel, tokenizer: Any, positions: int, seed: int) -> Any:
    """A Llama with random weights drawn from the seed."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=shape.hidden_size,
        intermediate_size=shape.feed_forward,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        max_position_embeddings=positions,
        initializer_range=INITIAL_SPREAD,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    torch.manual_seed(seed)
    return LlamaForCausalLM(config)


def train_micro(prepared: Path, shape: MicroModel, base: Base, folder: Path, work: Path) -> dict[str, Any]:
    """Train tokenizer and model from scratch and save both.

    Args:
        prepared: folder with base.jsonl (documents of every kind: functions, repair, unit tests, steps) and
            base_validation.jsonl (documents whose loss is reported).
        shape: size of the model.
        base: steps and hyper-parameters.
        folder: where the model is written.
        work: belongs to this run alone; checkpoints in it are resumed from.

    Returns:
        Facts about the training, and the losses by step.
    """
    from codereflect.training.loop import quiet, train

    quiet(threads=1)
    examples = list(read_records(prepared / "base.jsonl", Example))
    validation = list(read_records(prepared / "base_validation.jsonl", Example))
    texts = [example.prompt + example.reference for example in examples]
    tokenizer = train_tokenizer(texts, shape.vocabulary, base.max_length)
    rows = encode_rows([sft_row(example) for example in examples], tokenizer, base.max_length)
    held_out = encode_rows([sft_row(example) for example in validation], tokenizer, base.max_length)
    budget = Budget(unit="rows", amount=base.steps * rows_per_step(base))
    plan = make_plan(rows.rows, budget, rows_per_step(base), base.seed)
    model = new_model(shape, tokenizer, 2 * base.max_length, base.seed)
    log = train(model, plan, held_out.rows, base, work, tokenizer.pad_token_id, "base")
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    facts = plan.facts(log.steps) | {
        "parameters": model.num_parameters(),
        "vocabulary": len(tokenizer),
        "dropped_rows": rows.counts(),
        "validation_loss": log.final(),
    }
    write_facts(folder, facts, log.rows)
    return facts
