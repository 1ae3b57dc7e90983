"""All rows of a corpus that is not generated here, both sides of its split; and the problems of a suite's file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from codereflect.context import Context
from codereflect.corpora.source_files import SourceFile, read_source
from codereflect.corpus_specs import CORPORA, SUITES
from codereflect.imports import PROGRAM_LIBRARIES, code_of
from codereflect.records import Example, Problem, as_problem
from codereflect.store import Store, digest

Rows = tuple[list[Example], dict[str, Any]]

SPACE = "corpora"


def gather(corpus: str, context: Context) -> Rows:
    """All rows of a corpus with its card: where it comes from, what was rejected and why.

    Raises:
        UserError: the corpus cannot be had, or too many of its rows are malformed.
    """
    makers: dict[str, Callable[[Context], Rows]] = {
        "concode": _concode,
        "training_set": _training_set,
        "python_package": _python_package,
        "mbpp": _mbpp,
    }
    examples, card = makers[corpus](context)
    return examples, {"name": corpus, **card}


def suite_file(name: str, context: Context) -> tuple[list[Problem], dict[str, Any]]:
    """The problems of a suite that has a file of its own, with its card.

    Raises:
        UserError: the file cannot be had, holds no problem of this suite, or is malformed.
    """
    from codereflect.corpora.concode import read_concode
    from codereflect.formats.public_suites import suite_problems

    def read(file: SourceFile) -> tuple[list[Problem], dict[str, Any] | None]:
        if SUITES[name].form != "concode":
            return suite_problems(name, file.path), None
        examples, counts = read_concode(file.path, context.params.corpus.max_bad_rows, file.label)
        return [as_problem(example, name) for example in examples], counts

    return read_source(f"suites.{name}", getattr(context.params.suites, name), context.store.folder, read)


def _concode(context: Context) -> Rows:
    from codereflect.corpora.concode import read_concode

    def read(file: SourceFile) -> Rows:
        return read_concode(file.path, context.params.corpus.max_bad_rows, file.label)

    return read_source("corpus.concode", context.params.corpus.concode, context.store.folder, read)


def _training_set(context: Context) -> Rows:
    from codereflect.formats.training_sets import read_training_set

    corpus = context.params.corpus
    wanted = corpus.training_set

    def read(file: SourceFile) -> Rows:
        return read_training_set(wanted.form, file.path, corpus.max_bad_rows, file.label)

    return read_source("corpus.training_set", wanted, context.store.folder, read)


def _python_package(context: Context) -> Rows:
    """Tasks over mined functions. Their programs are run, so what came out is kept."""
    from codereflect.corpora.python_package import mined_rows
    from codereflect.corpora.python_package.fetch import fetch

    params, store = context.params, context.store
    wanted, tasks = params.corpus.python_package, CORPORA["python_package"].tasks
    packages = fetch(wanted, store.folder / "packages")
    pins = [package.card() for package in packages]
    settings = [wanted.model_dump(), tasks, params.data.seed, params.sandbox.model_dump()]
    key = digest([pins, settings, code_of(mined_rows.__name__, *PROGRAM_LIBRARIES)])
    examples, card = _kept(store, key, lambda: mined_rows.mine_rows(params, packages, tasks, context.workers))
    return examples, {"source": pins} | card


def _mbpp(context: Context) -> Rows:
    """MBPP's own training part, out of the file of the suite. Its programs are run, so what came out is kept."""
    from codereflect.corpora import mbpp
    from codereflect.formats.public_suites import TRAINED, of_part

    problems, card = suite_file("mbpp", context)
    trained, limits, seed = of_part(problems, TRAINED), context.params.sandbox, context.params.data.seed
    given = [problem.model_dump() for problem in trained]
    key = digest(["mbpp", given, seed, limits.model_dump(), code_of(mbpp.__name__, *PROGRAM_LIBRARIES)])
    examples, gold = _kept(context.store, key, lambda: mbpp.training_rows(trained, seed, limits, context.workers))
    parts = dict(sorted(Counter(problem.category for problem in problems).items()))
    return examples, {**card, "read": parts, "gold": gold}


def _kept(store: Store, key: str, make: Callable[[], Rows]) -> Rows:
    """Rows and counts out of the store; made and put there when they are not in it."""

    def rows() -> dict[str, Any]:
        examples, card = make()
        return {"examples": [one.model_dump() for one in examples], "card": card}

    kept = store.cached(SPACE, key, rows)
    return [Example.model_validate(row) for row in kept["examples"]], kept["card"]
