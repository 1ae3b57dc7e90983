"""What people are shown: nothing of a file steers the terminal."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

import codereflect
from codereflect.terminal import one_line, say, shown

SOURCE = Path(codereflect.__file__).parent


def test_controls_are_written_out_and_everything_else_stays() -> None:
    assert shown("a\tb\nc [red] \u4e2d \U0001f600 \xe9") == "a\tb\nc [red] \u4e2d \U0001f600 \xe9"
    assert shown("\x1b[2J\r\x7f\x9b\u2028\u202e\ud800") == ("\\u001b[2J\\u000d\\u007f\\u009b\\u2028\\u202e\\ud800")
    assert one_line("a\nb\tc") == "a\\nb\\tc"
    value = {"name": "\x1b\x9b\u202e"}
    assert json.loads(shown(json.dumps(value, ensure_ascii=False))) == value


def test_halves_of_characters_can_be_said(capsys: pytest.CaptureFixture[str]) -> None:
    say("\ud800", error=True)
    assert capsys.readouterr().err == "\\ud800\n"


def test_everything_is_said_through_one_module() -> None:
    """The processes of the sandbox speak a protocol on their pipes; no person sees that."""
    for path in SOURCE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if path.name == "terminal.py" or "sandbox" in path.parts or not ("print(" in text or "echo(" in text):
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call):
                assert ast.unparse(node.func) not in ("print", "click.echo"), (path, node.lineno)
