"""Scores predictions for CodeXGLUE's text-to-code task (CONCODE: Java methods) from the files its evaluator takes.

`answers.json` has a JSON object a line with the reference in `code`; `predictions.txt` has one answer a line. Exact
match and BLEU are what that evaluator prints (percent, two decimals); CodeBLEU and syntax validity stand beside.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from codereflect.errors import UserError
from codereflect.programs import java_syntax
from codereflect.records import DECIMALS
from codereflect.scoring import codebleu
from codereflect.scoring.text_match import bleu, exact_match

FORM = 'one JSON object a line with the reference as a string in "code"'

Pair = tuple[str, str]


def score_files(answers: Path, predictions: Path) -> dict[str, Any]:
    """All text metrics of a file of predictions.

    Args:
        answers: `answers.json`, JSON lines with `code` (and `nl`, which `read_contexts` reads).
        predictions: `predictions.txt`, as many lines; an empty line is an empty answer.

    Returns:
        `n`; `exact_match` and `bleu` in percent as the evaluator rounds them; `java_syntax`, `codebleu` and its four
        parts in percent, six decimals, `codebleu_dataflow` absent where no reference holds a data flow; and
        `codebleu_variant` and `versions`, which name what the CodeBLEU figure depends on.

    Raises:
        UserError: a file is missing or malformed (`file:line: reason`), or the numbers of lines differ.
    """
    return score_pairs(read_pairs(answers, predictions))


def score_pairs(pairs: list[Pair]) -> dict[str, Any]:
    """The same for (prediction, reference) texts.

    Raises:
        UserError: no reference holds a token.
    """
    exact = sum(exact_match(prediction, reference) for prediction, reference in pairs)
    parsed = sum(java_syntax.parses(prediction) for prediction, _ in pairs)
    scores: dict[str, Any] = {"n": len(pairs), "bleu": round(bleu(pairs), 2)}
    scores["exact_match"] = round(exact / len(pairs) * 100, 2)
    scores["java_syntax"] = round(parsed / len(pairs) * 100, DECIMALS)
    scores |= codebleu_scores(pairs)
    return scores


def codebleu_scores(pairs: list[Pair]) -> dict[str, Any]:
    """CodeBLEU and its parts in percent, with its variant and the versions of its libraries."""
    parts = codebleu.code_bleu(pairs)
    values = {
        "codebleu": parts.score,
        "codebleu_ngram": parts.ngram,
        "codebleu_weighted_ngram": parts.weighted_ngram,
        "codebleu_syntax": parts.syntax,
        "codebleu_dataflow": parts.dataflow,
    }
    scores: dict[str, Any] = {name: round(100 * value, DECIMALS) for name, value in values.items() if value is not None}
    return scores | {"codebleu_variant": codebleu.VARIANT, "versions": codebleu.versions()}


def read_pairs(answers: Path, predictions: Path) -> list[Pair]:
    """(prediction, reference) line by line.

    Raises:
        UserError: as `score_files`.
    """
    references = [_row(answers, number, line)["code"] for number, line in enumerate(_lines(answers), start=1)]
    predicted = _lines(predictions)
    if len(predicted) != len(references):
        line = min(len(predicted), len(references)) + 1
        where = predictions if len(predicted) > len(references) else answers
        raise UserError(
            f"{where}:{line}: this line has no partner, {predictions} has {len(predicted)} lines and {answers} has"
            f" {len(references)}.",
            "give one prediction a line, an empty line where there is none",
        )
    if not any(reference.split() for reference in references):
        raise UserError(f"{answers}:1: no line has a reference, so nothing can be compared.", f"use a file with {FORM}")
    return list(zip(predicted, references, strict=True))


def read_contexts(answers: Path) -> list[str]:
    """The `nl` of each line of `answers.json`; empty where there is none.

    Raises:
        UserError: as `score_files`.
    """
    rows = [_row(answers, number, line) for number, line in enumerate(_lines(answers), start=1)]
    return [row["nl"] if isinstance(row.get("nl"), str) else "" for row in rows]


def _row(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        reason = error.msg if isinstance(error, json.JSONDecodeError) else type(error).__name__
        raise _malformed(path, number, f"not JSON ({reason})") from None
    if not isinstance(row, dict) or "code" not in row:
        raise _malformed(path, number, 'not an object with a key "code"')
    if not isinstance(row["code"], str):
        raise _malformed(path, number, f'"code" is no string but {type(row["code"]).__name__}')
    return row


def _malformed(path: Path, number: int, reason: str) -> UserError:
    return UserError(f"{path}:{number}: {reason}.", f"give {FORM}")


def _lines(path: Path) -> list[str]:
    """The lines as Python's text files have them: ended by \\n, \\r\\n or \\r, by nothing else."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise UserError(f"{path} does not exist.", "name a file that does") from None
    except IsADirectoryError:
        raise UserError(f"{path} is a folder.", "name a file") from None
    try:
        text = raw.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        number = raw.count(b"\n", 0, error.start) + 1
        raise UserError(f"{path}:{number}: not UTF-8 text.", f"iconv -t UTF-8 {path}") from None
    lines = text.split("\n")
    return lines if lines[-1] else lines[:-1]
