"""What each corpus and each suite is, said once: what it is for, where its file is published, what it is made of.

A new suite is one entry in `SUITES`, if its file has a form that formats/ reads or if it is made of another suite.
A new corpus is one entry in `CORPORA`, its settings in corpus_params.py and its reader in corpora/load.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class CorpusSpec:
    """What is trained on.

    Attributes:
        default_tasks: what its rows are asked by default.
        default_suites: those that models trained on it are tested on.
        other_tasks: what else its rows can be asked for.
        part_of: the suite whose file it is a part of, as its publishers split it; None where it has files of its own.
    """

    default_tasks: tuple[str, ...]
    default_suites: tuple[str, ...]
    other_tasks: tuple[str, ...] = ()
    part_of: str | None = None

    @property
    def tasks(self) -> tuple[str, ...]:
        """All that its rows can be asked for."""
        return self.default_tasks + self.other_tasks


@dataclass(frozen=True)
class SuiteSpec:
    """What is tested on: rows of a `corpus`, problems of a file of a `form`, or of the suite that it is `derived_from`.

    Attributes:
        corpus: the corpus whose own rows, held out from training, it is.
        form: of its file: concode, or one that `formats.problems` reads.
        holds: what the reader of that form calls the suites whose problems count; others in the file are left out.
        hub: id of the data set that publishes the file; what params.yaml says of `suites.NAME` goes before.
        files: which files of the data set (a pattern).
        doubtful: examples in its prompts may be wrong: those that the reference fails are told to no model.
        continued: a model may continue its prompts, not only answer them.
        stops: strings at which a continuation is stopped, as the suite's harness does.
        derived_from: the suite of whose problems it is made, by running their programs.
        part: the category of those problems; None is all.
        made: what is made of each; None is the problem itself.
    """

    corpus: str | None = None
    form: str | None = None
    holds: tuple[str, ...] = ()
    hub: str | None = None
    files: str | None = None
    doubtful: bool = False
    continued: bool = False
    stops: tuple[str, ...] = ()
    derived_from: str | None = None
    part: str | None = None
    made: Literal["repair", "unit_test"] | None = None


# HumanEval's stop words (Chen et al. 2021, arXiv 2107.03374), and MBPP's in the BigCode evaluation harness.
_HUMANEVAL_STOPS = ("\nclass ", "\ndef ", "\n#", "\nif ", "\nprint(")
_MBPP_STOPS = ("\nclass ", "\nassert ", '\n"""', "\nprint(", "\nif ")
# What can be asked of the functions of a library.
LIBRARY_TASKS = ("docstring", "explain", "bugfix", "complete", "unit_test")
CORPORA = {
    "micro": CorpusSpec(
        default_tasks=("python_function", "java_method"),
        # no model of micro was shown how to repair Java: micro_java_repair is there for other models
        default_suites=("micro_python", "micro_java", "micro_repair"),
        other_tasks=("repair", "unit_test", "steps"),
    ),
    "concode": CorpusSpec(("java_method",), ("concode",)),
    "python_package": CorpusSpec(LIBRARY_TASKS, ("python_package",)),
    "training_set": CorpusSpec(("python_function", "java_method", "instruction", *LIBRARY_TASKS), ("training_set",)),
    "mbpp": CorpusSpec(("unit_test",), ("mbpp_unit_test",), other_tasks=("python_function", "repair"), part_of="mbpp"),
}
SUITES = {
    "micro_python": SuiteSpec(corpus="micro"),
    "micro_java": SuiteSpec(corpus="micro"),
    "micro_repair": SuiteSpec(corpus="micro"),
    "micro_java_repair": SuiteSpec(corpus="micro"),
    "concode": SuiteSpec(corpus="concode"),
    "python_package": SuiteSpec(corpus="python_package"),
    "training_set": SuiteSpec(corpus="training_set"),
    "humaneval": SuiteSpec(
        form="humaneval",
        holds=("humaneval",),
        hub="openai/openai_humaneval",
        files="*/test-*.parquet",
        doubtful=True,
        continued=True,
        stops=_HUMANEVAL_STOPS,
    ),
    "mbpp": SuiteSpec(
        form="mbpp",
        holds=("mbpp",),
        hub="google-research-datasets/mbpp",
        files="full/*.parquet",
        doubtful=True,
        continued=True,
        stops=_MBPP_STOPS,
    ),
    "multipl_e_java": SuiteSpec(
        form="multipl-e",
        holds=("humaneval-java", "mbpp-java"),
        hub="nuprl/MultiPL-E",
        files="humaneval-java/test-*.parquet",
        continued=True,
    ),
    "humaneval_plus": SuiteSpec(
        form="evalplus",
        holds=("humaneval+",),
        hub="evalplus/humanevalplus",
        files="*/test-*.parquet",
        continued=True,
        stops=_HUMANEVAL_STOPS,
    ),
    "mbpp_plus": SuiteSpec(
        form="evalplus",
        holds=("mbpp+",),
        hub="evalplus/mbppplus",
        files="*/test-*.parquet",
        continued=True,
        stops=_MBPP_STOPS,
    ),
    "concode_dev": SuiteSpec(form="concode", hub="google/code_x_glue_tc_text_to_code", files="*/validation-*.parquet"),
    "humaneval_repair": SuiteSpec(derived_from="humaneval", made="repair"),
    "mbpp_repair": SuiteSpec(derived_from="mbpp", made="repair"),
    "humaneval_unit_test": SuiteSpec(derived_from="humaneval", made="unit_test"),
    "mbpp_unit_test": SuiteSpec(derived_from="mbpp", part="test", made="unit_test"),
    "mbpp_test": SuiteSpec(derived_from="mbpp", part="test", continued=True, stops=_MBPP_STOPS),
    "mbpp_test_repair": SuiteSpec(derived_from="mbpp", part="test", made="repair"),
}
# Suites with a file of their own: the keys of `suites` in params.yaml.
FILE_SUITES = tuple(name for name, suite in SUITES.items() if suite.form)
# Tasks of which no wrong answer is explained: attempts at them are not made.
_UNEXPLAINED = ("unit_test", "docstring", "explain", "steps")


def file_of(suite: str) -> str | None:
    """The suite whose file holds a suite's problems; None for rows of a corpus."""
    return suite if SUITES[suite].form else SUITES[suite].derived_from


def sources_of(corpus: str, suites: Iterable[str]) -> list[str]:
    """The dotted keys of params.yaml that say where a corpus and some suites come from; unknown suites have none."""
    known = [name for name in suites if name in SUITES]
    corpora = {corpus, *(own for name in known if (own := SUITES[name].corpus))}
    files = {file_of(name) for name in known} | {CORPORA[name].part_of for name in corpora}
    keys = [f"corpus.{name}" for name in sorted(corpora) if CORPORA[name].part_of is None]
    return keys + [f"suites.{name}" for name in FILE_SUITES if name in files]


def to_test_instead(corpus: str, suite: str) -> str | None:
    """The suite to name instead of one that tests the very problems that a corpus is trained on; None of any other."""
    spec, shared = SUITES[suite], CORPORA[corpus].part_of
    if shared is None or file_of(suite) != shared or spec.part:
        return None
    return next(name for name, one in SUITES.items() if file_of(name) == shared and one.part and one.made == spec.made)


def is_explained(task: str) -> bool:
    """Whether wrong answers to a task are explained."""
    return task not in _UNEXPLAINED
