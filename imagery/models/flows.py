"""Normalising flows with exact likelihood: RealNVP (Dinh et al. 2017, arXiv 1605.08803) and Glow (Kingma & Dhariwal
2018, arXiv 1807.03039)."""

from __future__ import annotations

import math
from collections.abc import Iterator

import torch
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.modeling_utils import ModelMixin
from torch import Tensor, nn

from imagery.models.bijections import ActNorm, Coupling, InvertibleConv, Squeeze
from imagery.models.chance import normal_rows
from imagery.models.shades import SHADE


class Split(nn.Module):
    """Half of the channels are done and join the latent code; the others go on (Dinh et al. 2017, Eq. 14-16)."""


class Flow(ModelMixin, ConfigMixin):
    """A map between pictures (B, C, S, S) and latent codes (B, C * S * S) that are standard normal, by `steps`."""

    def _build(self, steps: Iterator[nn.Module], channels: int, size: int, halvings: int) -> None:
        """Keep the steps, and the shape in which each part of the latent code leaves."""
        if size % 2 ** halvings:
            raise ValueError(f"pictures of {size} x {size} cannot be halved {halvings} times: give a multiple of "
                             f"{2 ** halvings}")
        self.steps, self.shapes, shape = nn.ModuleList(steps), [], (channels, size)
        for step in self.steps:
            if isinstance(step, Squeeze):
                shape = (4 * shape[0], shape[1] // 2)
            elif isinstance(step, Split):
                shape = (shape[0] // 2, shape[1])
                self.shapes.append(shape)
        self.shapes.append(shape)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """The latent code (B, D) of x, and log |det dz/dx| (B,)."""
        side = self.config.size
        if x.shape[1:] != (self.config.channels, side, side):
            raise ValueError(f"pictures of shape {tuple(x.shape)} do not fit: give (B, {self.config.channels}, {side}, "
                             f"{side})")
        parts, log_det = [], x.new_zeros(len(x))
        for step in self.steps:
            if isinstance(step, Split):
                x, done = x.chunk(2, 1)
                parts.append(done.flatten(1))
            else:
                x, more = step(x)
                log_det = log_det + more
        return torch.cat([*parts, x.flatten(1)], 1), log_det

    @torch.no_grad()
    def inverse(self, z: Tensor) -> Tensor:
        """The picture of a latent code (B, D)."""
        *parts, x = [part.reshape(-1, channels, side, side) for part, (channels, side) in
                     zip(z.split([c * side ** 2 for c, side in self.shapes], 1), self.shapes)]
        for step in reversed(self.steps):
            x = torch.cat([x, parts.pop()], 1) if isinstance(step, Split) else step.inverse(x)
        return x

    def log_likelihood(self, x: Tensor) -> Tensor:
        """log p(x), a density, in nats: log N(z; 0, 1) + log |det dz/dx| (Dinh et al. 2017, Eq. 2-3). (B,)"""
        z, log_det = self(x)
        return log_det - 0.5 * (z.square() + math.log(2 * math.pi)).sum(1)

    def bits_per_dim(self, pictures: Tensor, generator: torch.Generator | None = None) -> Tensor:
        """Bits a value of pictures of 8 bits in [-1, 1], each spread evenly over its shade: an upper bound on what they
        cost as whole numbers (Theis et al. 2016, arXiv 1511.01844, Section 3.1). Outliers have many. (B,)"""
        noise = torch.rand(pictures.shape, generator=generator).to(pictures) - 0.5
        log_p = self.log_likelihood(pictures + SHADE * noise) / pictures[0].numel()
        return -(log_p + math.log(SHADE)) / math.log(2)

    def loss(self, pictures: Tensor, generator: torch.Generator | None = None) -> tuple[Tensor, dict[str, Tensor]]:
        """Mean bits a value."""
        bits = self.bits_per_dim(pictures, generator).mean()
        return bits, {"bits_per_dim": bits.detach()}

    def sample(self, n: int, seed: int = 0, temperature: float = 1.0) -> Tensor:
        """n pictures in [-1, 1]; a temperature below 1 keeps to what is likely (Kingma & Dhariwal 2018, Section 5)."""
        size = self.config.channels * self.config.size ** 2
        return self.inverse(temperature * normal_rows(n, (size,), seed).to(self.device)).clamp(-1, 1)


class RealNVP(Flow):
    """At each scale three couplings by checkerboard, three by channels, and half of the code is done; four by
    checkerboard end it (Section 3.6). `ActNorm` stands in for batch normalisation, and no logit is taken first."""

    @register_to_config
    def __init__(self, channels: int = 3, size: int = 32, width: int = 32, scales: int = 3):
        super().__init__()
        self._build(self._steps(channels, size, width, scales), channels, size, scales - 1)

    @staticmethod
    def _steps(channels: int, size: int, width: int, scales: int) -> Iterator[nn.Module]:
        for _ in range(scales - 1):
            for i in range(3):
                yield from (ActNorm(channels), Coupling(channels, size, width, "checkerboard", i % 2 == 1))
            channels, size = 4 * channels, size // 2
            yield Squeeze()
            for i in range(3):
                yield from (ActNorm(channels), Coupling(channels, size, width, "channels", i % 2 == 1))
            channels //= 2
            yield Split()
        for i in range(4):
            yield from (ActNorm(channels), Coupling(channels, size, width, "checkerboard", i % 2 == 1))


class Glow(Flow):
    """At each scale a squeeze, `depth` times actnorm, invertible 1 x 1 convolution and coupling, and a split (Figure
    2)."""

    @register_to_config
    def __init__(self, channels: int = 3, size: int = 32, width: int = 32, scales: int = 3, depth: int = 6):
        super().__init__()
        self._build(self._steps(channels, size, width, scales, depth), channels, size, scales)

    @staticmethod
    def _steps(channels: int, size: int, width: int, scales: int, depth: int) -> Iterator[nn.Module]:
        for scale in range(scales):
            channels, size = 4 * channels, size // 2
            yield Squeeze()
            for _ in range(depth):
                yield from (ActNorm(channels), InvertibleConv(channels),
                            Coupling(channels, size, width, "channels", False))
            if scale < scales - 1:
                channels //= 2
                yield Split()
