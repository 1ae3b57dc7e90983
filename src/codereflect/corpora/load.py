"""All rows of a corpus that is not generated here, both sides of its split; and the problems of a suite's file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from codereflect.corpora.source_files import SourceFile, read_source
from codereflect.corpus_specs import CORPORA, SUITES
from codereflect.imports import code_of
from codereflect.params import Params
from codereflect.records import Example, Problem, as_problem
from codereflect.store import Store, digest

Rows = tuple[list[Example], dict[str, Any]]

SPACE = "corpora"


def gather(corpus: str, params: Params, store: Store, workers: int) -> Rows:
    """All rows of a corpus with its card: where it comes from, what was rejected and why.

    Raises:
        UserError: the corpus cannot be had, or too many of its rows are malformed.
    """
    makers: dict[str, Callable[[Params, Store, int], Rows]] = {
        "concode": _concode,
        "training_set": _training_set,
        "python_package": _python_package,
        "mbpp": _mbpp,
    }
    examples, card = makers[corpus](params, store, workers)
    return examples, {"name": corpus, **card}


def suite_file(name: str, params: Params, store: Store) -> tuple[list[Problem], dict[str, Any]]:
    """The problems of a suite that has a file of its own, with its card.

    Raises:
        UserError: the file cannot be had, holds no problem of this suite, or is malformed.
    """
    from codereflect.corpora.concode import read_concode
    from codereflect.formats.public_suites import suite_problems

    def read(file: SourceFile) -> tuple[list[Problem], dict[str, Any] | None]:
        if SUITES[name].form != "concode":
            return suite_problems(name, file.path), None
        examples, counts = read_concode(file.path, params.corpus.max_bad_rows, file.label)
        return [as_problem(example, name) for example in examples], counts

    return read_source(f"suites.{name}", getattr(params.suites, name), store.folder, read)


def _concode(params: Params, store: Store, workers: int) -> Rows:
    from codereflect.corpora.concode import read_concode

    def read(file: SourceFile) -> Rows:
        return read_concode(file.path, params.corpus.max_bad_rows, file.label)

    return read_source("corpus.concode", params.corpus.concode, store.folder, read)


def _training_set(params: Params, store: Store, workers: int) -> Rows:
    from codereflect.formats.training_sets import read_training_set

    wanted = params.corpus.training_set

    def read(file: SourceFile) -> Rows:
        return read_training_set(wanted.form, file.path, params.corpus.max_bad_rows, file.label)

    return read_source("corpus.training_set", wanted, store.folder, read)


def _python_package(params: Params, store: Store, workers: int) -> Rows:
    """Tasks over mined functions. Their programs are run, so what came out is kept."""
    from codereflect.corpora.python_package import mined_rows
    from codereflect.corpora.python_package.fetch import fetch

    wanted, tasks = params.corpus.python_package, CORPORA["python_package"].tasks
    packages = fetch(wanted, store.folder / "packages")
    pins = [package.card() for package in packages]
    settings = [wanted.model_dump(), tasks, params.data.seed, params.sandbox.model_dump()]
    key = digest([pins, settings, code_of(mined_rows.__name__)])
    examples, card = _kept(store, key, lambda: mined_rows.mine_rows(params, packages, tasks, workers))
    return examples, {"source": pins} | card


def _mbpp(params: Params, store: Store, workers: int) -> Rows:
    """MBPP's own training part, out of the file of the suite. Its programs are run, so what came out is kept."""
    from codereflect.corpora import mbpp
    from codereflect.formats.public_suites import TRAINED, of_part

    problems, card = suite_file("mbpp", params, store)
    trained, limits, seed = of_part(problems, TRAINED), params.sandbox, params.data.seed
    given = [problem.model_dump() for problem in trained]
    key = digest(["mbpp", given, seed, limits.model_dump(), code_of(mbpp.__name__)])
    examples, gold = _kept(store, key, lambda: mbpp.training_rows(trained, seed, limits, workers))
    parts = dict(sorted(Counter(problem.category for problem in problems).items()))
    return examples, {**card, "read": parts, "gold": gold}


def _kept(store: Store, key: str, make: Callable[[], Rows]) -> Rows:
    """Rows and counts out of the store; made and put there when they are not in it."""

    def rows() -> dict[str, Any]:
        examples, card = make()
        return {"examples": [one.model_dump() for one in examples], "card": card}

    kept = store.cached(SPACE, key, rows)
    return [Example.model_validate(row) for row in kept["examples"]], kept["card"]
