"""A picture imagined as a small volume, which can be turned: equivariant neural rendering (Dupont et al. 2020,
arXiv 2006.07630), without a scene, a camera or a shape given at any time.

A learned encoder lifts one picture to a volume of features; the volume is turned as a thing would be; a learned decoder
shows what is then seen, also of what the picture did not show.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.modeling_utils import ModelMixin
from torch import Tensor, nn

from imagery.models.blocks import ResBlock
from imagery.models.turning import Turning, check_turns, grey

PATCH = 4                                         # pixels a cell of the volume is wide


@dataclass(frozen=True, eq=False)
class Volume:
    """What was lifted from pictures, `features` (B, C, G, G, G) over z, y and x, and the `pose` (B, 3, 3), everything
    done to it since. Poses compose and the features are resampled once, so that no number of turns blurs them."""

    features: Tensor
    pose: Tensor

    def posed(self, change: Tensor) -> Volume:
        """The volume after a further change of pose (3, 3) or (B, 3, 3)."""
        return replace(self, pose=change.to(self.pose) @ self.pose)

    def standing(self) -> Tensor:
        """The features (B, C, G, G, G) in their pose."""
        return resample(self.features, self.pose)


def resample(features: Tensor, pose: Tensor) -> Tensor:
    """Features (B, C, G, G, G) after a pose (B, 3, 3) about the middle, trilinear; what comes from outside is 0."""
    with torch.autocast(features.device.type, enabled=False):             # places in bfloat16 would be cells off
        back = F.pad(pose.float().mT, (0, 1))                             # where what is here now was before
        places = F.affine_grid(back, list(features.shape), align_corners=False)
        return F.grid_sample(features.float(), places, align_corners=False)


class Hourglass(nn.Module):
    """Residual blocks at the fineness given and, for what is far apart to meet, at half of it:
    (B, given, S, S) -> (B, out, S, S)."""

    def __init__(self, given: int, out: int, width: int, deep: int, blocks: int):
        super().__init__()
        self.enter, self.fine = nn.Conv2d(given, width, 3, padding=1), ResBlock(width, width)
        self.shrink = nn.Conv2d(width, deep, 3, 2, 1)
        self.coarse = nn.Sequential(*(ResBlock(deep, deep) for _ in range(blocks)))
        self.grow, self.join = nn.Conv2d(deep, width, 1), ResBlock(width, width)
        self.leave = nn.Sequential(nn.GroupNorm(8, width), nn.SiLU(), nn.Conv2d(width, out, 1))

    def forward(self, x: Tensor) -> Tensor:
        fine = self.fine(self.enter(x))
        coarse = self.grow(self.coarse(self.shrink(fine)))
        return self.leave(self.join(fine + F.interpolate(coarse, scale_factor=2.0)))


class LatentVolume(ModelMixin, ConfigMixin):
    """Pictures (B, 1 or 3, 4G, 4G) in [-1, 1] <-> volumes of `features` by G x G x G, G being the `grid`.

    A `Medium` of imagery. `width` and `deep` are the channels of encoder and decoder at the grid and at half of it.
    """

    @register_to_config
    def __init__(self, grid: int = 16, features: int = 24, width: tuple[int, int] = (112, 96),
                 deep: tuple[int, int] = (184, 112), blocks: tuple[int, int] = (2, 1)):
        super().__init__()
        self.encoder = Hourglass(PATCH ** 2, features * grid, width[0], deep[0], blocks[0])
        self.decoder = Hourglass(features * grid, PATCH ** 2, width[1], deep[1], blocks[1])

    def encode(self, pictures: Tensor) -> Volume:
        pictures = grey(pictures, PATCH * self.config.grid)
        lifted = self.encoder(F.pixel_unshuffle(pictures, PATCH)).float()
        return Volume(lifted.unflatten(1, (self.config.features, self.config.grid)),
                      torch.eye(3, device=lifted.device).expand(len(lifted), 3, 3))

    def turn(self, volume: Volume, turns: Tensor) -> Volume:
        check_turns(turns, len(volume.pose))
        return volume.posed(turns)

    def mirror(self, volume: Volume) -> Volume:
        """Left and right exchanged."""
        return volume.posed(torch.diag(torch.tensor([-1., 1., 1.])))

    def decode(self, volume: Volume) -> Tensor:
        """What is seen of a volume, (B, 1, 4G, 4G)."""
        return self._seen(volume).clamp(-1, 1)

    def loss(self, batch: Turning, generator: torch.Generator | None = None) -> tuple[Tensor, dict[str, Tensor]]:
        """Squared error of the view imagined after the turn; `left` is its share of what the turn changed."""
        after = grey(batch.after, PATCH * self.config.grid)
        error = F.mse_loss(self._seen(self.turn(self.encode(batch.before), batch.turn)), after)
        return error, {"left": error.detach() / F.mse_loss(batch.before.mean(1, keepdim=True), after)}

    def _seen(self, volume: Volume) -> Tensor:
        return F.pixel_shuffle(self.decoder(volume.standing().flatten(1, 2)), PATCH).float()
