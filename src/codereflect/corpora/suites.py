"""Bring in the evaluation suites that params name: data/suites. They do not depend on the corpus that is trained on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from codereflect.context import Context
from codereflect.corpora.cleaning import distinct
from codereflect.corpora.load import gather, suite_file
from codereflect.corpora.split import is_tested
from codereflect.corpus_specs import SUITES, SuiteSpec, file_of
from codereflect.errors import UserError
from codereflect.imports import PROGRAM_LIBRARIES, code_of
from codereflect.json_files import dump_json, write_text_atomically
from codereflect.progress import reporting
from codereflect.records import Problem, as_problem, write_records
from codereflect.store import digest

SPACE = "suites"
Suite = tuple[list[Problem], dict[str, Any]]


def bring_suites(context: Context, folder: Path) -> None:
    """Write SUITE.jsonl for every suite, and card.json (suite -> its card), into `folder`.

    Args:
        params: `tested` names the suites.
        store: what was generated or run for a suite is kept there, so that another suite costs only itself.
        workers: processes at once.
        folder: the out.

    Raises:
        UserError: a suite cannot be had, is empty, or its file is malformed.
    """
    bringer = _Bringer(context)
    cards: dict[str, Any] = {}
    for name in context.params.chosen_suites:
        problems, card = bringer.suite(name)
        if not problems:
            raise _empty(name)
        write_records(folder / f"{name}.jsonl", problems)
        cards[name] = card
    write_text_atomically(folder / "card.json", dump_json(cards) + "\n")


def _empty(name: str) -> UserError:
    """The error of a suite without a problem: only after training would nothing be there to score."""
    if SUITES[name].corpus == "micro":
        key = f"corpus.micro.{name.replace('micro', 'test', 1)}"
    else:
        key = "data.test_share" if SUITES[name].corpus else f"suites.{file_of(name)}"
    return UserError(f"The suite {name} holds no problem; {key} sets their number.", f"edit {key} or eval.suites")


class _Bringer:
    """Finds suites one by one, each once: others may be made of it."""

    def __init__(self, context: Context) -> None:
        self._context, self._params, self._store = context, context.params, context.store
        self._found: dict[str, Suite] = {}

    def suite(self, name: str) -> Suite:
        """The problems of a suite and its card."""
        if name not in self._found:
            self._found[name] = self._find(name)
        return self._found[name]

    def _find(self, name: str) -> Suite:
        spec = SUITES[name]
        if spec.derived_from:
            return self._derived(name, spec, spec.derived_from)
        if spec.corpus is None:
            return self._from_file(name)
        return self._micro(name) if spec.corpus == "micro" else self._held_out(spec.corpus, name)

    def _micro(self, name: str) -> Suite:
        """One of micro's suites: they are dealt, and kept, together."""
        from codereflect.corpora import micro

        tasks, seed = self._params.corpus.micro, self._params.data.seed

        def make() -> dict[str, Suite]:
            with reporting(
                "micro suites", sum(micro.dealing.scaled(tasks, count) for count in micro.TEST_COUNTS)
            ) as report:
                suites, card = micro.suites(tasks, seed, report)
            return {name: (problems, card[name]) for name, problems in suites.items()}

        return self._kept(micro.__name__, [tasks.model_dump(), seed], make)[name]

    def _held_out(self, corpus: str, name: str) -> Suite:
        """The rows of a corpus that are never trained on, those of them that are alike once."""
        examples, card = gather(corpus, self._context)
        tested = [example for example in examples if is_tested(example.group, self._params.data)]
        card = card | {"trained_on_rows": len(examples) - len(tested)}
        tested, card["duplicates"] = distinct(tested, self._params.data.near_duplicates)
        return [as_problem(example, name) for example in tested], card

    def _from_file(self, name: str) -> Suite:
        problems, card = suite_file(name, self._context)
        if not SUITES[name].doubtful:
            return problems, card
        return self._with_true_examples(name, problems, card)

    def _with_true_examples(self, name: str, problems: list[Problem], card: dict[str, Any]) -> Suite:
        from codereflect.tasks import public_tests

        def make() -> dict[str, Suite]:
            found, false = public_tests.true_examples(problems, self._params.sandbox, self._context.workers)
            counted = {task: len(tests) for task, tests in false.items()}
            return {name: (found, {"public_tests_that_the_reference_fails": counted})}

        settings = [_dumped(problems), self._params.sandbox.model_dump()]
        found, counts = self._kept(public_tests.__name__, settings, make)[name]
        return found, card | counts

    def _derived(self, name: str, spec: SuiteSpec, source: str) -> Suite:
        """A suite that is made of a public one's problems: a part of them, or something made by running programs."""
        from codereflect.formats.public_suites import of_part

        problems, card = self.suite(source)
        if spec.part:
            problems = of_part(problems, spec.part)
        if spec.made == "unit_test":
            found, counts = self._tests_of(name, problems)
        elif spec.made == "repair":
            found, counts = self._repair(name, problems)
        else:
            found, counts = [one.model_copy(update={"suite": name}) for one in problems], {"problems": len(problems)}
        return found, {"source": card["source"], "made": counts}

    def _tests_of(self, name: str, problems: list[Problem]) -> Suite:
        """Problems that ask for a test file of each program."""
        from codereflect.grading.check import journal_of
        from codereflect.tasks import suite_unit_test

        limits = self._params.sandbox

        def make() -> dict[str, Suite]:
            with journal_of(self._store) as journal:
                found = suite_unit_test.unit_test_problems(problems, name, limits, self._context.workers, journal)
                return {name: found}

        return self._kept(suite_unit_test.__name__, [name, _dumped(problems), limits.model_dump()], make)[name]

    def _repair(self, name: str, problems: list[Problem]) -> Suite:
        """Problems that show a program with a mistake."""
        from codereflect.sandbox import Sandbox
        from codereflect.tasks import suite_repair

        limits, seed = self._params.sandbox, self._params.data.seed

        def make() -> dict[str, Suite]:
            with Sandbox(limits, self._context.workers) as sandbox, reporting(name, len(problems)) as report:
                return {name: suite_repair.repair_problems(problems, name, seed, sandbox, report)}

        return self._kept(suite_repair.__name__, [name, _dumped(problems), seed, limits.model_dump()], make)[name]

    def _kept(self, module: str, values: list[Any], make: Callable[[], dict[str, Suite]]) -> dict[str, Suite]:
        """Suites out of the store; made by a module and put there when they are not in it."""

        def rows() -> dict[str, Any]:
            return {name: [_dumped(problems), card] for name, (problems, card) in make().items()}

        kept = self._store.cached(SPACE, digest([module, values, code_of(module, *PROGRAM_LIBRARIES)]), rows)
        return {name: ([Problem.model_validate(row) for row in rows], card) for name, (rows, card) in kept.items()}


def _dumped(problems: list[Problem]) -> list[dict[str, Any]]:
    return [problem.model_dump() for problem in problems]
