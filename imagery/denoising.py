"""A model that denoises under one vector as a visual channel of the mind: what is remembered it cleans itself."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
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
        self.model, self._hear = model, hear
        self._heard: OrderedDict[tuple[str, int], Tensor] = OrderedDict()

    @torch.no_grad()
    def denoise(self, x: Tensor, t: Tensor, texts: Sequence[str], seeds: Sequence[int]) -> Tensor:
        """The clean codes expected from noisy ones (B, 48, 16, 16) at levels t (B,), one network evaluation."""
        condition = torch.stack([self._vector(each) for each in zip(texts, seeds)])
        with swift(condition.device):
            return self.model.clean(x, t, condition)

    def _vector(self, asked: tuple[str, int]) -> Tensor:
        """What the model is told of a text; of silence nothing."""
        text, seed = asked
        if asked not in self._heard:
            self._heard[asked] = self._hear(text, seed) if text else torch.zeros(self.model.config.condition)
            if len(self._heard) > HEARD:
                self._heard.popitem(last=False)
        return self._heard[asked]
