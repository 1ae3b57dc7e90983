"""The part of params.yaml that training reads: what the base model and the arms share, and the keys of each method."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Literal, get_args

from pydantic import Field

from codereflect.configuration import Section
from codereflect.corpus_specs import CORPORA, is_explained

# what rows may teach
Label = Literal["sft", "reflection", "sequence"]
MethodName = Literal["none", "sft", "reflection"]


class Optimizer(Section):
    """How weights are changed, and when losses are measured. `warmup` is a share of the steps."""

    seed: int = Field(ge=0)
    batch_size: int = Field(ge=1)
    gradient_accumulation: int = Field(ge=1)
    learning_rate: float = Field(gt=0)
    schedule: Literal["cosine", "linear", "constant"]
    warmup: float = Field(ge=0, lt=1)
    weight_decay: float = Field(ge=0)
    adam_beta1: float = Field(ge=0, lt=1)
    adam_beta2: float = Field(ge=0, lt=1)
    max_length: int = Field(ge=16)
    precision: Literal["fp32", "bf16"]
    evaluations: int = Field(ge=1)
    patience: int = Field(ge=0)
    min_delta: float = Field(ge=0)
    early_stopping: Literal[Label, "mean", "either"]


class Base(Optimizer):
    """Training of the micro base model."""

    steps: int = Field(ge=1)


class Budget(Section):
    """How long an arm trains."""

    unit: Literal["tokens", "rows", "epochs"]
    amount: float = Field(gt=0)


class Lora(Section):
    """Low-rank adapters (Hu et al. 2021, arXiv 2106.09685) on all linear projections."""

    enabled: bool
    rank: int = Field(ge=1)
    alpha: int = Field(ge=1)
    dropout: float = Field(ge=0, lt=1)


class MethodKeys(Section):
    """The section `train.METHOD`: a change of it re-runs the stage train for that method alone.

    Attributes:
        starts: values of `train.init` that the method can start from.
    """

    starts: ClassVar[tuple[str, ...]] = ("base",)

    def check(self, corpus: str, tasks: Sequence[str]) -> None:
        """Raise ValueError where the method cannot be trained on these tasks of the corpus."""


class ReflectionKeys(MethodKeys):
    """Rows that explain a mistake among the others."""

    starts: ClassVar[tuple[str, ...]] = ("base", "sft")
    fraction: float = Field(gt=0, le=1)

    def check(self, corpus: str, tasks: Sequence[str]) -> None:
        """Some task must be such that the teacher explains a wrong answer to it."""
        if not any(map(is_explained, tasks)):
            known = ", ".join(filter(is_explained, CORPORA[corpus].tasks))
            said = f"no wrong answer to {', '.join(tasks)} is explained; tasks must hold one of {known}"
            raise ValueError(f"train.method is reflection, but {said}")


class Train(Optimizer):
    """The arm: the method, what all methods share, and a section for each method."""

    method: MethodName
    init: Literal["base", "sft"]
    budget: Budget
    lora: Lora
    none: MethodKeys
    sft: MethodKeys
    reflection: ReflectionKeys

    def check(self, corpus: str, tasks: Sequence[str]) -> None:
        """Raise ValueError where the method does not go together with its start, the corpus or the tasks."""
        own: MethodKeys = getattr(self, self.method)
        if self.init not in own.starts:
            raise ValueError(f"train.method {self.method} starts from the base model: train.init must be base")
        own.check(corpus, tasks)

    def computed(self) -> dict[str, Any]:
        """The values that decide what is computed: all but the sections of other methods."""
        return self.model_dump(exclude=set(get_args(MethodName)) - {self.method})
