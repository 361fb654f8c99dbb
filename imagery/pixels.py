"""What all visual channels of pixels share, whatever generator draws them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import SimpleNamespace

import torch
from torch import Tensor

from imagery.models.codec import PixelCodec
from imagery.models.verbal import VerbalChannel


class PixelChannel:
    """Codes are pixels (48, 16, 16). `imagine(texts, seed)` gives pictures (B, 3, 64, 64) in [-1, 1]; the words are
    read by a verbal channel."""

    def __init__(self, imagine: Callable[[Sequence[str], int], Tensor], verbal: VerbalChannel):
        self._imagine, self.verbal = imagine, verbal
        self.imaginer = SimpleNamespace(codec=PixelCodec())

    @property
    def empty_code(self) -> Tensor:
        """A code of zeros of one picture, (48, 16, 16)."""
        return torch.zeros(PixelCodec.channels, 16, 16)

    def imagine(self, texts: Sequence[str], seed: int = 0, steps: int | None = None) -> Tensor:
        """Pictures of texts (B, 3, 64, 64) in [-1, 1]; a generator has its own number of `steps`."""
        return self._imagine([texts] if isinstance(texts, str) else list(texts), seed)
