"""Ask a model hub for a model or a data set, and say in a sentence why it gives nothing.

The hub is the one of `HF_ENDPOINT`, asked with `HF_TOKEN` where that is set. Every question has a deadline: a hub that
accepts a connection and then says nothing, or a name server that does, costs seconds and not minutes.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from codereflect.errors import UserError, fixable

if TYPE_CHECKING:
    from huggingface_hub import HfApi

# A question about a repository must be answered within this time; a download may be silent for so long.
ANSWER_SECONDS, SILENCE_SECONDS = 10.0, 60.0
OFFLINE = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")
NOUNS = {"model": "model", "dataset": "data set"}

T = TypeVar("T")


@dataclass(frozen=True)
class Wanted:
    """A repository of a hub, and the words in which errors speak of it.

    Attributes:
        kind: what the repository holds.
        name: its id, `owner/name`.
        revision: branch, tag or commit; None is the newest.
        name_key: dotted key of params.yaml that holds the name.
        revision_key: the one that holds the revision.
        instead: what a user can do who cannot have it from a hub.
    """

    kind: Literal["model", "dataset"]
    name: str
    revision: str | None
    name_key: str
    revision_key: str
    instead: str

    @property
    def noun(self) -> str:
        """What the repository holds, as a word."""
        return NOUNS[self.kind]


class Pulse:
    """Signs of life of a download; also where it learns that nobody waits for it any more."""

    def __init__(self) -> None:
        self._last = time.monotonic()
        self._most = 0.0
        self.given_up = False

    def beat(self, received: float) -> None:
        """Note how many bytes have come in so far. Fewer than ever before are no progress.

        Raises:
            InterruptedError: the download was given up.
        """
        if self.given_up:
            raise InterruptedError("the download was given up")
        if received > self._most:
            self._most, self._last = received, time.monotonic()

    def silent_for(self) -> float:
        """Seconds since the last progress."""
        return time.monotonic() - self._last


def offline() -> str | None:
    """The variable of the environment that forbids to ask a hub, with its value; None when asking is allowed."""
    return next((f"{name}={os.environ[name]}" for name in OFFLINE if _is_true(os.environ.get(name, ""))), None)


def _is_true(value: str) -> bool:
    return value.strip().upper() in {"1", "ON", "YES", "TRUE"}


def endpoint() -> str | None:
    """`HF_ENDPOINT` as it is now (the library reads it only when it is imported); None is the library's own."""
    return os.environ.get("HF_ENDPOINT", "").strip().rstrip("/") or None


def ask(wanted: Wanted, question: Callable[[HfApi], T], seconds: float | None = None) -> T:
    """Put a question to the hub, with a deadline.

    Args:
        wanted: what the question is about.
        question: is given the hub's client; it runs in a thread that is left behind when the time is up.
        seconds: until the answer must be there; None is `ANSWER_SECONDS`.

    Raises:
        UserError: asking is forbidden, there is no such repository or revision, it is gated, or the hub does not
            answer.
    """
    if forbidden := offline():
        name = f"{wanted.name_key}: {wanted.name}"
        here = "is no local folder, and" if wanted.kind == "model" else "is not here in whole, and"
        raise UserError(f"{name} {here} {forbidden} forbids asking the hub.", wanted.instead)

    from huggingface_hub import HfApi

    limit = ANSWER_SECONDS if seconds is None else seconds
    started = time.monotonic()

    def answer() -> T:
        return _watched(lambda: question(HfApi(endpoint=endpoint())), lambda: time.monotonic() - started, limit)

    return _sentences(wanted, answer)


def fetch(wanted: Wanted, download: Callable[[Pulse], T]) -> T:
    """Run a download that is ended when nothing has come in for `SILENCE_SECONDS`.

    The library begins a broken download again and again as long as some bytes arrive; a server that always stops at
    the same place would keep it busy for ever.

    Raises:
        UserError: the hub refuses, or falls silent.
    """
    pulse = Pulse()
    try:
        return _sentences(wanted, lambda: _watched(lambda: download(pulse), pulse.silent_for, SILENCE_SECONDS))
    finally:
        pulse.given_up = True


def _watched(work: Callable[[], T], waited: Callable[[], float], limit: float) -> T:
    """The result of `work`, done in a thread of its own.

    Raises:
        TimeoutError: `waited` has reached the limit.
        Exception: what `work` raised.
    """
    answers: SimpleQueue[tuple[bool, Any]] = SimpleQueue()

    def run() -> None:
        try:
            answers.put((True, work()))
        except BaseException as error:
            answers.put((False, error))

    # A daemon: neither a name server nor a hub that says nothing may keep this process from ending.
    threading.Thread(target=run, daemon=True, name="hub").start()
    while (left := limit - waited()) > 0:
        try:
            good, value = answers.get(timeout=left)
        except Empty:
            continue
        if good:
            return value
        raise value
    raise TimeoutError(f"no answer in {limit:g} s")


def _sentences(wanted: Wanted, work: Callable[[], T]) -> T:
    try:
        return work()
    except UserError:
        raise
    except Exception as error:
        raise _sentence(wanted, _cause(error)) from None


def _cause(error: BaseException) -> BaseException:
    """What lies under the library's own wrappings ("not found in the cache", "forced download failed")."""
    while error.__cause__ is not None and isinstance(error, FileNotFoundError | ValueError):
        error = error.__cause__
    return error


def _sentence(wanted: Wanted, error: BaseException) -> UserError:
    from huggingface_hub import errors as hub

    name, noun = wanted.name, wanted.noun
    if isinstance(error, hub.GatedRepoError):
        message = f"{wanted.name_key}: {name} is gated and your token may not read it."
        return UserError(message, "ask for access on its page, export HF_TOKEN")
    if isinstance(error, hub.RevisionNotFoundError):
        message = f"{wanted.revision_key}: {name} has no revision {wanted.revision}."
        return UserError(message, f"edit {wanted.revision_key}")
    if isinstance(error, hub.RepositoryNotFoundError | hub.HFValidationError):
        message = f"{wanted.name_key}: there is no {noun} {name} (or it is private)."
        return UserError(message, f"export HF_TOKEN; {wanted.instead}")
    status = getattr(getattr(error, "response", None), "status_code", None)
    if status == 401:
        message = f"{wanted.name_key}: the hub does not accept your token (asked for {name})."
        return UserError(message, "export HF_TOKEN with one that is valid, or unset it")
    if isinstance(error, OSError) and (known := fixable(error)):
        return known
    reason = f"HTTP {status}" if status else str(error) if type(error) is TimeoutError else type(error).__name__
    return UserError(f"{wanted.name_key}: the hub cannot be asked for {name} ({reason}).", wanted.instead)
