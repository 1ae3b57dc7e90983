"""Progress without a terminal: a line now and then with amount, rate and the time that is left."""

from __future__ import annotations

import pytest

from codereflect import progress as module
from codereflect.progress import progress


@pytest.fixture
def clock(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CODEREFLECT_PROGRESS", raising=False)
    now = [0.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    return now


def test_lines_tell_amount_rate_and_what_is_left(clock, capsys):
    with progress("base", 100, "steps", done=40) as advance:
        clock[0] = 10.0
        advance(10)
        assert capsys.readouterr().err == ""
        clock[0] = 25.0
        advance(10, "sft 1.234")
        assert capsys.readouterr().err == "base: 60/100 steps, 0.7/s, ETA 60 s sft 1.234\n"
        clock[0] = 55.0
        advance(10)
    assert capsys.readouterr().err == "base: 70/100 steps, 0.4/s, ETA 68 s sft 1.234\n"


def test_loading_is_no_work(clock, capsys):
    with progress("answers", 1000, "answers") as advance:
        clock[0] = 90.0
        for _ in range(10):
            advance()
        assert capsys.readouterr().err == "answers: 1/1000 answers\n"
        clock[0] = 111.0
        advance(42)
    assert capsys.readouterr().err == "answers: 52/1000 answers, 2.0/s, ETA 474 s\n"


def test_off_is_silent(clock, capsys, monkeypatch):
    monkeypatch.setenv("CODEREFLECT_PROGRESS", "off")
    with progress("base", 100, "steps") as advance:
        clock[0] = 100.0
        advance(50)
    told = capsys.readouterr()
    assert told.err == "" and told.out == ""
