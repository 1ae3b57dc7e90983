"""All rows of a corpus that is not generated here, both sides of its split; and the problems of a suite's file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from codereflect.corpora.python_package.fetch import Package, fetch
from codereflect.corpora.python_package.mining import MiningReport, mine
from codereflect.corpora.python_package.tree import source_files, tree_digest
from codereflect.corpora.source_files import SourceFile, read_source
from codereflect.corpus_specs import CORPORA, SUITES
from codereflect.errors import UserError
from codereflect.params import Params
from codereflect.programs.mined_function import Function
from codereflect.progress import progress
from codereflect.provenance import code_key
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
    wanted = params.corpus.python_package
    packages = fetch(wanted, store.folder / "packages")
    pins = [package.card() for package in packages]
    settings = [wanted.model_dump(), params.data.seed, params.sandbox.model_dump(), code_key()]
    examples, card = _kept(store, digest([pins, settings]), lambda: _mined(params, packages, workers))
    return examples, {"source": pins} | card


def _mbpp(params: Params, store: Store, workers: int) -> Rows:
    """MBPP's own training part, out of the file of the suite. Its programs are run, so what came out is kept."""
    from codereflect.corpora.mbpp import training_rows
    from codereflect.formats.public_suites import TRAINED, of_part

    problems, card = suite_file("mbpp", params, store)
    trained, limits, seed = of_part(problems, TRAINED), params.sandbox, params.data.seed
    key = digest(["mbpp", card["source"], seed, limits.model_dump(), code_key()])
    examples, gold = _kept(store, key, lambda: training_rows(trained, seed, limits, workers))
    parts = dict(sorted(Counter(problem.category for problem in problems).items()))
    return examples, {**card, "read": parts, "gold": gold}


def _kept(store: Store, key: str, make: Callable[[], Rows]) -> Rows:
    """Rows and counts out of the store; made and put there when they are not in it."""
    kept = store.get(SPACE, key)
    if kept is not None:
        return [Example.model_validate(row) for row in kept["examples"]], kept["card"]
    examples, card = make()
    store.put(SPACE, key, {"examples": [one.model_dump() for one in examples], "card": card})
    return examples, card


def _refuse_empty(packages: list[Package], functions: list[Function], report: MiningReport) -> None:
    """A package that gives nothing was named by mistake, or its files are not what they should be."""
    given = {function.package for function in functions}
    for tree in (package.tree for package in packages if package.tree.package not in given):
        named = f"{tree.package}=={tree.version}" if tree.version else tree.package
        key = "packages" if tree.version else "path"
        told = ", ".join(f"{reason} {count}" for reason, count in sorted((report.skipped + report.dropped).items()))
        raise UserError(
            f"corpus.python_package.{key}: no function of {named} is mined"
            + (f" (left out of {'all packages' if len(packages) > 1 else 'it'}: {told})." if told else "."),
            f"correct corpus.python_package.{key}, or corpus.python_package.min_lines and max_lines",
        )


def _refuse_changed(packages: list[Package]) -> None:
    """A tree of one's own may be edited meanwhile; its rows are kept by its digest."""
    for package in packages:
        if package.file is None and tree_digest(package.tree.root) != package.sha256:
            raise UserError(f"corpus.python_package.path: {package.tree.root} changed while it was read.", "run again")


def _mined(params: Params, packages: list[Package], workers: int) -> Rows:
    from codereflect.corpora.python_package.closure import Standalone, closure
    from codereflect.corpora.python_package.modules import TreeIndex
    from codereflect.grading.text_rules import check_text
    from codereflect.tasks.instruction.examples import instruction_examples

    wanted = params.corpus.python_package
    report = MiningReport()
    trees = [package.tree for package in packages]
    with progress("mining", sum(len(source_files(tree)) for tree in trees), "files") as advance:
        functions = list(mine(trees, wanted.min_lines, wanted.max_lines, report, workers, advance))
    _refuse_empty(packages, functions, report)
    _refuse_changed(packages)
    indices = {package.tree.package: TreeIndex(package.tree) for package in packages}

    def program_of(function: Function) -> str | None:
        found = closure(function, indices[function.package])
        return found.program if isinstance(found, Standalone) else None

    examples, counts = instruction_examples(
        functions,
        program_of,
        CORPORA["python_package"].tasks,
        params.data.seed,
        params.sandbox,
        workers,
        lambda category, answer: check_text(category, answer).passes,
        wanted.most_per_task,
    )
    return examples, {"mined": report.card(), "gold": counts}
