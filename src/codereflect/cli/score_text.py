"""codereflect score --format concode: CodeXGLUE's text-to-code files, compared as text."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from codereflect.errors import UserError
from codereflect.json_files import dump_indented, dump_json, write_text_atomically
from codereflect.terminal import columns, say, wide

FIGURES = (
    "exact_match",
    "bleu",
    "codebleu",
    "codebleu_ngram",
    "codebleu_weighted_ngram",
    "codebleu_syntax",
    "codebleu_dataflow",
    "java_syntax",
    "java_compiles",
)


def score_concode(answers: Path, predictions: Path, out: Path, workers: int | None) -> None:
    """Write metrics.json and print the figures; with a JDK also how many answers compile."""
    from codereflect.scoring.concode_files import score_files

    metrics = score_files(answers, predictions)
    metrics |= _compiled(answers, predictions, out, workers)
    try:
        write_text_atomically(out / "metrics.json", dump_indented(metrics))
    except OSError as error:
        raise UserError(f"{out} cannot be written: {error.strerror}.", "name another folder") from None
    of = {name: metrics["n_compilable" if name == "java_compiles" else "n"] for name in FIGURES if name in metrics}
    wide(columns(["metric", "percent", "of rows"], [[name, f"{metrics[name]:.2f}", str(of[name])] for name in of]))
    say(f"CodeBLEU: {metrics['codebleu_variant']}.")
    if "unavailable" in metrics:
        say(f"java_compiles: unavailable ({metrics['unavailable']}).")
    say(f"{metrics['n']} answers; {out / 'metrics.json'} written.", error=True)


def _compiled(answers: Path, predictions: Path, out: Path, workers: int | None) -> dict[str, Any]:
    """The figures of compiling, and compiled.jsonl with each line's outcome; or why there are none."""
    from codereflect.grading.compiled import compiled
    from codereflect.programs.java_class.outcomes import Row
    from codereflect.sandbox.java.java_sandbox import probe_java
    from codereflect.scoring.concode_compile import summary
    from codereflect.scoring.concode_files import read_contexts, read_pairs

    contexts, pairs = read_contexts(answers), read_pairs(answers, predictions)
    if not any(contexts):
        return {"unavailable": f'{answers} has no "nl", which names the members of the class'}
    java = probe_java()
    if java.version is None:
        return {"unavailable": f"{java.reason} Fix: {java.fix}"}
    rows = [Row(nl, reference, prediction) for nl, (prediction, reference) in zip(contexts, pairs, strict=True)]
    outcomes = compiled(rows, workers)
    lines = [dump_json({"line": line, **asdict(outcome)}) for line, outcome in enumerate(outcomes, start=1)]
    write_text_atomically(out / "compiled.jsonl", "\n".join(lines) + "\n")
    return {**summary(outcomes), "java": java.version}
