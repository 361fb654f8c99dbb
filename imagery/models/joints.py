"""Where the joints of a block figure are, in depth too, from one picture: a detector of parts (Marr & Nishihara 1978).

Its description is a chain, which can be read from either end, and has no picture in it.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.modeling_utils import ModelMixin
from torch import Tensor

from imagery.models.points import UNIT, agreed
from imagery.models.turning import grey
from imagery.models.volume import PATCH, Hourglass

JOINTS = 5                                        # two ends and three bends


@dataclass(frozen=True)
class Jointed:
    """A batch for learning: `pictures` (B, 1 or 3, S, S) in [-1, 1] of block figures, and their `joints` (B, 5, 3) in
    the order of the chain, from either end."""

    pictures: Tensor
    joints: Tensor


class Joints(ModelMixin, ConfigMixin):
    """Joints (B, 5, 3) of the figures in pictures (B, 1 or 3, `size`, `size`), in the order of their chains: x to the
    right, y down, z away from the viewer, in picture widths from the picture's centre."""

    @register_to_config
    def __init__(self, size: int = 64, width: int = 64, deep: int = 128, blocks: int = 3):
        super().__init__()
        self.places = Hourglass(PATCH ** 2, 4 * JOINTS, width, deep, blocks)

    def forward(self, pictures: Tensor) -> Tensor:
        return agreed(self.places(F.pixel_unshuffle(grey(pictures, self.config.size), PATCH)))

    def loss(self, batch: Jointed, generator: torch.Generator | None = None) -> tuple[Tensor, dict[str, Tensor]]:
        """Mean error along an axis in `UNIT`s, reading each chain from the end that fits better; `off` is the mean
        distance in picture widths."""
        found = self(batch.pictures)
        apart = found - ordered(batch.joints, found.detach())
        return apart.abs().mean() / UNIT, {"off": apart.detach().norm(dim=-1).mean()}


def ordered(joints: Tensor, like: Tensor) -> Tensor:
    """Joints (B, 5, 3) from the end from which they are nearer to those they should be `like`, (B, 5, 3)."""
    away = [(each - like).abs().sum((1, 2)) for each in (joints, joints.flip(1))]
    return torch.where((away[0] <= away[1])[:, None, None], joints, joints.flip(1))
