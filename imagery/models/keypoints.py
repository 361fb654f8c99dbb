"""Points by which a thing is known again however it is turned, and so the turn between two views of it (KeypointNet:
Suwajanakorn et al. 2018, arXiv 1807.03146).

Nobody says which points they are. They are learned from seeing things turn: what is a point of one view has to be the
same point of the other. Those of flat things are found in the picture, those of solid ones in the volume that a medium
of imagery makes of it.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.modeling_utils import ModelMixin
from torch import Tensor, nn

from imagery.models.blocks import ResBlock
from imagery.models.points import agreed
from imagery.models.turning import Turning, check_turns, grey, rotation
from imagery.models.volume import PATCH, Hourglass

SPREAD_WEIGHT, FLATTEST = 0.1, 1e-3               # of the spread in the loss; what keeps its logarithm finite


class Pointing(ModelMixin, ConfigMixin):
    """Learns to find points (B, P, 3) of things: x to the right, y down, z away from the viewer, in picture widths from
    the middle."""

    def loss(self, batch: Turning, generator: torch.Generator | None = None) -> tuple[Tensor, dict[str, Tensor]]:
        """How far the points of one view, turned, are from those of the other, as a share of how far they are from the
        centre; and how narrowly they are spread. `off` is the mean angle (degrees) between true and judged turns."""
        check_turns(batch.turn, len(batch.before))
        before, after = self(batch.before), self(batch.after)
        with torch.autocast(before.device.type, enabled=False):               # products in bfloat16 would be too coarse
            away = apart(before, batch.turn, after)
            scatter = before.mT @ before / before.square().sum((1, 2), keepdim=True).clamp(min=1e-6)
            spread = torch.logdet(scatter + FLATTEST * torch.eye(3).to(scatter))
            cosine = ((turn_between(before.detach(), after.detach()) * batch.turn).sum((1, 2)) - 1) / 2
        return (away - SPREAD_WEIGHT * spread).mean(), {
            "apart": away.mean().detach(), "off": cosine.clamp(-1, 1).arccos().rad2deg().mean()}


class Keypoints(Pointing):
    """So many `points` of the things in pictures (B, 1 or 3, `size`, `size`)."""

    @register_to_config
    def __init__(self, size: int = 64, width: int = 32, deep: int = 64, blocks: int = 2, points: int = 8):
        super().__init__()
        self.places = Hourglass(PATCH ** 2, 4 * points, width, deep, blocks)

    def forward(self, pictures: Tensor) -> Tensor:
        return agreed(self.places(F.pixel_unshuffle(grey(pictures, self.config.size), PATCH)))


class Landmarks(Pointing):
    """So many `points` of the solid things in volumes of `features` (B, C, G, G, G) that were lifted from pictures."""

    @register_to_config
    def __init__(self, features: int = 24, width: int = 48, blocks: int = 2, points: int = 8):
        super().__init__()
        self.places = nn.Sequential(
            nn.Conv3d(features, width, 3, 2, 1), *(ResBlock(width, width, volumes=True) for _ in range(blocks)),
            nn.GroupNorm(8, width), nn.SiLU(), nn.Conv3d(width, 4 * points, 1))

    def forward(self, volumes: Tensor) -> Tensor:
        if volumes.dim() != 5 or volumes.shape[1] != self.config.features:
            raise ValueError(f"volumes of shape {tuple(volumes.shape)}; give (B, {self.config.features}, G, G, G)")
        return agreed(self.places(volumes))


def apart(before: Tensor, turns: Tensor, after: Tensor) -> Tensor:
    """How far points (B, P, 3), turned, are from others, as a share of how far both are from the centre, (B,)."""
    size = (before.square() + after.square()).sum((1, 2)).clamp(min=1e-6) / 2
    return (before @ turns.mT - after).square().sum((1, 2)) / size


def turn_between(before: Tensor, after: Tensor) -> Tensor:
    """The turns (B, 3, 3) that bring points (B, P, 3) nearest to others (Kabsch 1976, Acta Crystallographica A32)."""
    left, _, right = torch.linalg.svd((after.mT @ before).double())
    hand = torch.linalg.det(left @ right)
    return (left * torch.stack([torch.ones_like(hand), torch.ones_like(hand), hand], 1)[:, None] @ right).float()


def turn_in_plane(before: Tensor, after: Tensor) -> Tensor:
    """The same of flat things, which turn about z only."""
    (x, y), (u, v) = before[..., :2].unbind(-1), after[..., :2].unbind(-1)
    degrees = torch.atan2((x * v - y * u).sum(1), (x * u + y * v).sum(1)).rad2deg()
    return rotation(torch.tensor([[0., 0., 1.]]).expand(len(x), 3), degrees)
