"""What a picture means for a task: whether it is rewarded, whether it is the end, and how far the goal still is."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn

from imagery.models.blocks import ResBlock


class Judge(nn.Module):
    """From codes of the first, the last and the next picture, each (B, C, S, S): log-odds of a reward and of the end,
    and the log of one more than the actions that are left to the goal, (B, 3)."""

    def __init__(self, code: int, widths: tuple[int, ...]):
        super().__init__()
        self.enter = nn.Conv2d(3 * code, widths[0], 3, padding=1)
        self.body = nn.Sequential(*(nn.Sequential(nn.Conv2d(wide, wider, 3, 2, 1), ResBlock(wider, wider))
                                    for wide, wider in pairwise(widths)))
        self.leave = nn.Sequential(nn.Linear(2 * widths[-1], widths[-1]), nn.SiLU(), nn.Linear(widths[-1], 3))

    def forward(self, first: Tensor, last: Tensor, following: Tensor) -> Tensor:
        h = self.body(self.enter(torch.cat([first, last, following], 1)))
        return self.leave(torch.cat([h.mean((2, 3)), h.amax((2, 3))], 1))
