"""Ordered work: in the order of the items, read as needed, ended with its parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from itertools import count
from pathlib import Path

import pytest

from codereflect.errors import UserError
from codereflect.fanout import ordered_map
from fanout_work import Loaded, ended, failed, process, slow_first

PARENT = """\
from codereflect.fanout import ordered_map
import fanout_work
if __name__ == "__main__":
    for name in ordered_map(fanout_work.told_and_slept, range(4), 2):
        print(name, flush=True)
"""


@pytest.mark.parametrize("backend", ["process", "thread"])
def test_results_have_the_order_of_the_items(backend):
    assert list(ordered_map(slow_first, range(20), 2, backend)) == list(range(0, 40, 2))
    assert list(ordered_map(slow_first, [], 2, backend)) == []


def test_one_worker_or_one_item_works_here():
    assert list(ordered_map(process, range(3), 1)) == [os.getpid()] * 3
    assert list(ordered_map(process, [1], 4)) == [os.getpid()]
    others = set(ordered_map(process, range(8), 2))
    assert os.getpid() not in others and len(others) <= 2


def test_a_process_keeps_what_its_work_loads():
    assert list(ordered_map(Loaded(), range(6), 2)) == [1] * 6


@pytest.mark.parametrize("workers", [1, 2])
def test_items_are_read_as_they_are_needed(workers):
    results = ordered_map(lambda number: number, count(), workers, "thread", ahead=3)
    assert [next(results) for _ in range(50)] == list(range(50))
    results.close()
    assert threading.active_count() < 20


def test_an_error_of_the_work_is_raised_in_its_place():
    results = ordered_map(lambda number: 1 // (2 - number), range(9), 2, "thread")
    assert [next(results), next(results)] == [0, 1]
    with pytest.raises(ZeroDivisionError):
        next(results)


def test_a_process_that_the_system_ends_is_told():
    with pytest.raises(UserError, match="ended a process"):
        list(ordered_map(ended, range(4), 2))


def test_an_error_that_cannot_be_sent_is_told_all_the_same():
    with pytest.raises(RuntimeError, match="Unsendable: 0 and 0"):
        list(ordered_map(failed, range(4), 2))


def test_processes_end_with_a_parent_that_is_killed(tmp_path):
    (tmp_path / "parent.py").write_text(PARENT)
    paths = [str(folder) for folder in (Path(__file__).parent, *sys.path) if str(folder)]
    command = [sys.executable, str(tmp_path / "parent.py")]
    with subprocess.Popen(
        command, env=os.environ | {"PYTHONPATH": ":".join(paths)}, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)
        parent.wait()
    for _ in range(100):
        if not alive(worker):
            break
        time.sleep(0.05)
    assert not alive(worker)


def alive(process: int) -> bool:
    """Whether a process runs; one that has ended and waits to be collected does not."""
    try:
        with open(f"/proc/{process}/stat") as stream:
            return stream.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
