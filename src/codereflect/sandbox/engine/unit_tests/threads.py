"""Threads of a generated test, one after the other: their calls come in the same order in every run.

Tests whose threads wait for one another keep them as they are.
"""

from __future__ import annotations

import importlib
from typing import Any

# what threads of a test meet by, or that go on until they are told to end
_MEETING = ("Barrier", "Event(", "Condition(", "Semaphore", "Timer", "Queue", "queue", "daemon", "ThreadPool(")


def in_turn(text: str) -> None:
    """Have the threads of a test file run where they are started, and what is given to an executor at once."""
    if any(word in text for word in _MEETING):
        return
    if "threading" in text:
        thread: Any = importlib.import_module("threading").Thread
        start = thread.start

        def start_and_wait(self: Any) -> None:
            start(self)
            self.join()

        thread.start = start_and_wait
    if "concurrent" in text or "executor" in text or "to_thread" in text:
        futures = importlib.import_module("concurrent.futures")
        futures.ThreadPoolExecutor.submit = _submit


def _submit(self: Any, function: Any, /, *args: Any, **kwargs: Any) -> Any:
    future = importlib.import_module("concurrent.futures").Future()
    future.set_running_or_notify_cancel()
    try:
        future.set_result(function(*args, **kwargs))
    except Exception as error:
        future.set_exception(error)
    return future
