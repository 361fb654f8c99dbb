"""Visual long-term memory: traces of pictures, as their code blurred by noise that study averages away.

Each tick of attention leaves one noisy sample of the attended part's code. The mean of n samples of standard deviation
sigma has s = sigma / sqrt(n): on the generator's path (x_t = (1 - t) x0 + t eps) this is the level t = s / (1 + s).
More study, smaller t; no study, pure noise. Recollection (`Trace.at`) goes back from there, each part from its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from imagery.image import Place
from imagery.models.blocks import patch_places
from imagery.models.processes import noise_like

AMBIENT = 0.1     # share of a tick's study that reaches every part of the picture, wherever attention is


@dataclass(frozen=True, eq=False)
class Trace:
    """Sum of noisy samples `total` (C, S, S), the study `weight` (S, S) of each part, one sample's `sigma`."""

    total: Tensor
    weight: Tensor
    sigma: float

    @classmethod
    def blank(cls, channels: int, grid: int, sigma: float) -> Trace:
        return cls(torch.zeros(channels, grid, grid), torch.zeros(grid, grid), sigma)

    @property
    def mean(self) -> Tensor:
        return self.total / self.weight.clamp(min=1e-6)

    @property
    def spread(self) -> Tensor:
        """Standard deviation of the remembered code, (S, S)."""
        return self.sigma / self.weight.clamp(min=1e-6).sqrt()

    def studied(self, code: Tensor, focus: Place, radius: float, generator: torch.Generator,
                strength: float = 1.0) -> Trace:
        """After a tick's attention to `focus` (in picture widths), falling off as a Gaussian of `radius`; `strength` is
        what the tick leaves, as a share of what seeing leaves."""
        grid = self.weight.shape[-1]
        gap = (patch_places(grid) - torch.tensor(focus)).square().sum(-1).unflatten(0, (grid, grid))
        share = strength * (AMBIENT + (1 - AMBIENT) * torch.exp(-gap / (2 * radius ** 2)))
        sample = share * code + share.sqrt() * self.sigma * noise_like(code, generator)
        return Trace(self.total + sample, self.weight + share, self.sigma)

    def at(self, x: Tensor, t: float, s: float, generator: torch.Generator) -> Tensor:
        """The code at level `s` on the way back: as remembered wherever memory is no noisier than that, and `x`, what
        was imagined from level `t`, elsewhere."""
        if s <= 0:
            return x
        room = (s / max(1 - s, 1e-6)) ** 2 - self.spread ** 2                                        # (S, S)
        held = (1 - s) * (self.mean + room.clamp(min=0).sqrt() * noise_like(x, generator))
        return torch.where(room >= 0, held, x)
