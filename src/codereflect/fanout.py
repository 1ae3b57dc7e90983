"""Ordered work over processes or threads. Results come in the order of the items, whoever is faster.

No result depends on the number of workers. Processes are started afresh (a fork of a process with threads may hang),
leave interrupts to their parent, and end with it, whatever ends it.
"""

from __future__ import annotations

import ctypes
import os
import pickle
import signal
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from multiprocessing import get_context
from typing import Any, Literal, TypeVar

from codereflect.errors import UserError

T = TypeVar("T")
R = TypeVar("R")
Backend = Literal["process", "thread"]
PR_SET_PDEATHSIG = 1


def ordered_map(
    work: Callable[[T], R], items: Iterable[T], workers: int, backend: Backend = "process", ahead: int = 4
) -> Iterator[R]:
    """The results of `work` on items, as a stream in their order.

    One worker, or one item, is worked here. When the stream is left early or interrupted, what runs is finished, what
    waits is dropped.

    Args:
        work: called with one item. A process is given it once and keeps what it loads (a model, say).
        items: any number; they are read as they are needed.
        workers: at once.
        backend: what a worker is; what processes are given and give back is pickled.
        ahead: items for each worker that are under way or wait for those before them.

    Raises:
        UserError: the system ended a process.
    """
    rest = iter(items)
    head = list(islice(rest, 2))
    if workers == 1 or len(head) < 2:
        yield from map(work, chain(head, rest))
        return
    pool, call = _pool(work, workers, backend)
    waiting: deque[Future[R]] = deque()
    try:
        for item in chain(head, rest):
            waiting.append(pool.submit(call, item))
            if len(waiting) > ahead * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool:
        raise UserError(
            "The system ended a process of this computation; it may be short of memory.", "set CODEREFLECT_WORKERS=1"
        ) from None
    finally:
        pool.shutdown(cancel_futures=True)


def _pool(work: Callable[[T], R], workers: int, backend: Backend) -> tuple[Executor, Callable[[T], R]]:
    """Workers, and what they are asked to call."""
    if backend == "thread":
        return ThreadPoolExecutor(workers), work
    settings = (work, os.getpid())
    return ProcessPoolExecutor(workers, get_context("spawn"), initializer=_begin, initargs=settings), _call


# what this process was started for
_work: Callable[[Any], Any] | None = None


def _begin(work: Callable[[Any], Any], parent: int) -> None:
    """In a new process: end with the parent, even one that is killed, and leave interrupts to it."""
    global _work
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        raise SystemExit(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _work = work


def _call(item: Any) -> Any:
    assert _work is not None, "the initializer has run"
    try:
        return _work(item)
    except Exception as error:
        try:
            pickle.loads(pickle.dumps(error))
        except Exception:
            # what cannot be told would look like a process that died
            raise RuntimeError("".join(traceback.format_exception(error))) from None
        raise
