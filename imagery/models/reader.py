"""A reader of pictures of grids: how many cells there are, and what is in each, learned from pictures.

A convolutional eye at half resolution; what it sees at the middle, the right edge and the lower edge of each cell tells
what that cell holds and where walls stand (features read off at points: Kirillov et al. 2020, arXiv 1912.08193).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.modeling_utils import ModelMixin
from torch import Tensor, nn

from imagery.foresight import seen
from imagery.models.blocks import ResBlock
from imagery.reading import KINDS, WORLDS, Reading

LEAST, MOST = 3, 12                               # cells a side
POINTS = ((0.5, 0.5), (1.0, 0.5), (0.5, 1.0))     # of a cell, as x and y
OUTSIDE = -1                                      # what is in a cell that a smaller board does not have
PART = 64                                         # pictures read at a time


@dataclass(frozen=True)
class Readings:
    """A batch: pictures (B, 3, H, W) in [-1, 1], what they show: the `world` (B,) and the `size` (B,) in cells, what is
    in the `cells` (B, 12, 12), numbered as in `KINDS` or -1 beyond the board, and `walls` (B, 2, 12, 12), 0 or 1, to
    the right and below."""

    pictures: Tensor
    world: Tensor
    size: Tensor
    cells: Tensor
    walls: Tensor


class Reader(ModelMixin, ConfigMixin):
    @register_to_config
    def __init__(self, width: int = 32):
        super().__init__()
        wide, wider = 2 * width, 3 * width
        self.near = nn.Sequential(nn.Conv2d(3, width, 4, 2, 1), ResBlock(width, width))
        self.middle = nn.Sequential(nn.Conv2d(width, wide, 4, 2, 1), ResBlock(wide, wide))
        self.far = nn.Sequential(nn.Conv2d(wide, wider, 4, 2, 1), ResBlock(wider, wider), ResBlock(wider, wider))
        self.far_to_middle, self.middle_to_near = nn.Conv2d(wider, wide, 1), nn.Conv2d(wide, width, 1)
        self.join = ResBlock(width, width)
        self.whole = nn.Linear(2 * wider, len(WORLDS) + MOST - LEAST + 1)
        self.cell = nn.Sequential(nn.Linear(len(POINTS) * width, 4 * width), nn.SiLU(),
                                  nn.Linear(4 * width, len(KINDS) + 2))

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Features (B, D, H/2, W/2), and log-odds of worlds and sizes (B, 4 + 10)."""
        near = self.near(pictures)
        middle = self.middle(near)
        far = self.far(middle)
        whole = self.whole(torch.cat([far.mean((2, 3)), far.amax((2, 3))], 1))
        middle = middle + F.interpolate(self.far_to_middle(far), scale_factor=2.0)
        return self.join(near + F.interpolate(self.middle_to_near(middle), scale_factor=2.0)), whole

    def cells(self, features: Tensor, size: Tensor) -> Tensor:
        """Log-odds of what is in each of 12 x 12 cells and of walls (B, 12, 12, K + 2); of a board of `size` (B,) cells
        those within count."""
        index = torch.arange(MOST, device=size.device, dtype=features.dtype)
        y, x = torch.meshgrid(index, index, indexing="ij")
        corner, points = torch.stack([x, y], -1)[:, :, None], features.new_tensor(POINTS)           # (12, 12, 1, 2)
        places = 2 * (corner + points).flatten(0, 1) / size[:, None, None, None] - 1                # (B, 144, P, 2)
        found = F.grid_sample(features.float(), places.float().clamp(-1, 1), align_corners=False)   # (B, D, 144, P)
        return self.cell(found.permute(0, 2, 3, 1).flatten(2)).unflatten(1, (MOST, MOST))

    def loss(self, batch: Readings, generator: torch.Generator | None = None) -> tuple[Tensor, dict[str, Tensor]]:
        features, whole = self(batch.pictures)
        world, size = whole.float().split((len(WORLDS), MOST - LEAST + 1), 1)
        found = self.cells(features, batch.size).float()
        there = batch.cells != OUTSIDE
        told, walls = found[there][:, :len(KINDS)], found[there][:, len(KINDS):]
        losses = {"world": F.cross_entropy(world, batch.world), "size": F.cross_entropy(size, batch.size - LEAST),
                  "cells": F.cross_entropy(told, batch.cells[there]),
                  "walls": F.binary_cross_entropy_with_logits(walls, batch.walls.permute(0, 2, 3, 1)[there])}
        right = (told.argmax(-1) == batch.cells[there]).float().mean()
        return sum(losses.values()), {**{name: each.detach() for name, each in losses.items()}, "right": right}

    @torch.no_grad()
    def read(self, pictures: np.ndarray) -> list[Reading]:
        """What pictures (B, H, W, 3) of uint8 show."""
        return [reading for part in seen(pictures).split(PART) for reading in self._read(part.to(self.device))]

    def describe(self, pictures: np.ndarray) -> list[str]:
        """The same in words."""
        return [reading.describe() for reading in self.read(pictures)]

    def _read(self, pictures: Tensor) -> list[Reading]:
        features, whole = self(pictures)
        world, size = (part.argmax(1) for part in whole.split((len(WORLDS), MOST - LEAST + 1), 1))
        found = self.cells(features, size + LEAST)
        kinds, walls = found[..., :len(KINDS)].argmax(-1).tolist(), (found[..., len(KINDS):] > 0).cpu()
        return [_reading(WORLDS[each], int(side) + LEAST, told, wall.numpy()) for each, side, told, wall in
                zip(world.tolist(), size.tolist(), kinds, walls)]


def _reading(world: str, size: int, kinds: list[list[int]], walls: np.ndarray) -> Reading:
    cells = tuple(tuple(KINDS[kind] for kind in row[:size]) for row in kinds[:size])
    if world != "maze":
        return Reading(world, cells)
    right = frozenset(map(tuple, np.argwhere(walls[:size, :size - 1, 0]).tolist()))
    below = frozenset(map(tuple, np.argwhere(walls[:size - 1, :size, 1]).tolist()))
    return Reading(world, cells, right, below)
