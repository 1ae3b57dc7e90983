"""Scoring of CodeXGLUE's two files: the figures of its evaluator, computed a second time; what is refused, and how."""

from __future__ import annotations

import json
from math import exp, log
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codereflect.errors import UserError
from codereflect.scoring.concode_files import read_pairs, score_files, score_pairs

RIGHT = "int function ( ) { return size ; }"
WORDS = ["int", "function", "(", ")", "{", "}", "return", ";", "arg0", "é", "\x0c", "\u2028", ""]
CODES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join)
ROWS = st.lists(st.tuples(CODES, CODES), min_size=1, max_size=6).map(lambda rows: [*rows, (RIGHT, RIGHT)])


def write(folder: Path, rows: list[tuple[str, str]]) -> tuple[Path, Path]:
    answers, predictions = folder / "answers.json", folder / "predictions.txt"
    lines = [json.dumps({"code": reference, "nl": "return the size"}) + "\n" for _, reference in rows]
    answers.write_text("".join(lines), encoding="utf-8")
    predictions.write_text("".join(prediction + "\n" for prediction, _ in rows), encoding="utf-8")
    return answers, predictions


def evaluator(answers: Path, predictions: Path) -> tuple[float, float]:
    """Exact match and BLEU from the evaluator's description: files by lines, one reference, one added to each order."""
    with open(answers, encoding="utf-8") as stream:
        golds = [json.loads(line)["code"].strip().split() for line in stream]
    with open(predictions, encoding="utf-8") as stream:
        answered = [line.strip().split() for line in stream]
    hits, all_, lengths = [0] * 5, [0] * 5, [0, 0]
    for words, gold in zip(answered, golds, strict=True):
        lengths = [lengths[0] + len(words), lengths[1] + len(gold)]
        for order in range(1, 5):
            left = [tuple(gold[i : i + order]) for i in range(len(gold) - order + 1)]
            for i in range(len(words) - order + 1):
                all_[order] += 1
                if (gram := tuple(words[i : i + order])) in left:
                    left.remove(gram)
                    hits[order] += 1
    mean = sum(0.25 * log((hits[order] + 1.0) / (all_[order] + 1.0)) for order in range(1, 5))
    ratio = lengths[0] / lengths[1]
    penalty = 1.0 if ratio > 1 else exp(1 - 1 / ratio)
    exact = sum(words == gold for words, gold in zip(answered, golds, strict=True))
    return round(exact / len(golds) * 100, 2), round(round(100 * exp(mean) * penalty, 2), 2)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS)
def test_exact_match_and_bleu_are_the_evaluators(rows: list[tuple[str, str]], tmp_path: Path) -> None:
    files = write(tmp_path, rows)
    scores = score_files(*files)
    assert (scores["exact_match"], scores["bleu"]) == evaluator(*files)


def test_all_figures_of_a_small_file(tmp_path: Path) -> None:
    rows = [(RIGHT, RIGHT), ("int function ( ) { return 0 ; ", RIGHT), ("", RIGHT)]
    scores = score_files(*write(tmp_path, rows))
    assert scores["n"] == 3
    assert scores["exact_match"] == 33.33
    assert scores["java_syntax"] == 33.333333
    assert 0 < scores["bleu"] < 100
    assert 0 < scores["codebleu"] < 100
    assert "codebleu_dataflow" not in scores  # `return size` alone flows nowhere
    assert "CodeXGLUE" in scores["codebleu_variant"]
    assert set(scores["versions"]) == {"tree-sitter", "tree-sitter-java"}
    json.dumps(scores, allow_nan=False)


def test_right_answers_score_a_hundred() -> None:
    code = "int function ( int arg0 ) { int loc0 = arg0 ; return loc0 ; }"
    scores = score_pairs([(code, code)])
    names = ("exact_match", "bleu", "java_syntax", "codebleu", "codebleu_dataflow")
    assert [scores[name] for name in names] == [100] * 5


def test_other_line_ends_are_lines_and_other_separators_are_not(tmp_path: Path) -> None:
    answers, predictions = write(tmp_path, [("a", "a"), ("b", "b"), ("c\x0bd\x85e\u2028f", "c")])
    predictions.write_bytes(predictions.read_bytes().replace(b"a\n", b"a\r\n").replace(b"b\n", b"b\r"))
    assert [prediction for prediction, _ in read_pairs(answers, predictions)] == ["a", "b", "c\x0bd\x85e\u2028f"]


def test_a_last_line_needs_no_end(tmp_path: Path) -> None:
    answers, predictions = write(tmp_path, [("a", "a"), ("b", "b")])
    predictions.write_text("a\nb", encoding="utf-8")
    answers.write_text(answers.read_text(encoding="utf-8").rstrip("\n"), encoding="utf-8")
    assert read_pairs(answers, predictions) == [("a", "a"), ("b", "b")]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("9" * 5000, "not JSON"),
        ("[]", "not an object"),
        ('{"nl": "x"}', 'not an object with a key "code"'),
        ('{"code": 3}', '"code" is no string but int'),
        ('{"code": null}', '"code" is no string but NoneType'),
    ],
)
def test_a_bad_answer_names_file_and_line(line: str, reason: str, tmp_path: Path) -> None:
    answers, predictions = write(tmp_path, [("a", "a"), ("b", "b"), ("c", "c")])
    lines = answers.read_text(encoding="utf-8").splitlines()
    answers.write_text("\n".join([lines[0], line, lines[2]]) + "\n", encoding="utf-8")
    with pytest.raises(UserError) as caught:
        score_files(answers, predictions)
    assert caught.value.message.startswith(f"{answers}:2: {reason}")
    assert caught.value.fix


@pytest.mark.parametrize("extra", ["answers", "predictions"])
def test_unequal_numbers_of_lines_name_the_first_without_partner(extra: str, tmp_path: Path) -> None:
    answers, predictions = write(tmp_path, [("a", "a"), ("b", "b")])
    longer = answers if extra == "answers" else predictions
    longer.write_text(longer.read_text(encoding="utf-8") + '{"code": "x"}\n' * 2, encoding="utf-8")
    with pytest.raises(UserError) as caught:
        score_files(answers, predictions)
    assert caught.value.message.startswith(f"{longer}:3: ")
    counts = {answers: 2, predictions: 2, longer: 4}
    assert f"{predictions} has {counts[predictions]} lines" in caught.value.message
    assert f"{answers} has {counts[answers]}." in caught.value.message


def test_a_file_without_references_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"answers\.json:1: no line has a reference"):
        score_files(*write(tmp_path, [("a", ""), ("b", " ")]))
    with pytest.raises(UserError, match=r"answers\.json:1: no line has a reference"):
        score_files(*write(tmp_path, []))


def test_missing_files_folders_and_other_encodings_are_refused(tmp_path: Path) -> None:
    answers, predictions = write(tmp_path, [("a", "a"), ("b", "b")])
    with pytest.raises(UserError, match="does not exist"):
        score_files(tmp_path / "none.json", predictions)
    with pytest.raises(UserError, match="is a folder"):
        score_files(answers, tmp_path)
    predictions.write_bytes(b"a\n\xff\n")
    with pytest.raises(UserError, match=r"predictions\.txt:2: not UTF-8"):
        score_files(answers, predictions)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=st.binary(max_size=60), second=st.binary(max_size=60))
def test_any_bytes_are_scored_or_refused(first: bytes, second: bytes, tmp_path: Path) -> None:
    answers, predictions = tmp_path / "a", tmp_path / "p"
    answers.write_bytes(first)
    predictions.write_bytes(second)
    with pytest.raises(UserError):  # random bytes are no JSON object with `code`
        score_files(answers, predictions)
    answers.write_bytes(b'{"code": "int f ( ) { }"}\n' * len(second.decode("latin-1").splitlines() or [""]))
    try:
        assert 0 <= score_files(answers, predictions)["bleu"] <= 100
    except UserError as error:
        assert str(tmp_path) in error.message
