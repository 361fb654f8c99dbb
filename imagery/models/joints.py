"""Where the joints of a block figure are, in depth too, from one picture: a detector of parts (Marr & Nishihara 1978).

Its description is a chain, which can be read from either end, and has no picture in it.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.modeling_utils import ModelMixin
from torch import Tensor, nn

from imagery.models.blocks import PLACE_WIDTH, ResBlock, TransformerBlock, patch_places, place_code
from imagery.models.turning import grey

PATCH = 4                                         # pixels
JOINTS = 5                                        # two ends and three bends
UNIT = .2                                         # picture widths: how far from the middle joints are, as a rule


@dataclass(frozen=True)
class Jointed:
    """A batch for learning: `pictures` (B, 1 or 3, S, S) in [-1, 1] of block figures, and their `joints` (B, 5, 3) in
    the order of the chain, from either end."""

    pictures: Tensor
    joints: Tensor


class Joints(ModelMixin, ConfigMixin):
    """Joints (B, 5, 3) of the figures in pictures (B, 1 or 3, `size`, `size`), in the order of their chains: x to the
    right, y down, z away from the viewer, in picture widths from the picture's centre.

    Five tokens, one a joint, look for it in the picture and around at each other.
    """

    @register_to_config
    def __init__(self, size: int = 64, width: int = 48, deep: int = 128, blocks: int = 2, layers: int = 2,
                 heads: int = 4):
        super().__init__()
        self.trunk = nn.Sequential(
            nn.PixelUnshuffle(PATCH), nn.Conv2d(PATCH ** 2, width, 3, padding=1),
            ResBlock(width, width), nn.Conv2d(width, deep, 3, 2, 1),
            *(ResBlock(deep, deep) for _ in range(blocks)))
        self.place, self.joint = nn.Linear(PLACE_WIDTH, deep), nn.Parameter(torch.randn(JOINTS, deep))
        self.search = nn.ModuleList(TransformerBlock(deep, heads, context=deep) for _ in range(layers))
        self.leave = nn.Sequential(nn.LayerNorm(deep), nn.Linear(deep, 3))

    def forward(self, pictures: Tensor) -> Tensor:
        seen = self.trunk(grey(pictures, self.config.size)).flatten(2).transpose(1, 2)          # (B, T, D)
        seen = seen + self.place(place_code(patch_places(self.config.size // (2 * PATCH), seen.device)))
        tokens = self.joint.expand(len(seen), -1, -1)                                           # (B, 5, D)
        for layer in self.search:
            tokens = layer(tokens, None, context=seen)
        return UNIT * self.leave(tokens).float()

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
