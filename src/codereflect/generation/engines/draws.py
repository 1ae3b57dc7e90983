"""Drawing tokens so that a row's answer does not depend on the rows beside it."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from transformers import LogitsProcessor, LogitsProcessorList, TemperatureLogitsWarper, TopPLogitsWarper

from codereflect.generation.engines.engine import Asked, Decoding
from codereflect.store import digest


class OwnDraws(LogitsProcessor):
    """Leaves one token of each row, drawn with numbers of the row's own; the greedy choice then takes it.

    The i-th token of a row is the first k with F(k) > u_i. F is the cumulative distribution over token ids of
    softmax(logits / temperature), cut down to the nucleus of top_p (Holtzman et al. 2020, arXiv 1904.09751). u_i is the
    i-th number of a generator of numbers in [0, 1) that is seeded with the digest of seed, prompt and draw.
    """

    def __init__(self, rows: Sequence[Asked], decoding: Decoding, start: int) -> None:
        """For a batch whose prompts are `start` tokens long, padding included."""
        self._numbers = torch.stack([_numbers(row, decoding) for row in rows])
        self._start = start
        self._warp = LogitsProcessorList([TemperatureLogitsWarper(decoding.temperature)])
        if decoding.top_p < 1:
            self._warp.append(TopPLogitsWarper(decoding.top_p))

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        """Scores (rows x vocabulary) in which only the drawn token is possible."""
        cumulative = self._warp(input_ids, scores).double().softmax(-1).cumsum(-1)
        step = input_ids.shape[1] - self._start
        # rounding may leave the sum of all a little below 1
        numbers = self._numbers[:, step : step + 1].to(scores.device) * cumulative[:, -1:]
        tokens = torch.searchsorted(cumulative, numbers, right=True)
        return torch.full_like(scores, float("-inf")).scatter(1, tokens, 0.0)


def _numbers(row: Asked, decoding: Decoding) -> torch.Tensor:
    """A number in [0, 1) for each token that the row may get."""
    seed = int(digest([decoding.seed, row.prompt, row.draw])[:12], 16)
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(decoding.max_new_tokens, dtype=torch.float64, generator=generator)
