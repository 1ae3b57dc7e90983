"""Packages of Python files -> tasks over their functions, each with a gold answer that passed its judge."""

from __future__ import annotations

from typing import Any

from codereflect.corpora.python_package.closure import Standalone, closure
from codereflect.corpora.python_package.fetch import Package
from codereflect.corpora.python_package.mining import MiningReport, mine
from codereflect.corpora.python_package.modules import TreeIndex
from codereflect.corpora.python_package.tree import source_files, tree_digest
from codereflect.errors import UserError
from codereflect.grading.text_rules import check_text
from codereflect.params import Params
from codereflect.programs.mined_function import Function
from codereflect.progress import progress
from codereflect.records import Example
from codereflect.tasks.instruction.examples import instruction_examples


def mine_rows(
    params: Params, packages: list[Package], tasks: tuple[str, ...], workers: int
) -> tuple[list[Example], dict[str, Any]]:
    """The rows, and what was mined, kept and dropped.

    Raises:
        UserError: a package gives nothing, or a folder changed meanwhile.
    """
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
        tasks,
        params.data.seed,
        params.sandbox,
        workers,
        lambda category, answer: check_text(category, answer).passes,
        wanted.most_per_task,
    )
    return examples, {"mined": report.card(), "gold": counts}


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
