"""Progressive growing: first small pictures, then ever larger ones (Karras et al. 2018, arXiv 1710.10196).

Pictures go in and come out at full size, those of a lower level as larger pixels, so that a gradient's length means
the same at every level.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from diffusers.configuration_utils import register_to_config
from torch import Tensor, nn

from imagery.models.examples import Example
from imagery.models.gan import GAN, ObjectiveName

DRIFT = 0.001                                     # weight of the squared scores of real pictures (Appendix A.1)


class _Equal(nn.Module):
    """Weights N(0, 1), scaled when used to the gain of He's start, so that all learn at one rate (Section 4.1)."""

    def __init__(self, shape: tuple[int, ...], gain: float):
        super().__init__()
        self.weight, self.bias = nn.Parameter(torch.randn(shape)), nn.Parameter(torch.zeros(shape[0]))
        self.scale = gain / math.sqrt(math.prod(shape[1:]))


class EqualLinear(_Equal):
    def __init__(self, given: int, out: int, gain: float = math.sqrt(2)):
        super().__init__((out, given), gain)

    def forward(self, x: Tensor) -> Tensor:
        return F.linear(x, self.scale * self.weight, self.bias)


class EqualConv(_Equal):
    def __init__(self, given: int, out: int, size: int = 3, gain: float = math.sqrt(2)):
        super().__init__((out, given, size, size), gain)

    def forward(self, x: Tensor) -> Tensor:
        return F.conv2d(x, self.scale * self.weight, self.bias, padding=self.weight.shape[-1] // 2)


def pixel_norm(x: Tensor) -> Tensor:
    """Each place's vector at unit mean square (Section 4.2)."""
    return x * (x.square().mean(1, keepdim=True) + 1e-8).rsqrt()


def with_deviation(x: Tensor, group: int = 4) -> Tensor:
    """One more map (B, C + 1, S, S): how much the pictures of each group of a batch differ (Section 3). A critic that
    sees it takes a collapsed batch for fake."""
    group = math.gcd(len(x), group)
    kinds = x.float().unflatten(0, (group, -1))                                     # (G, B / G, C, S, S)
    deviation = (kinds.var(0, correction=0) + 1e-8).sqrt().mean((1, 2, 3)).to(x)                    # (B / G,)
    return torch.cat([x, deviation.repeat(group)[:, None, None, None].expand(-1, 1, *x.shape[2:])], 1)


def grown(x: Tensor) -> Tensor:
    return F.interpolate(x, scale_factor=2.0)


def level_widths(size: int, width: int) -> list[int]:
    """Channels at 4 x 4, 8 x 8 and so on: eight times `width`, halved from 16 x 16 on, and not below it."""
    levels = size.bit_length() - 2
    if size != 2 << levels or levels < 2:
        raise ValueError(f"pictures of {size} x {size} are not 4 x 4 doubled some times: give 8, 16, 32 or 64")
    return [max(width, (8 * width) >> max(0, level - 1)) for level in range(levels)]


class Generator(nn.Module):
    """Two convolutions a level, and a way from each level to colours."""

    def __init__(self, size: int, width: int, latent: int):
        super().__init__()
        widths = level_widths(size, width)
        self.start = EqualLinear(latent, 16 * widths[0], math.sqrt(2) / 4)
        self.first = EqualConv(widths[0], widths[0])
        self.levels = nn.ModuleList(nn.ModuleList([EqualConv(narrow, wide), EqualConv(wide, wide)])
                                    for narrow, wide in zip(widths, widths[1:]))
        self.colours = nn.ModuleList(EqualConv(wide, 3, 1, gain=1.0) for wide in widths)

    def forward(self, latent: Tensor, level: int, share: Tensor | None) -> Tensor:
        """Pictures of 4 x 2^level pixels a side; while that level fades in, `share` () of them is its own and the
        rest is of the one before."""
        h = pixel_norm(F.leaky_relu(self.start(pixel_norm(latent)), 0.2).unflatten(1, (-1, 4, 4)))
        h = before = pixel_norm(F.leaky_relu(self.first(h), 0.2))
        for convolutions in self.levels[:level]:
            before = h = grown(h)
            for convolution in convolutions:
                h = pixel_norm(F.leaky_relu(convolution(h), 0.2))
        colours = self.colours[level](h)
        return colours if share is None else torch.lerp(self.colours[level - 1](before), colours, share.to(h))


class Critic(nn.Module):
    """The generator's mirror, which sees how much a batch differs before it decides; one that does not grow has a way
    from colours at the last level only."""

    def __init__(self, size: int, width: int, condition: int, grows: bool = True):
        super().__init__()
        widths = level_widths(size, width)
        self.colours = nn.ModuleList(EqualConv(3, wide, 1) for wide in (widths if grows else widths[-1:]))
        self.levels = nn.ModuleList(nn.ModuleList([EqualConv(wide, wide), EqualConv(wide, narrow)])
                                    for narrow, wide in zip(widths, widths[1:]))
        self.last = EqualConv(widths[0] + 1 + condition, widths[0])
        self.leave = nn.Sequential(EqualLinear(16 * widths[0], widths[0]), nn.LeakyReLU(0.2),
                                   EqualLinear(widths[0], 1, gain=1.0))

    def forward(self, pictures: Tensor, condition: Tensor, level: int, share: Tensor | None) -> Tensor:
        """Scores (B,) of pictures of 4 x 2^level pixels a side, conditions (B, D)."""
        way = level - len(self.levels) - 1                                      # counted from the last, which is there
        h = F.leaky_relu(self.colours[way](pictures), 0.2)
        for below in reversed(range(level)):
            for convolution in self.levels[below]:
                h = F.leaky_relu(convolution(h), 0.2)
            h = F.avg_pool2d(h, 2)
            if below == level - 1 and share is not None:
                old = F.leaky_relu(self.colours[way - 1](F.avg_pool2d(pictures, 2)), 0.2)
                h = torch.lerp(old, h, share.to(h))
        h = torch.cat([with_deviation(h), condition[..., None, None].expand(-1, -1, 4, 4)], 1)
        return self.leave(F.leaky_relu(self.last(h), 0.2).flatten(1))[:, 0]


class ProgressiveGAN(GAN):
    """Each level fades in over `phase` turns and then stays for as many; the last stays for ever. Wasserstein with
    gradient penalty, as in the paper, unless told otherwise."""

    @register_to_config
    def __init__(self, size: int = 64, width: int = 24, latent: int = 128, condition: int = 0,
                 objective: ObjectiveName = "wasserstein", critic_turns: int = 1, phase: int = 500):
        super().__init__()
        self.latent_size = latent
        self.generator = Generator(size, width, latent + condition)
        self.critic = Critic(size, width, condition)

    def stage(self) -> tuple[int, Tensor | None]:
        """The level, 0 for 4 x 4, and how far it has faded in, () in (0, 1], or None if it stays."""
        phases, done = divmod(int(self.turn), self.config.phase)       # level 0 stays, 1 fades in, 1 stays, 2 fades in
        level, top = (phases + 1) // 2, len(self.generator.levels)
        if phases % 2 == 0 or level > top:
            return min(level, top), None
        return level, torch.tensor((done + 1) / self.config.phase, device=self.turn.device)

    def generate(self, latent: Tensor, condition: Tensor) -> Tensor:
        pictures = self.generator(torch.cat([latent, condition], 1), *self.stage())
        return F.interpolate(pictures, size=self.config.size)

    def judge(self, pictures: Tensor, condition: Tensor) -> Tensor:
        level, share = self.stage()
        return self.critic.forward(F.adaptive_avg_pool2d(pictures, 4 << level), condition, level, share)

    def penalty(self, real: Tensor, fake: Tensor, scores: Tensor, condition: Tensor,
                generator: torch.Generator | None) -> Tensor:
        return super().penalty(real, fake, scores, condition, generator) + DRIFT * scores.square().mean()

    def _unpacked(self, batch: Example | Tensor) -> tuple[Tensor, Tensor]:
        """Real pictures as fine as the generator's, the last level fading in likewise (Appendix A.1)."""
        real, condition = super()._unpacked(batch)
        level, share = self.stage()
        fine = F.adaptive_avg_pool2d(real, 4 << level)
        if share is not None:
            fine = torch.lerp(grown(F.avg_pool2d(fine, 2)), fine, share.to(fine))
        return F.interpolate(fine, size=self.config.size), condition
