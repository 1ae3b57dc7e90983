"""What is refused, and what is found out about attempts that are not."""

from __future__ import annotations

import pytest
from samples import REFERENCE, example, solve, verdict

from codereflect.records import Example
from codereflect.teacher.rules.mistake_facts import Refused, gather

WRONG = solve("return sum(xs)")


@pytest.mark.parametrize(
    ("reason", "task", "attempt", "outcome"),
    [
        ("passed", example(), WRONG, "pass"),
        ("invalid", example(), WRONG, "invalid"),
        ("broken_reference", example().model_copy(update={"language": "java"}), WRONG, "fail"),
        ("no_code", example(), "\n \n", "fail"),
        ("long_attempt", example(), WRONG * 40, "fail"),
        ("broken_reference", example(reference="def solve(:\n"), WRONG, "fail"),
        ("same_tree", example(), REFERENCE.replace("    ", "  ") + "# done\n", "fail"),
    ],
)
def test_refusals(reason: str, task: Example, attempt: str, outcome: str) -> None:
    with pytest.raises(Refused) as refusal:
        gather(task, attempt, verdict(outcome=outcome))  # type: ignore[arg-type]
    assert refusal.value.reason == reason


def test_undefined_names_in_order() -> None:
    facts = gather(example(), solve("ys = [y for y in zs]", "return len(ys) + ws"), verdict())
    assert facts.undefined == ("zs", "ws")


def test_the_line_in_the_place_of_a_broken_one() -> None:
    facts = gather(example(), REFERENCE.replace("sorted(xs)", "sorted(xs"), verdict(category="syntax"))
    assert facts.broken is not None and facts.broken.number == 3
    assert facts.corrected_line == "xs = sorted(xs)"
    assert facts.differences == ()
