"""Random numbers, drawn for a whole batch from one stream or for each row from a stream of its own.

With a stream a row, what is drawn for one row does not depend on how many rows there are: the same seed means the same
sample whatever the batch size.
"""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

Draw = Callable[[Tensor], Tensor]                 # uniform numbers in [0, 1) in the shape of a tensor (B, ...)


def _streams(count: int, seed: int) -> list[torch.Generator]:
    return [torch.Generator().manual_seed(int(np.random.SeedSequence((seed, row)).generate_state(1)[0]))
            for row in range(count)]


def row_by_row(count: int, seed: int) -> Draw:
    """For batches of `count` rows: each row from its own stream."""
    streams = _streams(count, seed)
    return lambda like: torch.stack([torch.rand(like.shape[1:], generator=each) for each in streams]).to(like)


def all_at_once(generator: torch.Generator | None) -> Draw:
    """For batches of any size: one stream, where the generator lives (a CPU)."""
    return lambda like: torch.rand(like.shape, generator=generator).to(like)


def bernoulli(probability: Tensor, draw: Draw) -> Tensor:
    """1 with the given probability (B, ...), else 0."""
    return (draw(probability) < probability).to(probability.dtype)


def normal_rows(count: int, shape: tuple[int, ...], seed: int) -> Tensor:
    """Standard normal numbers (count, *shape), each row from its own stream."""
    return torch.stack([torch.randn(shape, generator=each) for each in _streams(count, seed)])
