"""`unit_test`: a function that runs on its own -> a pytest file of its recorded answers."""

from __future__ import annotations

from codereflect.programs.mined_function import Function
from codereflect.programs.recorded_tests import answer_text, chosen, for_pytest, pytest_file
from codereflect.programs.recording import Recording
from codereflect.tasks.instruction.phrases import Rejected, fenced
from codereflect.tasks.prompt_texts import worded

MOST_CALLS = 8


def prompt_and_answer(function: Function, recording: Recording) -> tuple[str, str]:
    """Prompt and gold answer; whether the answer is any good is for `reward.judge` to say.

    Raises:
        Rejected: nothing of the function's answers could be recorded, or it always answers the same.
    """
    if function.name.startswith(("test", "Test")):
        raise Rejected("named_as_a_test")
    if not recording.calls:
        raise Rejected(recording.trouble or "no_data")
    told = Recording("", recording.inputs, tuple(filter(for_pytest, recording.calls)), recording.differing)
    calls = chosen(told, MOST_CALLS)
    if not calls:
        raise Rejected("no_data")
    if len(set(map(answer_text, calls))) == 1:
        raise Rejected("one_answer")
    prompt = worded("unit_test", module=function.module, name=function.name, code=fenced(function.source))
    return prompt, pytest_file(function.module, function.name, calls)
