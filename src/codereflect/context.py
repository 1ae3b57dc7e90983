"""What a computation is given beside its files."""

from __future__ import annotations

from dataclasses import dataclass

from codereflect.params import Params
from codereflect.store import Store


@dataclass(frozen=True)
class Context:
    """The parameters, the store of what is kept, and how many processes may work at once: no result depends on it."""

    params: Params
    store: Store
    workers: int
