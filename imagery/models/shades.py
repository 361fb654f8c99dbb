"""Pictures of 8 bits, and pictures as tokens without learning: each colour value is a number."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn

from imagery.models.examples import check_pictures

SHADE = 2 / 255                                   # between neighbouring values of a picture of 8 bits, in [-1, 1]


class Shades(nn.Module):
    """Pictures (B, 3, `size`, `size`) <-> tokens (B, S, S, 3) of so many `values` on a `grid` of S x S. With 256 values
    and a grid as fine as the picture nothing is lost of pictures of 8 bits."""

    depth = 3

    def __init__(self, grid: int = 32, values: int = 256, size: int = 64):
        super().__init__()
        if size % grid:
            raise ValueError(f"{size} pixels do not divide into a grid of {grid}: give a divisor")
        self.grid, self.values, self.size = grid, values, size

    def tokens(self, pictures: Tensor) -> Tensor:
        check_pictures(pictures, self.size)
        small = F.avg_pool2d(pictures, self.size // self.grid)
        return ((small.clamp(-1, 1) + 1) / 2 * (self.values - 1)).round().long().movedim(1, -1)

    def pictures(self, tokens: Tensor) -> Tensor:
        small = tokens.movedim(-1, 1) / (self.values - 1) * 2 - 1
        return F.interpolate(small, size=self.size, mode="nearest")
