"""CodeXGLUE's text-to-code files (CONCODE): exact match and BLEU as its evaluator gives them, and CodeBLEU.

`answers.json` has one JSON object a line with the reference under `code`; `predictions.txt` has one answer a line, in
the same order. The evaluator counts exact matches after splitting at white space, and so do we.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from codereflect.errors import UserError
from codereflect.scoring import codebleu, java_syntax
from codereflect.scoring.text_match import bleu, exact_match
from codereflect.tasks.formats.rows import malformed, read_rows, text_field

DECIMALS = 4


def score_files(answers: Path, predictions: Path) -> dict[str, Any]:
    """Scores of a file of predictions, from 0 to 100, with the variant of each.

    Raises:
        UserError: a file is missing or malformed (`file:line: reason`), or their lengths differ.
    """
    references = [text_field(row, "code") for row in read_rows(answers)]
    said = _predictions(predictions)
    if len(said) != len(references):
        raise UserError(
            f"{predictions} has {len(said)} lines, {answers} has {len(references)}.", "write one answer a line"
        )
    if not any(reference.strip() for reference in references):
        raise UserError(f"{answers}: every code is empty (the public test file holds no answers).", "use the dev file")
    return {"pairs": len(said), **score_pairs(list(zip(said, references, strict=True)))}


def score_pairs(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """Scores of (prediction, reference) pairs: `scores`, their `variants`, and the `versions` they depend on."""
    exact = sum(exact_match(prediction, reference) for prediction, reference in pairs)
    code = codebleu.codebleu(pairs)
    scores = {
        "exact_match": 100 * exact / len(pairs),
        "bleu": bleu(pairs),
        "codebleu": code.codebleu,
        "codebleu_weighted_ngram": code.weighted_ngram,
        "codebleu_syntax": code.syntax,
        "java_syntax": 100 * sum(java_syntax.parses(prediction) for prediction, _ in pairs) / len(pairs),
    }
    if code.dataflow is not None:
        scores["codebleu_dataflow"] = code.dataflow
    return {
        "scores": {name: round(value, DECIMALS) for name, value in scores.items()},
        "variants": {
            "exact_match": "CodeXGLUE text-to-code evaluator",
            "bleu": "CodeXGLUE text-to-code evaluator",
            "codebleu": codebleu.VARIANT,
            "java_syntax": "share that tree-sitter parses",
        },
        "versions": codebleu.versions(),
    }


def _predictions(path: Path) -> list[str]:
    if not path.is_file():
        raise UserError(f"{path} does not exist.", "check the path")
    lines = path.read_bytes().split(b"\n")
    if lines and not lines[-1]:
        lines.pop()
    found = []
    for number, line in enumerate(lines, start=1):
        try:
            found.append(line.decode("utf-8").rstrip("\r"))
        except UnicodeDecodeError:
            raise malformed(f"{path}:{number}", "the text is not UTF-8") from None
    return found
