"""Does an explanation fit the facts? A text that fails is refused with a word to count by, never repaired.

The rules hold for any teacher's text: everything that is code stands in backticks and occurs, token by token, in the
attempt, the reference, the verdict or the task; sentences of a known form are compared with the facts; the insight
speaks of the place where attempt and reference differ.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from codereflect.records import Annotation
from codereflect.teacher.rules.clauses import clauses, description, members
from codereflect.teacher.rules.mistake_facts import Facts
from codereflect.teacher.rules.rules import WORDS, words
from codereflect.teacher.rules.source import occurrences

QUOTE = re.compile(r"`([^`\n]+)`")
ERROR_NAME = re.compile(r"\b\w+(?:Error|Exception|Interrupt|Exit)\b")
LINE_NUMBER = re.compile(r"\b[Ll]ine (\d+)\b")
PLAIN = re.compile(r"[A-Za-z .,:;'?!-]*")
SENTENCES = (2, 4)


def flaw(annotation: Annotation, facts: Facts) -> str | None:
    """The first reason to refuse an explanation, or None.

    Returns:
        `empty`, `too_long`, `sentences` (not 2 to 4), `generic` (a text that quotes nothing), `unquoted_code`,
        `ungrounded_quote`, `wrong_claim`, or `unrelated_insight`.
    """
    analysis, insight = annotation.error_analysis, annotation.learning_insights
    if not analysis.strip() or not insight.strip():
        return "empty"
    most = WORDS[facts.example.language]
    if words(analysis) > most[0] or words(insight) > most[1]:
        return "too_long"
    if not SENTENCES[0] <= _sentences(analysis) + _sentences(insight) <= SENTENCES[1]:
        return "sentences"
    both = f"{analysis}\n{insight}"
    if not QUOTE.search(insight) or not (QUOTE.search(analysis) or LINE_NUMBER.search(analysis)):
        return "generic"
    if not _is_plain(both, facts):
        return "unquoted_code"
    if not all(is_grounded(quoted, facts) for quoted in QUOTE.findall(both)):
        return "ungrounded_quote"
    if not all(_holds(match, facts) for pattern, _holds in CLAIMS for match in pattern.finditer(both)):
        return "wrong_claim"
    return None if _is_related(insight, facts) else "unrelated_insight"


def is_grounded(quoted: str, facts: Facts) -> bool:
    """Whether a quote occurs, token by token, in the attempt, the reference, the verdict or the task's words."""
    verdict = facts.verdict
    places = [facts.attempt, facts.example.reference, description(facts.example), verdict.category, verdict.feedback]
    failure = verdict.failure
    places += [place for place in (failure.call, failure.expected, failure.actual) if place]
    places += [facts.example.entry_point or "", *(each for d in facts.differences for each in (d.wrong, d.right))]
    return any(occurrences(quoted, place, facts.example.language) for place in places)


def _sentences(text: str) -> int:
    return len(re.findall(r"[.!?](?:\s|$)", QUOTE.sub("", text)))


def _is_plain(text: str, facts: Facts) -> bool:
    """Nothing but words outside the quotes; a line number or an error's name only if it is the verdict's."""
    bare = QUOTE.sub("", text)
    lines = [int(number) for number in LINE_NUMBER.findall(bare)]
    if lines and (facts.broken is None or any(number != facts.broken.number for number in lines)):
        return False
    if any(name != facts.verdict.category for name in ERROR_NAME.findall(bare)):
        return False
    return bool(PLAIN.fullmatch(LINE_NUMBER.sub("", bare).replace("\n", " ")))


def _is_related(insight: str, facts: Facts) -> bool:
    """Whether the insight quotes the place of a difference (of a broken line: the line that corrects it)."""
    if facts.broken is not None:
        places = {facts.corrected_line}
    else:
        places = {place for d in facts.differences for place in (d.right, d.right_step)}
        places |= {d.wrong for d in facts.differences if not d.right}
    return any(quoted in places for quoted in QUOTE.findall(insight) if quoted)


def _counts(quoted: str, facts: Facts) -> tuple[int, int]:
    texts, language = (facts.attempt, facts.example.reference), facts.example.language
    wrong, right = (occurrences(quoted, text, language) for text in texts)
    return wrong, right


def _gives(match: re.Match[str], facts: Facts) -> bool:
    return (match["actual"], match["expected"]) == (facts.verdict.failure.actual, facts.verdict.failure.expected)


def _raises(match: re.Match[str], facts: Facts) -> bool:
    return match["name"] == facts.verdict.category


def _undefined(match: re.Match[str], facts: Facts) -> bool:
    return match["name"] in facts.undefined


def _used_for(match: re.Match[str], facts: Facts) -> bool:
    return any((d.wrong, d.right) == (match["wrong"], match["right"]) for d in facts.differences)


def _is_member(match: re.Match[str], facts: Facts) -> bool:
    return occurrences(match["name"], members(facts.example), "java") > 0


def _missing(match: re.Match[str], facts: Facts) -> bool:
    wrong, right = _counts(match["right"], facts)
    return wrong < right and any(d.right == match["right"] and not d.wrong for d in facts.differences)


def _needless(match: re.Match[str], facts: Facts) -> bool:
    wrong, right = _counts(match["wrong"], facts)
    return wrong > right and any(d.wrong == match["wrong"] and not d.right for d in facts.differences)


def _comes_before(match: re.Match[str], facts: Facts) -> bool:
    return any(d.kind == "order" and (d.wrong, d.right) == (match["wrong"], match["right"]) for d in facts.differences)


def _in_order(match: re.Match[str], facts: Facts) -> bool:
    text = facts.example.reference
    return 0 <= text.find(match["first"]) < text.find(match["second"], text.find(match["first"]) + 1)


def _means(match: re.Match[str], facts: Facts) -> bool:
    return clauses(facts.example).get(match["step"]) == match["clause"]


def _reads(match: re.Match[str], facts: Facts) -> bool:
    return facts.broken is not None and match["line"] == facts.broken.line


CLAIMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], Facts], bool]], ...] = (
    (re.compile(r"[Ii]t gives `(?P<actual>[^`]+)`, not `(?P<expected>[^`]+)`"), _gives),
    (re.compile(r"[Ii]t raises `(?P<name>[^`]+)`"), _raises),
    (re.compile(r"`(?P<name>[^`]+)` is not defined"), _undefined),
    (re.compile(r"`(?P<wrong>[^`]+)` is used where `(?P<right>[^`]+)` is needed"), _used_for),
    (re.compile(r"[Tt]he function is `(?P<wrong>[^`]+)`, not `(?P<right>[^`]+)`"), _used_for),
    (re.compile(r"\b(?:is|are|named) `(?P<wrong>[^`]+)`, not `(?P<right>[^`]+)`"), _used_for),
    (re.compile(r"The class has `(?P<name>[^`]+)`"), _is_member),
    (re.compile(r"`(?P<right>[^`]+)` is missing"), _missing),
    (re.compile(r"`(?P<wrong>[^`]+)` is not needed"), _needless),
    (re.compile(r"[Tt]he step `(?P<wrong>[^`]+)` comes before `(?P<right>[^`]+)`"), _comes_before),
    (re.compile(r"first `(?P<first>[^`]+)`, then `(?P<second>[^`]+)`"), _in_order),
    (re.compile(r"`(?P<clause>[^`]+)` means `(?P<step>[^`]+)`"), _means),
    (re.compile(r"It reads `(?P<line>[^`]+)`"), _reads),
)
