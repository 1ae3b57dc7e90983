"""The problems that codereflect score is asked for: a file, or a suite by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from codereflect.corpus_specs import SUITES
from codereflect.errors import UserError
from codereflect.formats.evalplus import InputTime
from codereflect.formats.problems import read_problems
from codereflect.provenance import file_digest
from codereflect.records import Problem
from codereflect.store import Store

# Suites that are scored as their file has them; from others (repair, tests) no published sample is made.
NAMES = tuple(
    name for name, spec in SUITES.items() if (spec.form or spec.part) and spec.form != "concode" and not spec.made
)


def find_problems(source: Path, form: str, time: InputTime) -> tuple[list[Problem], dict[str, Any]]:
    """The problems of a file, or of a suite by its name, and what pins them.

    A suite's file is fetched as the pipeline does: as params.yaml says if there is one here, else as it is published;
    what was fetched is kept in the same store.

    Raises:
        UserError: there is neither such a file nor such a suite, the suite cannot be had, or a row is malformed.
    """
    name = str(source)
    if source.exists() or name not in SUITES:
        if not source.exists() and source.parent == Path() and not source.suffix:
            raise UserError(
                f"There is neither a file nor a suite {name}.", f"name a file, or one of {', '.join(NAMES)}"
            )
        return read_problems(source, form, time), {"name": source.name, "sha256": {source.name: file_digest(source)}}
    if name not in NAMES:
        raise UserError(f"The suite {name} has no published samples to score.", f"name one of {', '.join(NAMES)}")
    return _of_suite(name, time)


def _of_suite(name: str, time: InputTime) -> tuple[list[Problem], dict[str, Any]]:
    from codereflect.corpora.sources import resolve
    from codereflect.corpus_params import FileSource, published
    from codereflect.formats.public_suites import MBPP_PARTS
    from codereflect.params import PARAMS_FILE, load_params

    spec = SUITES[name]
    file = name if spec.form else spec.derived_from or ""
    said = getattr(load_params().suites, file) if Path(PARAMS_FILE).exists() else FileSource(**published(file))
    store = Store.default()
    try:
        found = resolve(f"suites.{file}", said, store.folder)
    except UserError as error:
        raise UserError(error.message, "run again, or fetch the file yourself: --problems FILE") from None
    wanted = SUITES[file]
    problems = [one for path in found.files for one in read_problems(path, wanted.form or "auto", time)]
    if spec.part:
        ids = {f"Mbpp/{number}" for number in MBPP_PARTS[spec.part]}
        problems = [one for one in problems if one.task_id in ids]
    if not problems:
        raise UserError(f"The file of the suite {name} holds none of its problems.", f"check suites.{file}")
    return problems, found.pin
