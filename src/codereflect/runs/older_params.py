"""The parameters of older runs in the words of today, so that a new parameter makes no older run another family.

A parameter that is added costs a line in ADDED, one that is renamed a line in RENAMED;
tests/runs/test_older_params.py compares with the published runs and fails without it.
"""

from __future__ import annotations

from typing import Any

from codereflect.corpus_params import published
from codereflect.corpus_specs import CORPORA, FILE_SUITES, sources_of
from codereflect.params import flatten

# What was done before a key could say so, by dotted key.
ADDED: dict[str, Any] = {
    "base.gradient_accumulation": 1,
    "base.schedule": "cosine",
    "base.weight_decay": 0.01,
    "base.adam_beta1": 0.9,
    "base.adam_beta2": 0.95,
    "base.precision": "fp32",
    "base.evaluations": 5,
    "base.patience": 0,
    "base.min_delta": 0.0,
    "base.early_stopping": "sft",
    "eval.limit": None,
    "model.chat": "auto",
    "model.dtype": "auto",
    "train.early_stopping": "sft",
    "train.none": {},
    "train.sft": {},
}
# Former names of keys and sections, dotted, to the names they have now.
RENAMED: dict[str, str] = {"reflection.fraction": "train.reflection.fraction"}


def in_words_of_today(params: dict[str, Any]) -> dict[str, Any]:
    """Parameters as they were written, as they would be written now. Empty ones stay empty: nothing is known of them.

    A key that was renamed has its new name, and one that did not exist has the value it would have had: of a suite's
    file, where it is published.
    """
    if not params:
        return {}
    nested: dict[str, Any] = {}
    files = {f"suites.{name}.{key}": value for name in FILE_SUITES for key, value in published(name).items()}
    for key, value in (files | ADDED | {_renamed(key): value for key, value in flatten(params).items()}).items():
        *sections, leaf = key.split(".")
        holder = nested
        for section in sections:
            holder = holder.setdefault(section, {})
        holder[leaf] = value
    return nested


def _renamed(key: str) -> str:
    for old, new in RENAMED.items():
        if key == old or key.startswith(f"{old}."):
            return new + key.removeprefix(old)
    return key


def in_use(params: dict[str, Any]) -> dict[str, Any]:
    """The parameters as dotted keys, without the sources of corpora and suites that nothing was read from."""
    flat = flatten(params)
    corpus, suites = str(flat.get("corpus.name")), flat.get("eval.suites")
    if corpus not in CORPORA:
        return flat
    used = sources_of(corpus, CORPORA[corpus].default_suites if suites == "default" else suites or ())
    every = [*(f"corpus.{name}" for name in CORPORA), *(f"suites.{name}" for name in FILE_SUITES)]
    idle = [f"{key}." for key in every if key not in used]
    return {key: value for key, value in flat.items() if not key.startswith(tuple(idle))}
