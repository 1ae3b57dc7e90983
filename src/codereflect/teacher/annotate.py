"""Explain all wrong attempts and count what was refused, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from codereflect.records import Annotation, Example, Sample, Verdict
from codereflect.teacher.rules.checks import flaw
from codereflect.teacher.rules.mistake_facts import Refused, gather
from codereflect.teacher.rules.rules import annotation


def annotate(
    examples: Iterable[Example], attempts: Iterable[Sample], verdicts: Iterable[Verdict]
) -> tuple[list[Annotation], dict[str, int]]:
    """Explanations of the wrong attempts that can be explained, in the order of the attempts.

    Args:
        examples: the tasks; an attempt's `task_id` is an example's.
        attempts: what is explained is their `code`.
        verdicts: one for each attempt, in any order.

    Returns:
        The annotations, and the number of attempts without one by reason (see `facts.gather` and `checks.flaw`;
        `passed` is among them).

    Raises:
        KeyError: an attempt without example or verdict.
    """
    tasks = {example.task_id: example for example in examples}
    judged = {verdict.of: verdict for verdict in verdicts}
    found: list[Annotation] = []
    refused: Counter[str] = Counter()
    for attempt in attempts:
        result = _explained(tasks[attempt.task_id], attempt.code, judged[attempt.of])
        if isinstance(result, str):
            refused[result] += 1
        else:
            found.append(result)
    return found, dict(sorted(refused.items()))


def _explained(example: Example, code: str, verdict: Verdict) -> Annotation | str:
    try:
        facts = gather(example, code, verdict)
    except Refused as refusal:
        return refusal.reason
    explanation = annotation(facts)
    return flaw(explanation, facts) or explanation
