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

EXACT = 1e12      # study that leaves nothing to be desired
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

    @classmethod
    def kept(cls, code: Tensor, known: Tensor) -> Trace:
        """A code (C, S, S) known exactly in some parts (S, S), and not at all in the others, which are to be imagined:
        inpainting (Lugmayr et al. 2022, arXiv 2201.09865, Eq. 8)."""
        weight = EXACT * known.float()
        return cls(code * weight, weight, 1.0)

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

    def blended(self, other: Trace, share: float) -> Trace:
        """On the way from this trace to another, `share` of it: what is imagined from there lies between the two (Ho
        et al. 2020, arXiv 2006.11239, Section 4.3)."""
        mean = (1 - share) * self.mean + share * other.mean
        spread = ((1 - share) ** 2 * self.spread ** 2 + share ** 2 * other.spread ** 2).sqrt()
        weight = (self.sigma / spread.clamp(min=1e-6)) ** 2
        return Trace(mean * weight, weight, self.sigma)

    def shifted(self, direction: Tensor) -> Trace:
        """With a direction (C, S, S) of the code added to what is remembered: an attribute, such as the difference
        between the mean codes of things that have it and of things that do not (Larsen et al. 2016, arXiv 1512.09300,
        Section 4.2)."""
        return Trace(self.total + direction * self.weight, self.weight, self.sigma)

    def at(self, x: Tensor, t: float, s: float, generator: torch.Generator) -> Tensor:
        """The code at level `s` on the way back: as remembered wherever memory is no noisier than that, and `x`, what
        was imagined from level `t`, elsewhere. In the end, what is known exactly stays as it is."""
        if s <= 0:
            return torch.where(self.weight >= EXACT, self.mean, x)
        room = (s / max(1 - s, 1e-6)) ** 2 - self.spread ** 2                                        # (S, S)
        held = (1 - s) * (self.mean + room.clamp(min=0).sqrt() * noise_like(x, generator))
        return torch.where(room >= 0, held, x)
