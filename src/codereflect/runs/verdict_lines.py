"""verdicts.jsonl of `codereflect score --out`, a flat JSON object a line, as rows of the table of verdicts."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from codereflect.errors import UserError
from codereflect.runs.verdict_table import Row, add_row

ONLY_STRATEGY = "default"


class Line(BaseModel):
    """The keys of a line that a comparison needs; others are ignored. `category`: pass, or the class of the error."""

    model_config = ConfigDict(extra="ignore", strict=True, defer_build=True)

    suite: str
    strategy: str = ONLY_STRATEGY
    task_id: str
    sample_index: int = Field(ge=0)
    round: int = Field(ge=0, default=0)
    outcome: Literal["pass", "fail", "timeout", "invalid"]
    category: str
    passed: bool | None

    def row(self) -> Row:
        """The same in the table, where `category` is the task's, which the line does not say."""
        passed = None if self.passed is None else int(self.passed)
        error = "" if self.outcome == "pass" else self.category
        return Row(
            self.suite, self.strategy, self.task_id, self.sample_index, self.round,
            "", self.outcome, error, passed, None, None,
        )  # fmt: skip


def parse_verdict_lines(text: str, where: str) -> tuple[Row, ...]:
    """The rows of a verdicts.jsonl; `where` names the file in errors.

    In a file of one strategy that is called `default`: it is compared with others whatever theirs is called.

    Raises:
        UserError: a line is no such object or comes twice (`file:line: reason`), or there is none.
    """
    rows: dict[tuple[object, ...], Row] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            add_row(rows, Line.model_validate_json(line).row())
        except ValidationError as error:
            raise _refused(where, number, _reason(error)) from None
        except ValueError as error:
            raise _refused(where, number, str(error)) from None
    if not rows:
        raise _refused(where, 1, "there is no verdict")
    if len({row.strategy for row in rows.values()}) == 1:
        return tuple(row._replace(strategy=ONLY_STRATEGY) for row in rows.values())
    return tuple(rows.values())


def _reason(error: ValidationError) -> str:
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"])
    if first["type"] == "missing":
        return f"the key {key} is missing"
    message = first["msg"][0].lower() + first["msg"][1:]
    return f"{key}: {message}, not {first['input']!r}" if key else message


def _refused(where: str, line: int, reason: str) -> UserError:
    return UserError(f"{where}:{line}: {reason}.", "give a file that codereflect score --out has written")
