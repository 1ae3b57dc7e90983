"""The part of params.yaml that says where corpora and suites come from."""

from __future__ import annotations

import re
from typing import Any, Literal

from pydantic import Field, create_model, field_validator, model_validator

from codereflect.configuration import Section
from codereflect.corpus_specs import CORPORA, FILE_SUITES, SUITES

PIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*==[A-Za-z0-9][A-Za-z0-9.!+_-]*")
SHA256 = re.compile(r"[0-9a-f]{64}")


def said(value: str | None) -> str | None:
    """A text that is not empty, or null; pydantic names the key. Raises ValueError."""
    if value is not None and not value.strip():
        raise ValueError("an empty text names nothing; write null")
    return value


class FileSource(Section):
    """Rows of a public data set: from a hub, or from a file.

    Attributes:
        source: `hub`, or `path`.
        hub: id of the data set's repository.
        revision: branch, tag or commit; null is the newest, whose commit is recorded.
        files: which files of the repository, as a pattern (`*` crosses no `/`).
        path: the file; outside data/files it needs its sha256.
        sha256: of the file's bytes; a file with another one is refused.
    """

    source: Literal["hub", "path"]
    hub: str | None
    revision: str | None
    files: str | None
    path: str | None
    sha256: str | None

    @field_validator("hub", "revision", "files", "path")
    @classmethod
    def _not_empty(cls, value: str | None) -> str | None:
        return said(value)

    @field_validator("sha256")
    @classmethod
    def _is_hash(cls, value: str | None) -> str | None:
        if value is not None and not SHA256.fullmatch(value):
            raise ValueError("sha256 must be 64 hexadecimal digits in lower case")
        return value

    @model_validator(mode="after")
    def _complete(self) -> FileSource:
        if self.source == "path" and self.path is None:
            raise ValueError("source is path, but path is null")
        if self.source == "hub" and (self.hub is None or self.files is None):
            raise ValueError("source is hub, but hub or files is null")
        return self


class PackageSource(Section):
    """Python packages, or a tree of Python files.

    Attributes:
        source: `package` or `path`.
        packages: `name==version`, each downloaded without its dependencies; of each package one version.
        sha256: of the packages' wheels or archives, in the same order; null is not checked but recorded. With `path`,
            one value, of the tree (names and bytes of its Python files).
        path: the root of a tree; outside data/files it needs its sha256.
    """

    source: Literal["package", "path"]
    path: str | None
    packages: list[str]
    sha256: list[str] | None

    @field_validator("path")
    @classmethod
    def _not_empty(cls, value: str | None) -> str | None:
        return said(value)

    @model_validator(mode="after")
    def _complete(self) -> PackageSource:
        if self.source == "path" and self.path is None:
            raise ValueError("source is path, but path is null")
        if self.source == "package" and not self.packages:
            raise ValueError("source is package, but packages is empty")
        self._look_at_packages()
        if self.sha256 is not None:
            wanted, what = (1, "one tree") if self.source == "path" else (len(self.packages), "")
            if len(self.sha256) != wanted:
                raise ValueError(f"sha256 has {len(self.sha256)} values for {what or f'{wanted} packages'}")
            if not all(SHA256.fullmatch(value) for value in self.sha256):
                raise ValueError("sha256 must hold 64 hexadecimal digits in lower case each")
        return self

    def _look_at_packages(self) -> None:
        named: dict[str, str] = {}
        for pin in self.packages:
            if not PIN.fullmatch(pin):
                raise ValueError(f"{pin!r} is no pin; packages holds name==version")
            # one name has several spellings; rows of two versions could not be told apart
            name = re.sub(r"[-_.]+", "-", pin.partition("==")[0]).lower()
            if name in named:
                raise ValueError(f"packages holds {named[name]} and {pin}; name one version of a package")
            named[name] = pin


MicroCount = Literal["train_python", "train_java", "test_python", "test_java", "test_repair", "test_java_repair"]


class MicroCorpus(Section):
    """Size of the generated corpus `micro`."""

    size: float = Field(gt=0, le=100)
    train_python: int = Field(ge=1)
    train_java: int = Field(ge=0)
    test_python: int = Field(ge=1)
    test_java: int = Field(ge=0)
    test_repair: int = Field(ge=0)
    test_java_repair: int = Field(ge=0)


class PythonPackage(PackageSource):
    """Which functions are mined, and how many tasks are made of them.

    Attributes:
        min_lines: of a function's definition.
        max_lines: of a function's definition.
        most_per_task: tasks of each kind, at most.
    """

    min_lines: int = Field(ge=1)
    max_lines: int = Field(ge=1)
    most_per_task: int = Field(ge=1)

    @model_validator(mode="after")
    def _ordered(self) -> PythonPackage:
        if self.min_lines > self.max_lines:
            raise ValueError(f"min_lines {self.min_lines} is above max_lines {self.max_lines}")
        return self


class TrainingSet(FileSource):
    """A published training set in its own form (formats/training_sets)."""

    form: Literal["annotated", "reflection_sequences", "instruction", "track_b_json"]


class Corpus(Section):
    """Which corpus is trained on, and where each comes from.

    One that is a part of a suite's file (mbpp) has no section here: `suites` says where that is.
    """

    name: Literal[tuple(CORPORA)]  # type: ignore[valid-type]
    max_bad_rows: int = Field(ge=0)
    micro: MicroCorpus
    concode: FileSource
    python_package: PythonPackage
    training_set: TrainingSet


def published(suite: str) -> dict[str, Any]:
    """Where the file of a suite is unless params.yaml says otherwise: the values of a `FileSource`."""
    spec = SUITES[suite]
    return {"source": "hub", "hub": spec.hub, "revision": None, "files": spec.files, "path": None, "sha256": None}


class _SuiteFiles(Section):
    @model_validator(mode="before")
    @classmethod
    def _published(cls, given: Any) -> Any:
        """What params.yaml does not say of a suite's file is as published."""
        if not isinstance(given, dict):
            return given
        whole = dict(given)
        for name in FILE_SUITES:
            said = given.get(name, {})
            if isinstance(said, dict):
                whole[name] = published(name) | said
        return whole


# Where the files of the public suites come from: a `FileSource` by the name of each suite.
_FIELDS: dict[str, Any] = dict.fromkeys(FILE_SUITES, (FileSource, ...))
Suites = create_model("Suites", __base__=_SuiteFiles, **_FIELDS)


def override(key: str) -> str:
    """A key as `dvc exp run -S` takes it: `++` adds one that params.yaml need not hold."""
    return f"++{key}" if key.startswith("suites.") else key


# Suites whose prompts a model may continue.
CONTINUED_SUITES = tuple(name for name, suite in SUITES.items() if suite.continued)
