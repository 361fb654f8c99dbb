"""A model that denoises under one vector as a visual channel of the mind: what is remembered it cleans itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Protocol, runtime_checkable

import torch
from torch import Tensor

from imagery.devices import swift
from imagery.models.verbal import VerbalChannel
from imagery.pixels import PixelChannel

HEARD = 512                                       # texts whose vectors are kept


@runtime_checkable
class Cleaner(Protocol):
    """A model of codes (B, 48, S, S), the clean ones of which it expects from noisy ones; `config.condition` is how
    wide the vector is."""

    config: Any

    def clean(self, x: Tensor, t: Tensor, condition: Tensor) -> Tensor: ...


class Denoising(PixelChannel):
    """`hear(text, seed)` gives the vector (D,) that the model is told."""

    def __init__(self, model: Cleaner, hear: Callable[[str, int], Tensor],
                 imagine: Callable[[Sequence[str], int], Tensor], verbal: VerbalChannel):
        super().__init__(imagine, verbal)
        self.model, self._hear = model, lru_cache(HEARD)(hear)

    @torch.no_grad()
    def denoise(self, x: Tensor, t: Tensor, texts: Sequence[str], seeds: Sequence[int]) -> Tensor:
        """The clean codes expected from noisy ones (B, 48, 16, 16) at levels t (B,), one network evaluation. Of silence
        the model is told nothing."""
        silence = torch.zeros(self.model.config.condition)
        condition = torch.stack([self._hear(text, seed) if text else silence for text, seed in zip(texts, seeds)])
        with swift(condition.device):
            return self.model.clean(x, t, condition)
