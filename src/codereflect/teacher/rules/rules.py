"""The teacher without a language model: facts of a wrong attempt -> a short analysis and an insight.

Two to four plain sentences of a regular form, since a model of a million parameters learns from them. Templates are
in `prompts/rules.txt` and `prompts/rules_java.txt`; `teacher.rules.checks` checks the result.
"""

from __future__ import annotations

from collections.abc import Iterator

from codereflect.records import Annotation, Example, Language, Refusal, Verdict
from codereflect.records import Difference as TextDifference
from codereflect.teacher.rules.clauses import clauses, description, members
from codereflect.teacher.rules.differences import Difference
from codereflect.teacher.rules.mistake_facts import Facts
from codereflect.teacher.rules.source import occurrences
from codereflect.teacher.rules.templates import rules, rules_digest

ANALYSIS_WORDS = 40
INSIGHT_WORDS = 25
# of Java every token that is quoted counts as a word
WORDS: dict[Language, tuple[int, int]] = {"python": (ANALYSIS_WORDS, INSIGHT_WORDS), "java": (80, 50)}
VALUE_CHARACTERS = 40
# kinds of Java names that may be a member of the method's class
OF_THE_CLASS = ("variable", "field", "call")
NAME = "rules"


def annotation(facts: Facts) -> Annotation:
    """The explanation of known facts, unchecked."""
    analysis, insight = WORDS[facts.example.language]
    return Annotation(
        example_id=facts.example.task_id,
        attempt=facts.attempt,
        verdict=facts.verdict,
        error_analysis=first_short(_analyses(facts), analysis),
        learning_insights=first_short(_insights(facts), insight),
        teacher=NAME,
        prompt_hash=rules_digest(facts.example.language),
    )


def words(text: str) -> int:
    """Words as a reader counts them: between white space."""
    return len(text.split())


def first_short(wordings: Iterator[str], most: int) -> str:
    """The first wording of at most so many words, else the last one."""
    last = ""
    for wording in wordings:
        last = wording
        if words(wording) <= most:
            break
    return last


def _analyses(facts: Facts) -> Iterator[str]:
    """From the fullest to the shortest."""
    symptoms = _symptoms(facts)
    if not facts.differences:
        yield from symptoms
        return
    more = rules(facts.example.language)["more"]["cause"]
    first, *others = facts.differences
    if len(others) == 1:
        yield " ".join([symptoms[0], _causes(first, facts)[0], _causes(others[0], facts)[0]])
    for symptom in symptoms:
        for cause in _causes(first, facts):
            yield " ".join([symptom, cause, more] if others else [symptom, cause])


def _symptoms(facts: Facts) -> list[str]:
    """What running the attempt showed, from the fullest to the shortest wording."""
    said = rules(facts.example.language)["symptom"]
    verdict = facts.verdict
    if facts.broken is not None:
        keys = ["broken", "broken.short"] if facts.broken.line else ["broken.short"]
        values = {"number": facts.broken.number, "line": facts.broken.line, "message": facts.broken.message}
        return [said[key].format(**values) for key in keys]
    actual, expected = verdict.failure.actual, verdict.failure.expected
    if actual is not None and expected is not None:
        short = max(len(actual), len(expected)) <= VALUE_CHARACTERS
        full = said["wrong_value"].format(actual=actual, expected=expected)
        return [full, said["wrong_value.short"]] if short else [said["wrong_value.short"]]
    name = _undefined_name(facts)
    key = "undefined" if name else _symptom_key(verdict, said)
    values = {"category": verdict.category, "entry_point": facts.example.entry_point, "name": name}
    reason = verdict.detail.words if isinstance(verdict.detail, Refusal) else ""
    return [said[key].format(reason=reason, **values)]


def _symptom_key(verdict: Verdict, said: dict[str, str]) -> str:
    """The section of a symptom; a category in capitals is the type name of what the attempt raised."""
    if verdict.outcome == "timeout":
        return "timeout"
    if verdict.failure.actual is not None or verdict.category == "assertion":
        return "wrong_value.short"
    if isinstance(verdict.detail, TextDifference) and verdict.detail.compiles:
        return "text_compiles"
    if verdict.category in said:
        return verdict.category
    return "raises" if verdict.category[:1].isupper() else "other"


def _undefined_name(facts: Facts) -> str:
    """The name that a NameError is about, or nothing where that is not certain."""
    if facts.verdict.category != "NameError":
        return ""
    if len(facts.undefined) == 1:
        return facts.undefined[0]
    raised = facts.verdict.failure.raised or ""
    return next((name for name in facts.undefined if f"'{name}'" in raised), "")


def _causes(difference: Difference, facts: Facts) -> list[str]:
    """The short wording is enough where the attempt has the quoted code only once."""
    said = rules(facts.example.language)[difference.kind]
    keys = ["cause", "cause.short"] if "cause.short" in said else ["cause"]
    if occurrences(difference.wrong, facts.attempt, facts.example.language) == 1:
        keys = keys[-1:]
    return _fill([said[key] for key in keys], difference)


def _insights(facts: Facts) -> Iterator[str]:
    """From the most telling to the shortest."""
    if facts.broken is not None:
        yield rules(facts.example.language)["broken"]["lesson"].format(right=facts.corrected_line)
        return
    first = facts.differences[0]
    said = rules(facts.example.language)[first.kind]
    clause = clauses(facts.example).get(first.right_step)
    if clause is not None and first.kind != "order":
        template = said.get("lesson.clause", rules(facts.example.language)["more"]["lesson.clause"])
        yield template.format(clause=clause, **vars(first))
    keys = [_special_lesson(first, facts.example), "lesson", "lesson.short"]
    if first.kind == "missing_step" and not first.after:
        keys = ["lesson.short"]
    yield from _fill([said[key] for key in keys if key in said], first)


def _special_lesson(difference: Difference, example: Example) -> str:
    """The key of a lesson that only fits certain values; `lesson` when none does."""
    if difference.kind == "constant" and occurrences(difference.right, description(example), example.language):
        return "lesson.task"
    if difference.kind == "comparison" and difference.wrong.rstrip("=") == difference.right.rstrip("="):
        return "lesson.closed" if difference.right.endswith("=") else "lesson.open"
    if difference.kind in OF_THE_CLASS and occurrences(difference.right, members(example), "java"):
        return "lesson.member"
    return "lesson"


def _fill(templates: list[str], difference: Difference) -> list[str]:
    return [template.format(**vars(difference)) for template in templates]
