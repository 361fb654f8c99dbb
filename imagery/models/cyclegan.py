"""CycleGAN: translation between two sorts of pictures without pairs of them (Zhu et al. 2017, arXiv 1703.10593)."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from diffusers.configuration_utils import register_to_config
from torch import Tensor, nn

from imagery.models.adversarial import Adversarial, held, spread
from imagery.models.examples import check_pictures
from imagery.models.gan import OBJECTIVES

SQUARES = OBJECTIVES["squares"]                   # in place of the logarithms of Eq. 1 (Section 4)


@dataclass(frozen=True)
class Unpaired:
    """Pictures of two sorts, (B, 3, S, S) in [-1, 1] each; the n-th of one has nothing to do with that of the other."""

    first: Tensor
    second: Tensor


class _Residual(nn.Module):
    """Two convolutions, and around them what came in."""

    def __init__(self, width: int):
        super().__init__()
        self.layers = nn.Sequential(*_convolution(width, width), *_convolution(width, width)[:-1])

    def forward(self, x: Tensor) -> Tensor:
        return x + self.layers(x)


def _convolution(given: int, out: int, size: int = 3, stride: int = 1) -> list[nn.Module]:
    return [nn.Conv2d(given, out, size, stride, size // 2, padding_mode="reflect"), nn.InstanceNorm2d(out), nn.ReLU()]


def translator(width: int, blocks: int) -> nn.Sequential:
    """Two halvings, residual blocks, two doublings (Section 7.2): (B, 3, S, S) -> (B, 3, S, S) in [-1, 1]."""
    return nn.Sequential(
        *_convolution(3, width, 7), *_convolution(width, 2 * width, 3, 2), *_convolution(2 * width, 4 * width, 3, 2),
        *(_Residual(4 * width) for _ in range(blocks)),
        nn.Upsample(scale_factor=2.0), *_convolution(4 * width, 2 * width),
        nn.Upsample(scale_factor=2.0), *_convolution(2 * width, width),
        nn.Conv2d(width, 3, 7, 1, 3, padding_mode="reflect"), nn.Tanh())


def patch_critic(width: int) -> nn.Sequential:
    """Scores (B, 1, S/8, S/8), each of a patch of 38 x 38 pixels (PatchGAN, Section 4)."""
    layers: list[nn.Module] = [nn.Conv2d(3, width, 4, 2, 1), nn.LeakyReLU(0.2)]
    for level in range(2):
        narrow, wide = width << level, width << level + 1
        layers += [nn.Conv2d(narrow, wide, 4, 2, 1), nn.InstanceNorm2d(wide), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, nn.Conv2d(4 * width, 1, 3, 1, 1))


class CycleGAN(Adversarial):
    """`there` makes a picture of the second sort from one of the first, `back` the reverse; `cycle` is the weight of
    coming back to the start (lambda of Eq. 3), and half as much of leaving alone what is of the wanted sort already
    (Section 5.2)."""

    @register_to_config
    def __init__(self, width: int = 32, blocks: int = 3, cycle: float = 10.0, critic_turns: int = 1):
        super().__init__()
        self.there, self.back = translator(width, blocks), translator(width, blocks)
        self.first_critic, self.second_critic = patch_critic(width), patch_critic(width)

    def critic_loss(self, batch: Unpaired, generator: torch.Generator | None) -> Tensor:
        """Eq. 1 in squares, both ways."""
        _check(batch)
        with torch.no_grad():
            second, first = self.there(batch.first), self.back(batch.second)
        return (SQUARES.critic(self.first_critic(batch.first), self.first_critic(first))
                + SQUARES.critic(self.second_critic(batch.second), self.second_critic(second)))

    def generator_loss(self, batch: Unpaired, generator: torch.Generator | None) -> tuple[Tensor, Tensor]:
        """Eq. 3."""
        _check(batch)
        with held(self.first_critic, self.second_critic):
            second, first = self.there(batch.first), self.back(batch.second)
            adversarial = (SQUARES.generator(self.second_critic(second))
                           + SQUARES.generator(self.first_critic(first)))
        cycle = F.l1_loss(self.back(second), batch.first) + F.l1_loss(self.there(first), batch.second)
        same = F.l1_loss(self.there(batch.second), batch.second) + F.l1_loss(self.back(batch.first), batch.first)
        shares = [spread(made) / spread(real).clamp(min=1e-6) for made, real in
                  ((first, batch.first), (second, batch.second))]
        return adversarial + self.config.cycle * (cycle + same / 2), torch.stack(shares).min()

    @torch.no_grad()
    def translate(self, pictures: Tensor, back: bool = False) -> Tensor:
        """Pictures (B, 3, S, S) of the first sort as ones of the second, or `back`."""
        _check_one(pictures)
        return (self.back if back else self.there)(pictures)


def _check(batch: Unpaired) -> None:
    _check_one(batch.first)
    _check_one(batch.second)


def _check_one(pictures: Tensor) -> None:
    size = pictures.shape[-1]
    check_pictures(pictures, size)
    if size % 8:
        raise ValueError(f"pictures of {size} x {size} cannot be halved three times: give a multiple of 8")
