"""params.yaml as typed, validated configuration: what is computed.

Every stage reads the whole file through `load_params`, so a bad value surfaces in the first stage, not after an hour.
"""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field, ValidationError, model_validator

from codereflect.configuration import Section, read_yaml
from codereflect.corpus_params import Corpus, Suites
from codereflect.corpus_specs import CORPORA, SUITES, to_test_instead
from codereflect.errors import UserError
from codereflect.git import git
from codereflect.sandbox_params import SandboxLimits
from codereflect.training_params import Base, Train

PARAMS_FILE = Path("params.yaml")
SEGMENT_KINDS = ("scenario", "attempt", "reference", "feedback", "analysis", "insight")


class Data(Section):
    """Seeds and shares of the splits."""

    seed: int = Field(ge=0)
    test_share: float = Field(gt=0, lt=1)
    near_duplicates: float = Field(ge=0.1, le=1)
    contamination: Literal["drop", "report"]
    base_share: float = Field(ge=0, lt=1)
    validation_rows: int = Field(ge=1)


class MicroModel(Section):
    """Shape of the model that is trained from scratch (a Llama)."""

    vocabulary: int = Field(ge=300)
    hidden_size: int = Field(ge=8)
    layers: int = Field(ge=1)
    heads: int = Field(ge=1)
    feed_forward: int = Field(ge=8)

    @model_validator(mode="after")
    def _divisible(self) -> MicroModel:
        if self.hidden_size % (2 * self.heads):
            raise ValueError(f"hidden_size {self.hidden_size} must be a multiple of 2 x heads ({2 * self.heads})")
        return self


class Model(Section):
    """The base model: `micro`, `smollm2`, a hub id, a local folder, or a GGUF file."""

    name: str = Field(min_length=1)
    revision: str | None
    chat: Literal["auto", "yes", "no"]
    dtype: Literal["auto", "fp32", "bf16"]
    micro: MicroModel


class Attempt(Section):
    """The base model's attempts on training tasks (greedy)."""

    rows: int = Field(ge=1)
    max_new_tokens: int = Field(ge=1)
    batch_size: int = Field(ge=1)


class Teacher(Section):
    """Who explains the mistakes."""

    name: Literal["rules"]


class Reflection(Section):
    """How rows that explain a mistake are laid out."""

    supervise: list[str] | Literal["all"]

    @model_validator(mode="after")
    def _known_segments(self) -> Reflection:
        if self.supervise != "all":
            unknown = [kind for kind in self.supervise if kind not in SEGMENT_KINDS]
            if unknown or not self.supervise:
                raise ValueError(f"supervise must be all, or a list out of {', '.join(SEGMENT_KINDS)}")
        return self


class Generate(Section):
    """How answers are drawn."""

    seed: int = Field(ge=0)
    strategies: list[Literal["default"]] = Field(min_length=1)
    samples: int = Field(ge=1)
    temperature: float = Field(ge=0)
    top_p: float = Field(gt=0, le=1)
    max_new_tokens: int = Field(ge=1)
    batch_size: int = Field(ge=1)

    @model_validator(mode="after")
    def _draws_differ(self) -> Generate:
        if self.samples > 1 and self.temperature == 0:
            raise ValueError("samples above 1 need a temperature above 0: greedy answers are all the same")
        return self


class Eval(Section):
    """What every model is tested on."""

    limit: int | None = Field(ge=1)
    suites: list[str] | Literal["default"]

    @model_validator(mode="after")
    def _known(self) -> Eval:
        if self.suites != "default":
            refuse_unknown("suites", self.suites, tuple(SUITES))
        return self


class Score(Section):
    """Which pass@k are reported."""

    k: list[int] = Field(min_length=1)


class Params(Section):
    """The whole of params.yaml."""

    corpus: Corpus
    suites: Suites = Field(default_factory=Suites)  # type: ignore[valid-type]
    tasks: list[str] | Literal["default"]
    data: Data
    model: Model
    base: Base
    attempt: Attempt
    teacher: Teacher
    reflection: Reflection
    train: Train
    generate: Generate
    eval: Eval
    score: Score
    sandbox: SandboxLimits

    @model_validator(mode="after")
    def _consistent(self) -> Params:
        if min(self.score.k) < 1 or max(self.score.k) > self.generate.samples:
            raise ValueError(f"score.k must be between 1 and generate.samples ({self.generate.samples})")
        self._known_tasks()
        self._tests_what_is_new()
        named = (
            ("eval.suites", self.chosen_suites),
            ("generate.strategies", self.generate.strategies),
            ("tasks", self.chosen_tasks),
        )
        for key, values in named:
            if len(set(values)) != len(values):
                raise ValueError(f"{key} has a duplicate")
        if self.model.name == "micro" and self.model.chat == "yes":
            raise ValueError("model.chat is yes, but the micro model has no chat template")
        if self.model.name == "micro" and self.data.base_share == 0:
            raise ValueError("model.name is micro but data.base_share is 0: nothing is left to train it on")
        self.train.check(self.corpus.name, self.chosen_tasks)
        return self

    def _known_tasks(self) -> None:
        if self.tasks != "default":
            corpus = self.corpus.name
            refuse_unknown(f"tasks of corpus {corpus}", self.tasks, CORPORA[corpus].tasks)

    def _tests_what_is_new(self) -> None:
        for suite in self.chosen_suites:
            if instead := to_test_instead(self.corpus.name, suite):
                said = f"{suite} tests the problems that corpus {self.corpus.name} is trained on"
                raise ValueError(f"eval.suites: {said}; name {instead}, which does not")

    @property
    def chosen_tasks(self) -> tuple[str, ...]:
        """The tasks that the arms are trained on."""
        return CORPORA[self.corpus.name].default_tasks if self.tasks == "default" else tuple(self.tasks)

    @property
    def chosen_suites(self) -> tuple[str, ...]:
        """The suites that every model is tested on."""
        return CORPORA[self.corpus.name].default_suites if self.eval.suites == "default" else tuple(self.eval.suites)


def refuse_unknown(what: str, names: list[str], known: tuple[str, ...]) -> None:
    """Raise the error of a list that is empty or names what there is not."""
    strange = [name for name in names if name not in known]
    if strange or not names:
        near = difflib.get_close_matches(strange[0], known, n=1) if strange else []
        said = f"unknown {strange[0]}{f', did you mean {near[0]}?' if near else ';'}" if strange else "empty list;"
        raise ValueError(f"{what}: {said} known: {', '.join(known)}")


def load_params(path: Path = PARAMS_FILE) -> Params:
    """Read and validate a params file.

    Raises:
        UserError: the file is missing, is no YAML, or a key is unknown, missing, of the wrong type or impossible;
            the sentence names the first such key.
    """
    values = read_yaml(path)
    try:
        return validate(values, str(path))
    except UserError as error:
        if not git("diff", "--name-only", "HEAD", "--", str(path)):
            raise
        # `dvc exp run -S` leaves there what it was given, also what is refused here.
        where = error.message.replace(str(path), f"{path} (changed against git)", 1)
        raise UserError(where, f"git checkout -- {path}, or edit it; for one run give -S KEY=VALUE") from None


def validate(values: Any, where: str) -> Params:
    """Plain values as `Params`; `where` names their origin in the sentence of a `UserError`."""
    try:
        return Params.model_validate(values)
    except ValidationError as error:
        raise UserError(f"{where}: {_sentence(error)}.", f"edit {where}, or give -S KEY=VALUE") from None


def _sentence(error: ValidationError) -> str:
    """The most telling problem of a validation: unknown keys first, since a typo also makes a key missing."""
    problems = sorted(error.errors(), key=lambda problem: problem["type"] != "extra_forbidden")
    first = problems[0]
    # what is a list or a word says in its place which of both was tried
    tried = [part for part in first["loc"] if str(part).startswith("list[")]
    key = ".".join(str(part) for part in first["loc"] if part not in tried)
    if first["type"] == "extra_forbidden":
        near = difflib.get_close_matches(key, known_keys(), n=1)
        return f"unknown key {key}" + (f" (did you mean {near[0]}?)" if near else "")
    if first["type"] == "missing":
        return f"the key {key} is missing"
    message = first["msg"].removeprefix("Value error, ")
    message = message[0].lower() + message[1:]
    given = "" if isinstance(first.get("input"), dict | BaseModel) else f", not {first.get('input')!r}"
    message += " or default" if tried and first["type"] == "list_type" else ""
    return f"{key}: {message}{given}" if key else message


def known_keys(section: type[BaseModel] = Params, prefix: str = "") -> list[str]:
    """All keys of params.yaml, dotted, leaves and sections."""
    keys = []
    for name, field in section.model_fields.items():
        keys.append(prefix + name)
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            keys.extend(known_keys(kind, f"{prefix}{name}."))
    return keys


def flatten(values: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested mappings as one mapping with dotted keys; lists and empty mappings stay whole."""
    flat: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, dict) and value:
            flat.update(flatten(value, f"{prefix}{name}."))
        else:
            flat[prefix + name] = value
    return flat
