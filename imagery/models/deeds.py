"""Inverse dynamics: what was done between two pictures (as in Du et al. 2023, arXiv 2302.00111, Section 3.2)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from imagery.models.blocks import ResBlock


class Deeds(nn.Module):
    """From codes before and after an action (B, C, S, S): log-odds of the actions (B, A)."""

    def __init__(self, code: int, actions: int, width: int = 32):
        super().__init__()
        wide = 2 * width
        self.body = nn.Sequential(nn.Conv2d(2 * code, width, 3, padding=1), ResBlock(width, width),
                                  nn.Conv2d(width, wide, 4, 2, 1), ResBlock(wide, wide),
                                  nn.Conv2d(wide, wide, 4, 2, 1), ResBlock(wide, wide))
        self.leave = nn.Sequential(nn.Linear(2 * wide, wide), nn.SiLU(), nn.Linear(wide, actions))

    def forward(self, before: Tensor, after: Tensor) -> Tensor:
        h = self.body(torch.cat([before, after - before], 1))
        return self.leave(torch.cat([h.mean((2, 3)), h.amax((2, 3))], 1))
