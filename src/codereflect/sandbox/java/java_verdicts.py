"""Verdicts on Java programs, put into words: from what the compiler says, and from what the machine that ran says."""

from __future__ import annotations

import re
import signal
from typing import Any

from ..engine.watch import Report

# where an object lies differs from run to run
_IDENTITY = re.compile(r"@[0-9a-f]{5,8}\b")
_PACKAGE = re.compile(r"\b(?:java|codereflect|org\.javatuples)\.(?:[a-z]+\.)*(?=[A-Z])")
_TEXT_LIMIT = 600
_LINE_SHOWN = 120
_CATEGORIES = {"java.lang.OutOfMemoryError": "memory"}


def verdict(outcome: str, category: str, feedback: str, **facts: str | None) -> dict[str, Any]:
    """An answer to the caller, texts cleaned and cut."""
    clean = {name: _clean(text) for name, text in facts.items() if text is not None}
    return {"outcome": outcome, "category": category, "feedback": _clean(feedback), **clean}


def _clean(text: str) -> str:
    text = _IDENTITY.sub("@...", text).encode("utf-8", "replace").decode("utf-8")
    return text if len(text) <= _TEXT_LIMIT else text[: _TEXT_LIMIT - 4] + " ..."


def not_run(report: dict[str, Any], code: str, tests: str, entry_point: str) -> dict[str, Any]:
    """The verdict on a program that the compiler, or the vetting of its classes, did not let through."""
    stage, errors = report["stage"], report.get("errors") or [{"message": "unknown reason"}]
    if stage == "syntax":
        told = "; ".join(_diagnostic(error, code) for error in errors)
        return verdict("fail", "syntax", f"The program does not compile: {told}.")
    if stage == "signature":
        told = _diagnostic(errors[0], tests)
        return verdict("fail", "signature", f"The tests cannot call {entry_point} of this program: {told}.")
    if stage == "own_class":
        told = f"it would need {errors[0]['message']} of the program, and only plain data cross"
        return verdict("fail", "unsupported", f"The tests cannot judge what {entry_point} gives: {told}.")
    if stage == "forbidden":
        return verdict("fail", "forbidden", f"The program {errors[0]['message']}, which is forbidden here.")
    if stage == "missing":
        return verdict("fail", "missing_entry_point", f"The program does not define {entry_point}.")
    if stage == "too_large":
        return verdict("fail", "syntax", "The program is too large for the compiler, or nests too deep.")
    if stage == "tests":
        return verdict("invalid", "tests", f"The tests do not compile: {_diagnostic(errors[0], tests)}.")
    return verdict("invalid", "worker", f"The compiler failed: {errors[0]['message']}.")


def _diagnostic(error: dict[str, Any], text: str) -> str:
    # what was found and required, and where, stands in further lines
    message = " ".join(part.strip() for part in str(error["message"]).splitlines())
    return _PACKAGE.sub("", message) + _where(error.get("line"), text)


def _where(line: Any, text: str) -> str:
    """` (line 3: int x;)`, or nothing when the line is not known."""
    lines = text.splitlines()
    if type(line) is not int or not 1 <= line <= len(lines):
        return ""
    return f" (line {line}: {lines[line - 1].strip()[:_LINE_SHOWN]})"


def ran(report: dict[str, Any], asserts: dict[str, Any], code: str, method: str) -> dict[str, Any]:
    """The verdict on a program whose tests ran to an end."""
    kind = report.get("kind")
    call = f"{method}({report['call']})" if report.get("call") is not None else None
    if kind == "pass":
        return verdict("pass", "pass", "All tests passed.")
    if kind == "no_call":
        return verdict("fail", "no_call", f"The tests never called {method}.")
    if kind == "broken":
        return verdict("invalid", "worker", str(report.get("message")))
    if kind == "unsupported":
        text = f"{call} gave {report.get('message')}, which is no plain data."
        return verdict("fail", "unsupported", text, call=call)
    value = report.get("value")
    told = asserts.get(str(report.get("test_line")), [])
    # the value, or where it was not come to, its text in the test
    expected = report.get("wanted") or (told[1] if len(told) > 1 else None)
    if kind == "assertion":
        return _assertion(call, value, told, expected)
    return _exception(report, code, call, value, expected)


def _assertion(call: str | None, value: str | None, told: list[str], expected: str | None) -> dict[str, Any]:
    if call is None:
        return verdict("fail", "no_call", "A test failed before the program was called.")
    if expected is not None:
        feedback = f"{call} returned {value}; expected {expected}."
    else:
        feedback = f"{call} returned {value}, and a test failed: {told[0] if told else 'no text'}."
    return verdict("fail", "assertion", feedback, call=call, expected=expected, actual=value)


def _exception(
    report: dict[str, Any], code: str, call: str | None, value: str | None, expected: str | None
) -> dict[str, Any]:
    full, message = str(report.get("name")), str(report.get("message") or "")
    name = full.rsplit(".", 1)[-1]
    category = _CATEGORIES.get(full, str(report.get("kin") or name).rsplit(".", 1)[-1])
    told = f"{name}: {message}" if message else name
    if call is None:
        return verdict("fail", category, f"A test stopped before it called the program: {told}.")
    if report.get("in_tests") and value is not None:
        feedback = f"{call} returned {value}, which the test could not use: {told}."
        return verdict("fail", category, feedback, call=call, expected=expected, actual=value)
    where = _where(report.get("line"), code)
    feedback = f"{call} raised {told}{where}" + (f"; expected {expected}." if expected else ".")
    return verdict("fail", category, feedback, call=call, expected=expected)


def ended(report: Report, cpu_seconds: float) -> dict[str, Any]:
    """The verdict on a program whose machine ended, or was ended, before the tests did."""
    end = report.end
    if end in ("cpu", "wall"):
        ran_on = f"ran longer than {cpu_seconds:g} CPU seconds" if end == "cpu" else "waited without end"
        return verdict("timeout", "timeout", f"The program {ran_on}.")
    if end == "signal":
        found = verdict("fail", "crash", f"The program crashed the Java machine ({report.signal}).")
        return {**found, "killed": report.number == signal.SIGKILL}
    return verdict("fail", "exit", "The Java machine ended before the tests did.")


def stuck() -> dict[str, Any]:
    """The verdict on a program that the compiler does not get done with."""
    return verdict("timeout", "timeout", "The compiler did not get done with the program.")


def crashed() -> dict[str, Any]:
    """The verdict on a program at which the compiler's machine ended."""
    return {**verdict("fail", "crash", "The compiler crashed at the program."), "killed": True}
