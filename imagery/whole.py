"""Any generator that imagines from words as a visual channel of the mind: what it draws stands in for what a network
would make of a noisy code, place by place.

A mind recollects by denoising. The clean code that a sampler's drawings x_i make one expect is their mean, weighed by
how well each explains the noisy one, sum_i w_i x_i with w_i ~ exp(-|x - (1 - t) x_i|^2 / 2 t^2) (Karras et al. 2022,
arXiv 2206.00364, Appendix B.3). Weighed around each place by itself, drawings are put together as a mosaic, the local
score machine of Kamb & Ganguli (2024, arXiv 2412.20292), so that a few drawings can be true to a memory in its parts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import torch
import torch.nn.functional as F
from torch import Tensor

from imagery.models.verbal import VerbalChannel
from imagery.pixels import PixelChannel

DRAWINGS = 24                                     # of a text, among which a mind chooses
AROUND = 3                                        # parts of 4 x 4 pixels, across, that speak for the middle one
KEPT = 64                                         # texts whose drawings are kept


class Whole(PixelChannel):
    """What it draws of a text is drawn once, so many `drawings`."""

    def __init__(self, imagine: Callable[[Sequence[str], int], Tensor], verbal: VerbalChannel,
                 drawings: int = DRAWINGS):
        super().__init__(imagine, verbal)
        self.drawings = drawings
        self._codes = lru_cache(KEPT)(self._draw)

    @torch.no_grad()
    def denoise(self, x: Tensor, t: Tensor, texts: Sequence[str], seeds: Sequence[int]) -> Tensor:
        """The clean codes expected from noisy ones (B, 48, 16, 16) at levels t (B,). Of nothing but noise, one of the
        drawings is expected, by the seed."""
        found = []
        for noisy, level, text, seed in zip(x, t.tolist(), texts, seeds):
            codes = self._codes(text)
            found.append(codes[seed % len(codes)] if level >= 1 else expected(noisy, level, codes))
        return torch.stack(found)

    def _draw(self, text: str) -> Tensor:
        """Drawings of a text as codes (K, 48, 16, 16), the same whenever it is heard; of silence, a blank."""
        if not text:
            return self.empty_code[None]
        return self.imaginer.codec.encode(self._imagine([text] * self.drawings, 0))


def expected(noisy: Tensor, level: float, codes: Tensor) -> Tensor:
    """E[x0 | x_t] (C, S, S) of a noisy code on the linear path at a level in (0, 1), if clean ones are put together
    from parts of `codes` (K, C, S, S)."""
    wrong = (noisy - (1 - level) * codes).square().sum(1, keepdim=True) / (2 * level ** 2)       # (K, 1, S, S)
    around = F.avg_pool2d(wrong, AROUND, 1, AROUND // 2, count_include_pad=False) * AROUND ** 2
    return ((-around).softmax(0) * codes).sum(0)
