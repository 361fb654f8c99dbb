"""The judge: a detector of landmarks that shares nothing with the agents.

Its network, its data (another seed), its loss and its training are its own: a dilated convolutional network that marks
the centres of things on a heat map (CenterNet, Zhou et al. 2019, arXiv 1904.07850).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.modeling_utils import ModelMixin
from torch import Tensor, nn

from envs.stimuli.landmarks import KINDS
from experiments.upbringing.scenes import Scenes, pictures_to_tensor


@dataclass(frozen=True)
class Marked:
    """Pictures (B, 3, 64, 64) in [-1, 1] and the `places` (B, 24, 2) of all kinds, not-a-number where absent."""

    pictures: Tensor
    places: Tensor


class Detector(ModelMixin, ConfigMixin):
    """Heat maps of 24 kinds at half resolution, (B, 3, 64, 64) -> (B, 24, 32, 32), and offsets (B, 2, 32, 32)."""

    CELLS = 32

    @register_to_config
    def __init__(self, width: int = 48, dilations: tuple[int, ...] = (1, 2, 2, 1)):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, width, 3, padding=1), nn.BatchNorm2d(width), nn.ReLU(),
                                  nn.Conv2d(width, width, 3, stride=2, padding=1), nn.BatchNorm2d(width), nn.ReLU())
        self.body = nn.ModuleList([nn.Sequential(nn.Conv2d(width, width, 3, padding=d, dilation=d),
                                                 nn.BatchNorm2d(width), nn.ReLU()) for d in dilations])
        self.heat = nn.Conv2d(width, len(KINDS), 1)
        self.offset = nn.Conv2d(width, 2, 1)
        nn.init.constant_(self.heat.bias, -5.0)

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        h = self.stem(pictures)
        for layer in self.body:
            h = h + layer(h)
        return self.heat(h).float(), self.offset(h).float()

    def loss(self, batch: Marked, generator: torch.Generator | None = None) -> tuple[Tensor, dict[str, Tensor]]:
        """Penalty-reduced focal loss (Eq. 1 of the paper) and L1 offset loss (Eq. 2)."""
        heat, offset = self(batch.pictures)
        rows, kinds = batch.places[..., 0].isfinite().nonzero(as_tuple=True)
        exact = batch.places[rows, kinds] * self.CELLS                                             # (M, 2)
        cell = exact.long().clamp(0, self.CELLS - 1)
        cells = torch.arange(self.CELLS, device=heat.device) + 0.5
        dx, dy = cells[None, :] - exact[:, :1], cells[None, :] - exact[:, 1:]
        bump = torch.exp(-(dx[:, None, :] ** 2 + dy[:, :, None] ** 2) / 2)                         # (M, 32, 32)
        wanted = torch.zeros_like(heat)
        wanted[rows, kinds] = bump
        hit = torch.zeros_like(heat, dtype=torch.bool)
        hit[rows, kinds, cell[:, 1], cell[:, 0]] = True
        p = heat.sigmoid()
        focal = torch.where(hit, (1 - p) ** 2 * F.softplus(-heat), (1 - wanted) ** 4 * p ** 2 * F.softplus(heat))
        missed = offset[rows, :, cell[:, 1], cell[:, 0]] - (exact - cell - 0.5)
        focal, missed = focal.sum() / len(rows), missed.abs().mean()
        return focal + missed, {"focal": focal.detach(), "offset": missed.detach()}

    @torch.no_grad()
    def detect(self, pictures: Tensor, threshold: float = 0.3) -> list[dict[str, tuple[float, float]]]:
        """Kinds whose heat exceeds `threshold` in each picture, with their places in picture widths."""
        found: list[dict[str, tuple[float, float]]] = []
        for part in pictures.split(64):
            heat, offset = self(part)
            peak, index = heat.sigmoid().flatten(2).max(-1)                                         # (B, 24)
            shift = offset.flatten(2).gather(2, index[:, None].expand(-1, 2, -1))                  # (B, 2, 24)
            x = (index % self.CELLS + 0.5 + shift[:, 0]) / self.CELLS
            y = (index // self.CELLS + 0.5 + shift[:, 1]) / self.CELLS
            found += [{kind: (float(x[b, k]), float(y[b, k])) for k, kind in enumerate(KINDS) if peak[b, k] > threshold}
                      for b in range(len(part))]
        return found


class MarkedIslands:
    """Batches for the detector: islands with a little noise, softness and change of light."""

    def __init__(self, scenes: Scenes, batch_size: int, seed: int):
        self.scenes, self.batch_size, self.seed = scenes, batch_size, seed

    def __call__(self, step: int) -> Marked:
        rng = np.random.default_rng((self.seed, step))
        chosen = rng.integers(0, len(self.scenes), self.batch_size)
        pictures = pictures_to_tensor(self.scenes.pictures[chosen])
        soft = torch.from_numpy(rng.uniform(0, 0.7, (len(chosen), 1, 1, 1))).float()
        pictures = (1 - soft) * pictures + soft * F.avg_pool2d(pictures, 3, 1, 1, count_include_pad=False)
        gain = torch.from_numpy(rng.uniform(0.9, 1.1, (len(chosen), 1, 1, 1))).float()
        noise = torch.from_numpy(rng.normal(size=pictures.shape).astype(np.float32)) * 0.05
        return Marked(pictures * gain + noise, torch.from_numpy(self.scenes.places[chosen]))
