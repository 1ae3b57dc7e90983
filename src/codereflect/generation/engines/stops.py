"""Stop strings: a model that continues a text is stopped where it begins another definition."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from transformers import StoppingCriteria

# The last tokens of a row that are read at each step; a stop string that ends now lies in them.
_TAIL = 24


class StopsAt(StoppingCriteria):
    """Ends each row where one of its own stop strings was written; prompts are not looked at."""

    def __init__(self, tokenizer: Any, stops: Sequence[Sequence[str]], start: int) -> None:
        """For a batch whose prompts are `start` tokens long, padding included."""
        self._tokenizer, self._stops, self._start = tokenizer, stops, start
        self._done = [False] * len(stops)

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor, **rest: Any) -> torch.Tensor:
        """For each row whether it has ended: (rows,)."""
        tails = self._tokenizer.batch_decode(input_ids[:, max(self._start, input_ids.shape[1] - _TAIL) :].tolist())
        for row, (tail, stops) in enumerate(zip(tails, self._stops, strict=True)):
            self._done[row] = self._done[row] or any(stop in tail for stop in stops)
        return torch.tensor(self._done, device=input_ids.device)
