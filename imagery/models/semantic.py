"""Pictures from semantic maps, which say what is to be seen at each pixel: the map joins the noisy picture as more
channels (Rombach et al. 2022, arXiv 2112.10752, Section 4.3.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.modeling_utils import ModelMixin
from torch import Tensor, nn

from imagery.models import processes, samplers
from imagery.models.chance import normal_rows
from imagery.models.codec import PixelCodec
from imagery.models.examples import check_pictures
from imagery.models.told import Network, Told

MAP_WIDTH = 32                                    # channels of a map as the network sees it


@dataclass(frozen=True)
class Mapped:
    """Pictures (B, 3, S, S) in [-1, 1] with their `maps` (B, S, S) of class numbers, -1 where nothing is said."""

    pictures: Tensor
    maps: Tensor


class SemanticPainter(ModelMixin, ConfigMixin):
    """A flow on the linear path that predicts the clean picture under a map of `classes`."""

    @register_to_config
    def __init__(self, classes: int = 26, size: int = 64, network: Network = "unet",
                 sizes: dict[str, Any] | None = None):
        super().__init__()
        self.codec = PixelCodec()
        self.see = nn.Conv2d(classes, MAP_WIDTH, 4, 4)
        self.told = Told(network, PixelCodec.channels + MAP_WIDTH, PixelCodec.channels, 0, sizes)

    def forward(self, x: Tensor, t: Tensor, maps: Tensor) -> Tensor:
        """The clean code (B, 48, S/4, S/4) of a noisy one at time t (B,) under maps (B, S, S)."""
        classes, size = self.config.classes, self.config.size
        if maps.shape != (len(x), size, size) or maps.is_floating_point():
            raise ValueError(f"maps {tuple(maps.shape)} of {maps.dtype} do not fit: give ({len(x)}, {size}, {size}) of "
                             "whole numbers")
        if maps.min() < -1 or maps.max() >= classes:
            raise ValueError(f"maps hold {int(maps.min())} to {int(maps.max())}: give 0 to {classes - 1}, or -1")
        shown = F.one_hot(maps.long() + 1, classes + 1)[..., 1:].movedim(-1, 1).to(x)
        return self.told(torch.cat([x, self.see(shown).to(x)], 1), t, x.new_zeros(len(x), 0)).float()

    def loss(self, batch: Mapped, generator: torch.Generator | None = None) -> tuple[Tensor, dict[str, Tensor]]:
        """Squared error in the clean code, weighed as one in velocity."""
        check_pictures(batch.pictures, self.config.size)
        x0 = self.codec.encode(batch.pictures)
        eps, t = processes.noise_like(x0, generator), processes.uniform_times(len(x0), generator).to(x0.device)
        error = (self(processes.interpolate(x0, eps, t), t, batch.maps) - x0).square()
        return (processes.x0_weight(t, x0) * error).mean(), {"error": error.mean().detach()}

    @torch.no_grad()
    def paint(self, maps: Tensor, seed: int = 0, steps: int = 8) -> Tensor:
        """Pictures (B, 3, S, S) in [-1, 1] of maps (B, S, S)."""
        side = self.config.size // 4
        noise = normal_rows(len(maps), (PixelCodec.channels, side, side), seed).to(self.device)
        maps = maps.to(self.device)
        return self.codec.decode(samplers.euler(lambda x, t: self(x, t, maps), noise, torch.linspace(1, 0, steps + 1)))
