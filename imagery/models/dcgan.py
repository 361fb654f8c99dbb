"""DCGAN (Radford et al. 2016, arXiv 1511.06434): strided convolutions, no pooling, no dense layers in between."""

from __future__ import annotations

import torch
from diffusers.configuration_utils import register_to_config
from torch import Tensor, nn

from imagery.models.gan import GAN, ObjectiveName

LATENT = 100


def _widths(size: int, width: int) -> list[int]:
    """Channels at 4 x 4, 8 x 8 and so on up to half the size."""
    halvings = size.bit_length() - 3
    if halvings < 1 or size != 4 << halvings:
        raise ValueError(f"pictures of {size} x {size} are not 4 x 4 doubled some times: give 8, 16, 32 or 64")
    return [width << level for level in reversed(range(halvings))]


class Generator(nn.Module):
    """Fractionally strided convolutions with batch normalisation and ReLU, and tanh at the end (Section 3)."""

    def __init__(self, size: int, width: int, condition: int):
        super().__init__()
        widths = _widths(size, width)
        layers: list[nn.Module] = [nn.ConvTranspose2d(LATENT + condition, widths[0], 4, bias=False)]
        for wide, narrow in zip(widths, [*widths[1:], 3]):
            layers += [nn.BatchNorm2d(wide), nn.ReLU(), nn.ConvTranspose2d(wide, narrow, 4, 2, 1, bias=narrow == 3)]
        self.layers = nn.Sequential(*layers, nn.Tanh())

    def forward(self, latent: Tensor, condition: Tensor) -> Tensor:
        return self.layers(torch.cat([latent, condition], 1)[..., None, None])


class Critic(nn.Module):
    """Strided convolutions with leaky ReLU and batch normalisation but for the first, which is of each picture alone
    (`alone`) where a gradient penalty asks for a gradient of each (arXiv 1704.00028, Section 4). The condition joins at
    4 x 4 (arXiv 1605.05396, Section 4.1)."""

    def __init__(self, size: int, width: int, condition: int, alone: bool):
        super().__init__()
        widths = _widths(size, width)[::-1]
        layers: list[nn.Module] = [nn.Conv2d(3, widths[0], 4, 2, 1), nn.LeakyReLU(0.2)]
        for narrow, wide in zip(widths, widths[1:]):
            norm = nn.GroupNorm(1, wide) if alone else nn.BatchNorm2d(wide)
            layers += [nn.Conv2d(narrow, wide, 4, 2, 1, bias=False), norm, nn.LeakyReLU(0.2)]
        self.layers = nn.Sequential(*layers)
        self.hear = nn.Sequential(nn.Conv2d(widths[-1] + condition, widths[-1], 1), nn.LeakyReLU(0.2))
        self.leave = nn.Conv2d(widths[-1], 1, 4)

    def forward(self, pictures: Tensor, condition: Tensor) -> Tensor:
        h = self.layers(pictures)
        h = self.hear(torch.cat([h, condition[..., None, None].expand(-1, -1, *h.shape[2:])], 1))
        return self.leave(h).flatten()


class DCGAN(GAN):
    """`objective` is minimax, nonsaturating, wasserstein (then with gradient penalty) or squares; `critic_turns` are
    the k of the 2014 algorithm. Weights start from N(0, 0.02^2) (Section 4)."""

    latent_size = LATENT

    @register_to_config
    def __init__(self, size: int = 64, width: int = 40, condition: int = 0, objective: ObjectiveName = "nonsaturating",
                 critic_turns: int = 1):
        super().__init__()
        self.generator = Generator(size, width, condition)
        self.critic = Critic(size, width, condition, alone=objective == "wasserstein")
        for module in self.modules():
            if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
                nn.init.normal_(module.weight, std=0.02)
