"""Invertible steps of normalising flows: each maps x (B, C, S, S) to y and log |det dy/dx| (B,); `inverse` undoes it.
"""

from __future__ import annotations

from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from imagery.models.blocks import ResBlock


class Squeeze(nn.Module):
    """Patches of 2 x 2 become channels: (B, C, S, S) -> (B, 4C, S/2, S/2) (Dinh et al. 2017, Section 3.6)."""

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return F.pixel_unshuffle(x, 2), x.new_zeros(len(x))

    def inverse(self, y: Tensor) -> Tensor:
        return F.pixel_shuffle(y, 2)


class ActNorm(nn.Module):
    """A gain and a shift of each channel that make the first batch of training standard (Kingma & Dhariwal 2018,
    Section 3.1). What is seen later does not change them but by learning, so a likelihood depends on no batch."""

    def __init__(self, channels: int):
        super().__init__()
        self.log_gain = nn.Parameter(torch.zeros(1, channels, 1, 1))
        self.shift = nn.Parameter(torch.zeros(1, channels, 1, 1))
        self.register_buffer("ready", torch.zeros((), dtype=torch.bool))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        if self.training and not self.ready:
            with torch.no_grad():
                self.shift.copy_(-x.mean((0, 2, 3), keepdim=True))
                self.log_gain.copy_(-x.std((0, 2, 3), keepdim=True).clamp(min=1e-4).log())
                self.ready.fill_(True)
        return (x + self.shift) * self.log_gain.exp(), (x[0, 0].numel() * self.log_gain.sum()).expand(len(x))

    def inverse(self, y: Tensor) -> Tensor:
        return y * (-self.log_gain).exp() - self.shift


class InvertibleConv(nn.Module):
    """A learned mixing of channels, a rotation at first (Kingma & Dhariwal 2018, Section 3.2, Eq. 9)."""

    def __init__(self, channels: int):
        super().__init__()
        self.weight = nn.Parameter(torch.linalg.qr(torch.randn(channels, channels))[0].contiguous())

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        log_det = x[0, 0].numel() * torch.linalg.slogdet(self.weight)[1]
        return _mixed(x, self.weight), log_det.expand(len(x))

    def inverse(self, y: Tensor) -> Tensor:
        return _mixed(y, torch.linalg.inv(self.weight))


def _mixed(x: Tensor, weight: Tensor) -> Tensor:
    """A 1 x 1 convolution in full precision: in bfloat16 it could not be undone."""
    with torch.autocast(x.device.type, enabled=False):
        return F.conv2d(x, weight[..., None, None])


Mask = Literal["checkerboard", "channels"]


class Coupling(nn.Module):
    """Affine coupling: half of the picture stays, and tells how to scale and shift the other half (Dinh et al. 2017,
    Eq. 7-9).

    The halves are a checkerboard's fields or halves of the channels; `flipped` swaps them. Starts as identity."""

    def __init__(self, channels: int, side: int, width: int, mask: Mask, flipped: bool):
        super().__init__()
        where = torch.arange(side)
        stays = ((where[:, None] + where) % 2 == 0)[None] if mask == "checkerboard" else (
            torch.arange(channels) < channels // 2)[:, None, None]
        self.register_buffer("stays", (stays ^ flipped).float(), persistent=False)
        self.limit = nn.Parameter(torch.ones(1, channels, 1, 1))
        self.network = nn.Sequential(nn.Conv2d(channels, width, 3, padding=1), ResBlock(width, width), nn.SiLU(),
                                     nn.Conv2d(width, 2 * channels, 3, padding=1))
        nn.init.zeros_(self.network[-1].weight)
        nn.init.zeros_(self.network[-1].bias)

    def terms(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Log scale, within +-`limit`, and shift, each 0 for the half that stays."""
        log_scale, shift = self.network(x * self.stays).to(x.dtype).chunk(2, 1)
        return self.limit * log_scale.tanh() * (1 - self.stays), shift * (1 - self.stays)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        log_scale, shift = self.terms(x)
        return x * log_scale.exp() + shift, log_scale.flatten(1).sum(1)

    def inverse(self, y: Tensor) -> Tensor:
        log_scale, shift = self.terms(y)
        return (y - shift) * (-log_scale).exp()
