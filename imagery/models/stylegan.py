"""StyleGAN: a latent code is mapped to styles, which AdaIN applies at every scale (Karras et al. 2019, arXiv
1812.04948)."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from diffusers.configuration_utils import register_to_config
from torch import Tensor, nn

from imagery.models.chance import normal_rows
from imagery.models.examples import conditions
from imagery.models.gan import GAN, ObjectiveName, zero_penalty
from imagery.models.progressive import Critic, EqualConv, EqualLinear, grown, level_widths, pixel_norm

MIXED = 0.9                                       # share of pictures with two styles while it learns (Section 3.1)
GAMMA = 10.0                                      # weight of the critic's R1 penalty (Appendix C)


def adain(x: Tensor, scale: Tensor, bias: Tensor) -> Tensor:
    """Each map of x (B, C, S, S) at zero mean and unit deviation, then scaled and shifted, (B, C) each (Eq. 1)."""
    return F.instance_norm(x) * scale[..., None, None] + bias[..., None, None]


class StyledConv(nn.Module):
    """Convolution, noise of a learned strength a map, leaky ReLU, and a style."""

    def __init__(self, given: int, out: int, style: int):
        super().__init__()
        self.convolution, self.style = EqualConv(given, out), EqualLinear(style, 2 * out, gain=1.0)
        self.strength = nn.Parameter(torch.zeros(out, 1, 1))

    def forward(self, x: Tensor, style: Tensor, noise: Tensor) -> Tensor:
        """x (B, C, S, S), style (B, D), noise (B, 1, S, S)."""
        x = F.leaky_relu(self.convolution(x) + self.strength * noise, 0.2)
        scale, bias = self.style(style).chunk(2, 1)
        return adain(x, 1 + scale, bias)


class Synthesis(nn.Module):
    """From a learned 4 x 4 to a picture, two styled convolutions a level."""

    def __init__(self, size: int, width: int, style: int):
        super().__init__()
        widths = level_widths(size, width)
        self.start = nn.Parameter(torch.randn(1, widths[0], 4, 4))
        given = [widths[0], *widths[:-1]]
        self.layers = nn.ModuleList(layer for narrow, wide in zip(given, widths) for layer in
                                    (StyledConv(narrow, wide, style), StyledConv(wide, wide, style)))
        self.colours = EqualConv(widths[-1], 3, 1, gain=1.0)
        self.sides = [4 << i // 2 for i in range(len(self.layers))]

    def forward(self, styles: Tensor, noise: Tensor) -> Tensor:
        """Styles (B, L, D) of each layer, noise (B, N) of all of them in a row -> pictures (B, 3, size, size)."""
        h = self.start.expand(len(styles), -1, -1, -1)
        for i, (layer, side, row) in enumerate(zip(self.layers, self.sides,
                                                   noise.split([side ** 2 for side in self.sides], 1))):
            h = grown(h) if i and i % 2 == 0 else h
            h = layer(h, styles[:, i], row.reshape(-1, 1, side, side))
        return self.colours(h)


class StyleGAN(GAN):
    """Non-saturating with R1, as in the paper; the networks do not grow.

    A row of latent numbers is one code for a style, another to mix with it, the layer from which the second rules, and
    the noise of every layer.
    """

    @register_to_config
    def __init__(self, size: int = 64, width: int = 24, latent: int = 128, depth: int = 4, condition: int = 0,
                 objective: ObjectiveName = "nonsaturating", critic_turns: int = 1):
        super().__init__()
        layers = [layer for i in range(depth) for layer in
                  (EqualLinear(latent + (condition if i == 0 else 0), latent), nn.LeakyReLU(0.2))]
        self.mapping = nn.Sequential(*layers)
        self.synthesis = Synthesis(size, width, latent)
        self.critic = Critic(size, width, condition, grows=False)
        self.register_buffer("mean_style", torch.zeros(latent))
        self.parts = [latent, latent, 1, sum(side ** 2 for side in self.synthesis.sides)]
        self.latent_size = sum(self.parts)

    def style(self, code: Tensor, condition: Tensor) -> Tensor:
        """Codes (B, latent) -> styles (B, latent)."""
        return self.mapping(torch.cat([pixel_norm(code), condition], 1))

    def generate(self, latent: Tensor, condition: Tensor) -> Tensor:
        """The second style rules in `MIXED` of the pictures, from a random layer on, while it learns (Section 3.1)."""
        first, second, where, noise = latent.split(self.parts, 1)
        own, other = self.style(first, condition), self.style(second, condition)
        count = len(self.synthesis.layers)
        if self.training:
            self.mean_style.lerp_(own.detach().mean(0).to(self.mean_style), 0.005)
            chance = torch.special.ndtr(where.float())                               # even in [0, 1]
            crossover = 1 + (chance / MIXED * (count - 1)).floor()                   # beyond the last: not mixed
        else:
            crossover = torch.full_like(where, count)
        return self.synthesis(self.mixed(own, other, crossover), noise)

    def mixed(self, first: Tensor, second: Tensor, crossover: Tensor) -> Tensor:
        """Styles (B, L, D) of all layers: the `first` (B, D) before layer `crossover` (B, 1), from there the `second`.
        """
        layer = torch.arange(len(self.synthesis.layers), device=first.device)
        return torch.where((layer < crossover)[..., None], first[:, None], second[:, None])

    def judge(self, pictures: Tensor, condition: Tensor) -> Tensor:
        return self.critic.forward(pictures, condition, len(self.critic.levels), None)

    def penalty(self, real: Tensor, fake: Tensor, scores: Tensor, condition: Tensor,
                generator: torch.Generator | None) -> Tensor:
        if self.config.objective == "wasserstein":
            return super().penalty(real, fake, scores, condition, generator)
        return GAMMA * zero_penalty(lambda x: self.judge(x, condition), real)

    @torch.no_grad()
    def sample(self, n: int, seed: int = 0, condition: Tensor | None = None, truncation: float = 1.0) -> Tensor:
        """n pictures; a `truncation` below 1 draws styles to their mean, which is safer and less various (Appendix B).
        """
        latent = normal_rows(n, (self.latent_size,), seed).to(self.device)
        first, _, _, noise = latent.split(self.parts, 1)
        style = self.style(first, conditions(condition, n, self.config.condition, latent))
        style = torch.lerp(self.mean_style, style, truncation)
        return self.synthesis(style[:, None].expand(-1, len(self.synthesis.layers), -1), noise).clamp(-1, 1)

    @torch.no_grad()
    def mix(self, coarse: Tensor, fine: Tensor, crossover: int, seed: int = 0) -> Tensor:
        """Pictures (N, 3, size, size) with the styles (N, D) of some in the layers before `crossover` and those of
        others, (N, D), after it (Figure 3)."""
        noise = normal_rows(1, (self.parts[-1],), seed).to(self.device).expand(len(coarse), -1)
        where = torch.full((len(coarse), 1), float(crossover), device=self.device)
        return self.synthesis(self.mixed(coarse, fine, where), noise).clamp(-1, 1)
