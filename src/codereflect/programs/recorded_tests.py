"""Recorded calls as tests: which of them, as hidden tests of an answer, and as a pytest file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from codereflect.programs.literals import is_flat, is_rounded, literal
from codereflect.programs.recording import Call, Recording

LONGEST_LINE = 320
# calls with one and the same answer, but for those that tell mutants apart
MOST_ALIKE = 3
_CLOSE = """def _close(found, expected):
    if isinstance(expected, float) and isinstance(found, (int, float)):
        return abs(found - expected) <= max(1e-6 * abs(expected), 1e-12)
    if type(found) is not type(expected):
        return found == expected
    if isinstance(expected, (list, tuple)):
        return len(found) == len(expected) and all(map(_close, found, expected))
    if isinstance(expected, dict):
        return found.keys() == expected.keys() and all(_close(found[key], expected[key]) for key in expected)
    return found == expected
"""


def chosen(recording: Recording, most: int, wanted: Sequence[int] = ()) -> list[Call]:
    """At most so many calls, in the order of the inputs: those that tell mutants apart, then other answers first.

    Args:
        recording: of a program.
        most: how many, at most.
        wanted: numbers of inputs that come first.
    """
    telling = Counter(number for number in recording.differing if number is not None)
    seen: Counter[str] = Counter()
    ranked = []
    for call in recording.calls:
        answer = answer_text(call)
        singled_out = call.number in wanted or telling[call.number] > 0
        if _length(call) <= LONGEST_LINE and (singled_out or seen[answer] < MOST_ALIKE):
            rank = (call.number not in wanted, -telling[call.number], seen[answer], _length(call), call.number)
            ranked.append((rank, call))
            seen[answer] += 1
    best = sorted(ranked, key=lambda row: row[0])[:most]
    return sorted((call for _, call in best), key=lambda call: call.number)


def answer_text(call: Call) -> str:
    """All that came of a call, as text."""
    return literal([call.answer.error, call.answer.value, call.answer.after if call.answer.changed else None])


def _length(call: Call) -> int:
    return len(literal([call.args, call.answer.value]))


def hidden_tests(entry_point: str, calls: Sequence[Call]) -> list[str]:
    """Texts for the sandbox (`Job.tests`), one a call; the first may hold a helper."""
    texts = []
    changing = _any_changes(calls)
    for call in calls:
        if call.answer.error is not None:
            texts.append(_must_raise(entry_point, call))
            continue
        lines, arguments = _bound_arguments(call, changing)
        found = f"{entry_point}({', '.join(arguments)})"
        value = call.answer.value
        left = f"list({found})" if call.answer.listed else found
        lines.append(f"assert {_compared(left, value)}")
        lines += [f"assert {_compared(name, after)}" for name, after in _changes(call, arguments)]
        texts.append("\n".join(lines))
    return [_CLOSE, *texts] if any("_close(" in text for text in texts) else texts


def _compared(found: str, value: Any) -> str:
    return f"_close({found}, {literal(value)})" if is_rounded(value) else f"{found} == {literal(value)}"


def _must_raise(entry_point: str, call: Call) -> str:
    arguments = ", ".join(map(literal, call.args))
    told = f"{entry_point} raised no {call.answer.error}"
    lines = ["try:", f"    {entry_point}({arguments})", f"except {call.answer.error}:", "    pass"]
    return "\n".join([*lines, "else:", f"    raise AssertionError({told!r})"])


def _any_changes(calls: Sequence[Call]) -> bool:
    return any(call.answer.changed for call in calls)


def _bound_arguments(call: Call, changing: bool) -> tuple[list[str], list[str]]:
    """Lines that bind the arguments that can be changed, and all arguments as text.

    `changing`: whether the function changes some: then a test also says which ones it leaves alone.
    """
    lines, arguments = [], []
    for place, value in enumerate(call.args):
        if changing and isinstance(value, list | dict | set):
            lines.append(f"given_{place} = {literal(value)}")
            arguments.append(f"given_{place}")
        else:
            arguments.append(literal(value))
    return lines, arguments


def _changes(call: Call, arguments: Sequence[str]) -> Iterable[tuple[str, Any]]:
    for name, after in zip(arguments, call.answer.after, strict=True):
        if name.startswith("given_"):
            yield name, after


def for_pytest(call: Call) -> bool:
    """Whether a pytest file can tell the answer: `approx` takes no nested containers."""
    values = [call.answer.value, *call.answer.after] if call.answer.error is None else []
    return all(is_flat(value) or not is_rounded(value) for value in values)


def pytest_file(module: str, entry_point: str, calls: Sequence[Call]) -> str:
    """A test file: one test for values, one for each exception, one for each call where arguments are changed."""
    valued = [call for call in calls if call.answer.error is None]
    changing = valued if _any_changes(valued) else []
    plain = [] if changing else valued
    errors: dict[str, list[Call]] = {}
    for call in calls:
        if call.answer.error is not None:
            errors.setdefault(call.answer.error, []).append(call)
    tests = []
    own = entry_point.strip("_")
    if plain:
        tests.append(_test(f"{own}_returns_expected_values", [_assertion(entry_point, call) for call in plain]))
    for number, call in enumerate(changing, start=1):
        name = f"{own}_changes_its_arguments" + (f"_{number}" if len(changing) > 1 else "")
        tests.append(_test(name, _changing(entry_point, call)))
    for error, raising in errors.items():
        tests.append(_test(f"{own}_raises_{error}", _raising(entry_point, error, raising)))
    text = "\n\n\n".join(tests) + "\n"
    head = f"from {module} import {entry_point}\n"
    return (f"import pytest\n{head}" if "pytest." in text else head) + f"\n\n{text}"


def _test(name: str, lines: Sequence[str]) -> str:
    return "\n".join([f"def test_{name}():", *(f"    {line}" for line in lines)])


def _assertion(entry_point: str, call: Call) -> str:
    found = f"{entry_point}({', '.join(map(literal, call.args))})"
    return _expected(f"list({found})" if call.answer.listed else found, call.answer.value)


def _expected(found: str, value: Any) -> str:
    if value is None or isinstance(value, bool):
        return f"assert {found} is {value}"
    told = f"pytest.approx({literal(value)})" if is_rounded(value) else literal(value)
    return f"assert {found} == {told}"


def _changing(entry_point: str, call: Call) -> list[str]:
    lines, arguments = _bound_arguments(call, True)
    found = f"{entry_point}({', '.join(arguments)})"
    left = f"list({found})" if call.answer.listed else found
    lines.append(_expected(left, call.answer.value))
    return [*lines, *(_expected(name, after) for name, after in _changes(call, arguments))]


def _raising(entry_point: str, error: str, calls: Sequence[Call]) -> list[str]:
    lines = []
    for call in calls:
        lines += [f"with pytest.raises({error}):", f"    {entry_point}({', '.join(map(literal, call.args))})"]
    return lines
